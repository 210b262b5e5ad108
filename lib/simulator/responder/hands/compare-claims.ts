import type { JsonObject } from '@/lib/core/base/json'
import { stringOf } from '../../wire/json'
import { findJson } from '../claims'
import { likeness } from './likeness'
import { asksFor, objectsWith } from './told-answer'
import type { Worker } from './worker'

/** From how alike two sentences are taken to be about the same. */
const SAME_MATTER = 0.6

/**
 * Finds which claims of different sources speak of the same, and whether their numbers, or one `not`, set them
 * against each other.
 */
export const compareClaims: Worker = ({ task, schema }) => {
  if (!asksFor(schema, 'contradictions')) return null
  const claims = objectsWith(findJson(task), 'id', 'claim')
  const pairs = claims.flatMap((one, at) =>
    claims.slice(at + 1).flatMap((other) => (isSameMatter(one, other) ? [{ one, other }] : [])),
  )
  const toldOf = ({ one, other }: { one: JsonObject; other: JsonObject }) => ({
    claims: [stringOf(one.id), stringOf(other.id)],
    about: stringOf(one.claim),
    reason: differenceOf(one, other) ?? 'They say the same.',
  })
  const contradictions = pairs.filter(({ one, other }) => differenceOf(one, other) !== null).map(toldOf)
  const agreements = pairs.filter(({ one, other }) => differenceOf(one, other) === null).map(toldOf)
  const summary = `${contradictions.length} contradictions, ${agreements.length} agreements.`
  return { kind: 'done', text: summary, told: { contradictions, agreements, summary }, gaps: [] }
}

function isSameMatter(one: JsonObject, other: JsonObject): boolean {
  return one.source !== other.source && likeness(stringOf(one.claim), stringOf(other.claim)) >= SAME_MATTER
}

function differenceOf(one: JsonObject, other: JsonObject): string | null {
  const [a, b] = [stringOf(one.claim), stringOf(other.claim)]
  const [here, there] = [numbersIn(a), numbersIn(b)]
  if (here.length > 0 && there.length > 0 && !here.some((number) => there.includes(number)))
    return `One says ${here.join(', ')}, the other ${there.join(', ')}.`
  return denies(a) === denies(b) ? null : 'One denies what the other says.'
}

function numbersIn(text: string): string[] {
  return [...text.matchAll(/\d+(?:[.,]\d+)*/g)].map(([number]) => number)
}

function denies(text: string): boolean {
  return /\b(?:not|never|no|nobody|none|cannot)\b|n['’]t\b/i.test(text)
}
