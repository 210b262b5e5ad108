import type { Json } from '@/lib/core/base/json'
import { type OfferedServerTool, serverToolsIn } from '../web/server-tools'
import { invalid } from '../wire/errors'
import { arrayOf, isObject, stringOf } from '../wire/json'
import type { MessageRequest } from '../wire/request'
import type { SimulatedModel } from './models'

/** Versions of the API's tools of the web (SDK 1.12); those from 2026 on are for models from 4.6 on. */
const versions: Readonly<Record<OfferedServerTool['name'], readonly string[]>> = {
  web_search: ['20250305', '20260209', '20260318'],
  web_fetch: ['20250910', '20260209', '20260309', '20260318'],
}

const common = [
  ...['type', 'name', 'allowed_callers', 'allowed_domains', 'blocked_domains', 'cache_control'],
  ...['defer_loading', 'max_uses', 'strict', 'response_inclusion'],
]
const fields: Readonly<Record<OfferedServerTool['name'], ReadonlySet<string>>> = {
  web_search: new Set([...common, 'user_location']),
  web_fetch: new Set([...common, 'citations', 'max_content_tokens', 'url_sources', 'use_cache']),
}

/** Refuses tools of the web that are malformed, or that a model does not have. */
export function checkServerTools(request: MessageRequest, model: SimulatedModel): void {
  for (const tool of serverToolsIn(request)) {
    const { name, index, raw } = tool
    const at = `tools.${index}.${stringOf(raw.type)}`
    const version = stringOf(raw.type).slice(name.length + 1)
    if (!versions[name].includes(version))
      throw invalid(
        `tools.${index}.type: Input should be one of ${versions[name].map((one) => `${name}_${one}`).join(', ')}`,
      )
    if (version >= '2026' && !model.thinking.includes('adaptive'))
      throw invalid(`${at}: not supported on ${model.id}`)
    if (raw.name !== name) throw invalid(`${at}.name: Input should be '${name}'`)
    const stray = Object.keys(raw).find((key) => !fields[name].has(key))
    if (stray !== undefined) throw invalid(`${at}.${stray}: Extra inputs are not permitted`)
    for (const key of ['max_uses', 'max_content_tokens']) checkCount(raw[key], `${at}.${key}`)
    checkDomains(tool, at)
    if (
      raw.citations != null &&
      typeof (isObject(raw.citations) ? raw.citations.enabled : null) !== 'boolean'
    )
      throw invalid(`${at}.citations.enabled: Input should be a valid boolean`)
  }
}

function checkCount(value: Json | undefined, at: string): void {
  if (value == null) return
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
    throw invalid(`${at}: Input should be greater than 0`)
}

function checkDomains({ raw }: OfferedServerTool, at: string): void {
  if (raw.allowed_domains != null && raw.blocked_domains != null)
    throw invalid(`${at}: only one of allowed_domains and blocked_domains may be given`)
  for (const key of ['allowed_domains', 'blocked_domains']) {
    if (raw[key] == null) continue
    if (!Array.isArray(raw[key])) throw invalid(`${at}.${key}: Input should be a valid list`)
    const wrong = arrayOf(raw[key]).find(
      (domain) => !/^[a-z0-9.-]+\.[a-z0-9-]+(\/\S*)?$/i.test(stringOf(domain)),
    )
    if (wrong !== undefined)
      throw invalid(`${at}.${key}: ${JSON.stringify(wrong)} is not a domain without scheme`)
  }
}
