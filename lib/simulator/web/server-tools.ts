import type { JsonObject } from '@/lib/core/base/json'
import { parseUrl } from '@/lib/core/wire/parse-url'
import { arrayOf, objectOf, stringOf } from '../wire/json'
import type { MessageRequest } from '../wire/request'

/** A tool that the API runs itself, as a request offers it. */
export type OfferedServerTool = {
  name: 'web_search' | 'web_fetch'
  /** Its place among the tools of the request. */
  index: number
  maxUses: number
  maxContentTokens: number
  citations: boolean
  isAllowed(url: string): boolean
  raw: JsonObject
}

/** What a request says of tools of the web; it may be malformed, see the rules. */
export function serverToolsIn(request: MessageRequest): OfferedServerTool[] {
  return (request.tools ?? []).flatMap((raw, index) => {
    const name = /^(web_search|web_fetch)_/.exec(stringOf(raw.type))?.[1]
    if (name !== 'web_search' && name !== 'web_fetch') return []
    const numberOf = (key: string) => (typeof raw[key] === 'number' ? raw[key] : Number.POSITIVE_INFINITY)
    const [allowed, blocked] = ['allowed_domains', 'blocked_domains'].map((key) =>
      arrayOf(raw[key]).map(stringOf),
    )
    const isAllowed = (url: string) =>
      parseUrl(url) !== null &&
      (raw.allowed_domains == null || (allowed ?? []).some((domain) => isBelow(url, domain))) &&
      !(blocked ?? []).some((domain) => isBelow(url, domain))
    return {
      name,
      index,
      maxUses: numberOf('max_uses'),
      maxContentTokens: numberOf('max_content_tokens'),
      citations: objectOf(raw.citations).enabled === true,
      isAllowed,
      raw,
    }
  })
}

/** A domain stands for those below it, and may be followed by the beginning of a path. */
function isBelow(url: string, domain: string): boolean {
  const { hostname, pathname } = new URL(url)
  const [host = '', ...path] = domain.split('/')
  const isHost = hostname === host || hostname.endsWith(`.${host}`)
  return isHost && pathname.startsWith(`/${path.join('/')}`)
}
