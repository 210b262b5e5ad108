import { z } from 'zod'

/** Any JSON value. `undefined`, functions and cycles are not JSON and never get this far. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/**
 * Checked by one walk instead of zod's own JSON schema, which runs a schema on every single value: a megabyte
 * of brackets would block the process for a minute.
 */
export const jsonSchema: z.ZodType<Json> = z.custom<Json>(isJson, { error: 'must be JSON' })
export const jsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), jsonSchema)

/**
 * True for what JSON can hold. Walks without recursion, since untrusted values may be nested as deep as they
 * like.
 */
export function isJson(value: unknown): value is Json {
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    switch (typeof next) {
      case 'string':
      case 'boolean':
        continue
      case 'number':
        if (!Number.isFinite(next)) return false
        continue
      case 'object':
        if (next === null) continue
        if (Array.isArray(next)) for (const part of next) open.push(part)
        else if (isPlain(next)) for (const part of Object.values(next)) open.push(part)
        else return false
        continue
      default:
        return false
    }
  }
  return true
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * Canonical text of a JSON value: keys sorted, `undefined` members left out, so equal values have the same
 * text. Used for digests; never shown.
 */
export function canonicalJson(value: Json | undefined): string {
  if (value === undefined) return 'null'
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`)
  return `{${members.join(',')}}`
}

/** True for a plain JSON object, not an array and not null. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Text that came from outside, as JSON; `undefined` when it is not. */
export function parseJson(text: string): Json | undefined {
  try {
    return jsonValue(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** `JSON.parse` gives JSON and nothing else, so this cast is safe; the platform types it as `any`. */
export function jsonValue(parsed: unknown): Json {
  return parsed as Json
}

/** A value as text: a text as it is, nothing for null, anything else as JSON. */
export function textOfJson(value: Json | undefined): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
