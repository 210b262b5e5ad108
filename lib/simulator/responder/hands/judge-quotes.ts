import type { JsonObject } from '@/lib/core/base/json'
import { stringOf } from '../../wire/json'
import { findJson } from '../claims'
import { tidyPath } from '../paths'
import { toolOf } from '../situation'
import { wholeFiles } from './acting'
import { likeness } from './likeness'
import { itemNames, objectsWith } from './told-answer'
import type { Worker } from './worker'

/** Words by which a source says that it does not know itself. */
const HEDGED =
  /\b(?:reportedly|allegedly|perhaps|possibly|rumou?r\w*|it is said|is said to|unconfirmed|some say|may have|might have)\b/i

/**
 * Judges claims by their quotes: reads the sources again, and confirms what stands there in those words and without
 * reservation.
 */
export const judgeQuotes: Worker = (situation) => {
  if (!itemNames(situation.schema, 'verdicts').includes('id')) return null
  const claims = objectsWith(findJson(situation.task), 'id', 'claim', 'quote')
  if (claims.length === 0) return null
  const sources = [
    ...new Set(claims.map(({ source }) => tidyPath(stringOf(source))).filter((path) => path !== '')),
  ]
  const canRead = toolOf(situation, 'read') !== undefined
  const { calls, files, gone } = wholeFiles(situation, canRead ? sources : [])
  if (calls.length > 0) return { kind: 'calls', plan: { thought: 'I will read the sources again.', calls } }
  const verdicts = claims.map((claim) => ({ id: stringOf(claim.id), ...verdictOn(claim, files) }))
  const confirmed = verdicts.filter(({ verdict }) => verdict === 'confirmed').length
  const summary = `${confirmed} of ${verdicts.length} claims stand in their sources without reservation.`
  return {
    kind: 'done',
    text: summary,
    told: { verdicts, summary },
    gaps: gone.map(({ path, why }) => `${path}: ${why}`),
  }
}

function verdictOn(
  claim: JsonObject,
  files: ReadonlyMap<string, readonly string[]>,
): { verdict: string; reason: string } {
  const quote = stringOf(claim.quote)
  const lines = files.get(tidyPath(stringOf(claim.source)))
  if (lines === undefined) return { verdict: 'unverified', reason: 'The source could not be read.' }
  const spaced = (text: string) => text.replace(/\s+/g, ' ').trim()
  if (!spaced(lines.join(' ')).includes(spaced(quote)))
    return { verdict: 'unverified', reason: 'The quote does not stand in the source.' }
  const hedge = HEDGED.exec(quote)?.[0]
  if (hedge !== undefined)
    return { verdict: 'unverified', reason: `The source itself does not vouch for it: “${hedge}”.` }
  return likeness(quote, stringOf(claim.claim)) >= 0.5
    ? { verdict: 'confirmed', reason: 'The source says so in these words.' }
    : { verdict: 'unverified', reason: 'The quote speaks of something else.' }
}
