import { z } from 'zod'

/** Any JSON value. `undefined`, functions and cycles are not JSON and never get this far. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export const jsonSchema: z.ZodType<Json> = z.json()
export const jsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), jsonSchema)

/**
 * The one text of a JSON value that two equal values share: keys sorted, `undefined` members left out.
 * Used for digests; never shown.
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

/** `JSON.parse` yields nothing but JSON, so this cast cannot lie; it exists because the platform types it as `any`. */
export function jsonValue(parsed: unknown): Json {
  return parsed as Json
}
