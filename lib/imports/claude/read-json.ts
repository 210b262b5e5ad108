import { z } from 'zod'
import { isJson, type Json, type JsonObject } from '@/lib/core/base/json'

/** A text that says something; anything else of a file that is no format of ours is null. */
export const maybeText = z.string().min(1).nullable().catch(null)

/** A count or a time that can be. */
export const maybeNumber = z.number().finite().nonnegative().nullable().catch(null)

/** A time in ISO 8601, or in milliseconds since 1970; null for anything else. */
export const maybeTime = z
  .union([z.string(), z.number()])
  .transform((given) => {
    const time = new Date(given)
    const year = time.getUTCFullYear()
    return year >= 2020 && year < 2200 ? time.toISOString() : null
  })
  .nullable()
  .catch(null)

/** Any JSON. */
export const anyJson = z.custom<Json>(isJson)

/** The object in a text; null where it holds none. */
export function readObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject && isJson(value) ? objectOf(value) : null
  } catch {
    return null
  }
}

function objectOf(value: Json): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
}

/** The text of a value as JSON; null where it is longer than `most`, or too deep to be written. */
export function boundedJson(value: Json, most: number): string | null {
  try {
    const text = JSON.stringify(value)
    return text.length > most ? null : text
  } catch {
    return null
  }
}
