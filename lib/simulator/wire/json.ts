import type { Json, JsonObject } from '@/lib/core/base/json'

/** True for a plain JSON object, false for arrays, null and scalars. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
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
