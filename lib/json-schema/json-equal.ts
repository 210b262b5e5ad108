import { _, type Ajv, type SchemaValidateFunction } from 'ajv'
import { canonicalJson, type Json } from '@/lib/core/base/json'

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
 * Gives an engine the keywords that compare values, by `sameJson`. Ajv's own comparison asks values for
 * their `toString` and `valueOf`, and falls over those that have a key of that name, as a model's answer may.
 * What they say of a value that does not fit is what Ajv's own say.
 */
export function compareAsJson(engine: Ajv): void {
  for (const keyword of ['const', 'enum', 'uniqueItems']) engine.removeKeyword(keyword)
  engine.addKeyword({
    keyword: 'const',
    validate: (allowed: Json, value: Json) => sameJson(allowed, value),
    error: {
      message: 'must be equal to constant',
      params: ({ schemaCode }) => _`{allowedValue: ${schemaCode}}`,
    },
  })
  engine.addKeyword({
    keyword: 'enum',
    schemaType: 'array',
    validate: (allowed: Json[], value: Json) => allowed.some((one) => sameJson(one, value)),
    error: {
      message: 'must be equal to one of the allowed values',
      params: ({ schemaCode }) => _`{allowedValues: ${schemaCode}}`,
    },
  })
  engine.addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', validate: checkUnique })
}

/** Ajv takes what is wrong from a property of the function it has just called. */
const checkUnique: SchemaValidateFunction = (isAsked: boolean, items: Json[]) => {
  const pair = isAsked ? samePair(items) : null
  if (pair === null) return true
  const message = `must NOT have duplicate items (items ## ${pair.later} and ${pair.earlier} are identical)`
  checkUnique.errors = [{ keyword: 'uniqueItems', message, params: { i: pair.earlier, j: pair.later } }]
  return false
}

/** The places of two items that are the same, sought from the end; null where all differ. */
function samePair(items: readonly Json[]): { earlier: number; later: number } | null {
  const seen = new Map<string, number>()
  for (let earlier = items.length - 1; earlier >= 0; earlier -= 1) {
    const text = canonicalJson(items[earlier])
    const later = seen.get(text)
    if (later !== undefined) return { earlier, later }
    seen.set(text, earlier)
  }
  return null
}
