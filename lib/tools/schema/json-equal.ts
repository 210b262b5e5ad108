import { createRequire } from 'node:module'
import type { Json } from '@/lib/core/base/json'

/** Whether two JSON values are the same, whatever their keys are called. */
export function sameJson(one: Json, other: Json): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Array.isArray(one) || Array.isArray(other))
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((value, at) => sameJson(value, other[at] ?? null))
    )
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && sameJson(one[key] ?? null, other[key] ?? null))
  )
}

/**
 * Lets Ajv compare by `sameJson`. Its own comparison asks values for their `toString` and `valueOf`, and falls over those
 * that have a key of that name, as a model's answer may.
 */
export function mendComparison(): void {
  const runtime: unknown = createRequire(import.meta.url)('ajv/dist/runtime/equal')
  if (typeof runtime === 'object' && runtime !== null)
    Object.assign(runtime, {
      default: Object.assign(sameJson, { code: 'require("ajv/dist/runtime/equal").default' }),
    })
}
