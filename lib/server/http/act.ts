import { nameOf } from '@/lib/api/endpoints/all-endpoints'
import type { Endpoint } from '@/lib/api/endpoints/endpoint'
import { cutText } from '@/lib/core/base/cut-text'
import { isJson, isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'
import type { Act } from '@/lib/core/ports/audit-store'

/** Longest part of a request that the audit log repeats, as JSON text. */
const LONGEST_PART = 2_000

/**
 * What the audit log tells of a request: the parameters, the fields of the query and the body that the contract names,
 * and what the verb found out.
 */
export function actOf(
  endpoint: Endpoint,
  { query, body }: { query: unknown; body: unknown },
  params: object,
  found: JsonObject,
): Pick<Act, 'operation' | 'method' | 'details'> {
  const fields: Record<string, unknown> = { ...fieldsOf(query), ...fieldsOf(body) }
  const details: JsonObject = { ...found }
  for (const [name, value] of Object.entries(params)) if (isJson(value)) details[name] = value
  for (const name of endpoint.records ?? []) {
    const [outer = '', inner] = name.split('.')
    const said = fields[outer]
    const value = inner === undefined ? said : fieldIn(said, inner)
    if (inner !== undefined && isJson(said) && isJsonObject(said)) details[outer] = bounded(Object.keys(said))
    if (value !== undefined && isJson(value)) details[name] = bounded(value)
  }
  return { operation: nameOf(endpoint), method: endpoint.method, details }
}

function fieldIn(part: unknown, name: string): unknown {
  const fields: Record<string, unknown> = { ...fieldsOf(part) }
  return fields[name]
}

function fieldsOf(part: unknown): object {
  return typeof part === 'object' && part !== null ? part : {}
}

function bounded(value: Json): Json {
  const text = JSON.stringify(value)
  return text.length <= LONGEST_PART ? value : cutText(text, LONGEST_PART)
}
