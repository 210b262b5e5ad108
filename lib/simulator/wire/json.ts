/** Any value that JSON can carry. */
export type Json = string | number | boolean | null | Json[] | JsonObject
/** A JSON object; a missing key reads as undefined. */
export interface JsonObject {
  [key: string]: Json | undefined
}

/** True for a plain JSON object, false for arrays, null and scalars. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The only cast of this room: JSON.parse can return nothing but JSON, which its library type does not say. */
export function parseJson(text: string): Json {
  return JSON.parse(text) as Json
}

/** Parses text that may not be JSON at all. */
export function tryParseJson(text: string): Json | undefined {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

/** The object a value is, or an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

/** The array a value is, or an empty one. */
export function arrayOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

/** The string a value is, or an empty one. */
export function stringOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** JSON text that does not depend on the order in which keys were written. */
export function canonicalJson(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value ?? null)
  const entries = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`)
  return `{${entries.join(',')}}`
}

/** For switches over unions: a new kind fails to compile instead of falling through. */
export function assertNever(value: never): never {
  throw new Error(`simulator: unexpected ${JSON.stringify(value)}`)
}
