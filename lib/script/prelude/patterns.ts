import { parallel } from './barriers'
import { listOf } from './lists'
import { type Caller, mergeChanges } from './merge-call'
import { get, RealSet, RealTypeError, stringify } from './taken-aside'
import { describe } from './texts'

/**
 * The named patterns. Each is a few lines over `parallel`, and calls what it is given; an agent
 * that died is `null` there as everywhere, and no pattern takes silence for consent.
 *
 * - `patterns.mapReduce(items, map, reduce, {fold = false})`: `map(item, index)` for all at once, then
 *   `reduce(answers, {asked, lost})` on those that are not null. Gives what `reduce` gives. With `fold` answers too long
 *   for one prompt are reduced in groups, and then what came of them, until one is left; a group has about a hundred
 *   thousand tokens, or as many characters as `fold` says.
 * - `patterns.verify(claim, check, {votes = 1})`: `check(claim, vote)` says `true` or `false`, or an object with a boolean
 *   `confirmed`. Gives `{verdict: 'confirmed' | 'refuted' | 'unverified', confirmed, refuted, unverified, votes}`: a
 *   verdict needs more than half of all votes asked for, so a dead checker leaves a claim unverified.
 * - `patterns.judge(candidates, score, {judges = 1})`: `score(candidate, index, judge)` gives a number, or an object
 *   with a number `score`. Gives `{winner, index, score, scores}` by the mean of those who answered; a candidate that
 *   nobody scored has `null` and cannot win.
 * - `patterns.untilDry(round, {dry = 2, maxRounds = 20, key})`: `round(number, found)` gives an array; repeated until
 *   `dry` rounds in a row bring nothing that was not seen before. Gives `{items, rounds, isDry}`. A round without an
 *   answer (null) is not a dry one.
 * - `patterns.gate(value, checks, critic?)`: `check(value)` passes only with `true`; anything else is the reason. The
 *   first that does not pass ends it, and `critic(value)` is asked only when all passed. Gives
 *   `{passed, failedAt, reason, value}`; `failedAt` is the index of the check, or 'critic'.
 * - `patterns.merge(settled?, {check, resolve})`: see `mergeChanges`.
 */
export function patternsOf(caller: Caller) {
  const merge = (of: unknown, options: unknown) => mergeChanges(caller, of, options)
  return { mapReduce, verify, judge, untilDry, gate, merge }
}

function positive(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value >= 1 ? value - (value % 1) : otherwise
}

function times(count: number, run: (index: number) => unknown): Promise<unknown[]> {
  const thunks: unknown[] = []
  for (let index = 0; index < count; index++) thunks[index] = () => run(index)
  return parallel(thunks)
}

/** A member of an answer that is an object; else the answer. */
function memberOf(answer: unknown, name: string): unknown {
  return typeof answer === 'object' && answer !== null ? get(answer, name) : answer
}

async function mapReduce(
  items: unknown,
  map: (item: unknown, index: number) => unknown,
  reduce: Reduce,
  { fold = false }: { fold?: unknown } = {},
) {
  const all = listOf(items, 'patterns.mapReduce()')
  const answers: unknown[] = []
  for (const value of await times(all.length, (index) => map(all[index], index)))
    if (value !== null && value !== undefined) answers[answers.length] = value
  const counts = { asked: all.length, lost: all.length - answers.length }
  if (fold === false || fold === undefined) return reduce(answers, counts)
  const isOwn = fold !== true && positive(fold, 0) > 0
  return folded(
    answers,
    counts,
    reduce,
    isOwn ? positive(fold, 1) : GROUP_CHARACTERS,
    isOwn ? lengthOf : roomOf,
  )
}

function lengthOf(text: string): number {
  return text.length
}

/** Characters of a text that are looked at to tell of which script it is. */
const SAMPLED = 2_000

/**
 * The room that a text takes, in characters of Latin text, three of which make a token: one of another script may
 * make one by itself. Long texts are judged by a sample.
 */
function roomOf(text: string): number {
  const step = text.length > SAMPLED ? (text.length - (text.length % SAMPLED)) / SAMPLED : 1
  let looked = 0
  let others = 0
  for (let at = 0; at < text.length; at += step) {
    looked += 1
    if ((text[at] ?? '') > '\x7f') others += 1
  }
  return looked === 0 ? 0 : text.length + (2 * text.length * others) / looked
}

type Reduce = (answers: unknown[], counts: { asked: number; lost: number }) => unknown

/** Characters of a group of answers that is reduced at once: about a hundred thousand tokens. */
const GROUP_CHARACTERS = 300_000

/** Reduces in groups, and what comes of them in groups again, until everything fits into one. */
async function folded(
  answers: unknown[],
  counts: { asked: number; lost: number },
  reduce: Reduce,
  most: number,
  sizeOf: (text: string) => number,
): Promise<unknown> {
  let level = answers
  let { lost } = counts
  for (;;) {
    const groups = groupsOf(level, most, sizeOf)
    if (groups.length <= 1) return reduce(level, { asked: counts.asked, lost })
    const reduced: unknown[] = []
    const given = await times(groups.length, (at) => reduce(groups[at] ?? [], { asked: counts.asked, lost }))
    for (let at = 0; at < given.length; at++) {
      const one = given[at]
      if (one === null || one === undefined) lost += groups[at]?.length ?? 0
      else reduced[reduced.length] = one
    }
    // Groups of one that are as long as before would be reduced for ever.
    if (reduced.length >= level.length) return reduce(reduced, { asked: counts.asked, lost })
    level = reduced
  }
}

/** Answers in order, in groups of at least two that are at most so long where that can be. */
function groupsOf(answers: readonly unknown[], most: number, sizeOf: (text: string) => number): unknown[][] {
  const groups: unknown[][] = []
  let group: unknown[] = []
  let size = 0
  for (let at = 0; at < answers.length; at++) {
    const one = answers[at]
    const own = sizeOf(typeof one === 'string' ? one : (stringify(one) ?? ''))
    if (group.length >= 2 && size + own > most) {
      groups[groups.length] = group
      group = []
      size = 0
    }
    group[group.length] = one
    size += own
  }
  if (group.length > 0) groups[groups.length] = group
  return groups
}

async function verify(claim: unknown, check: (claim: unknown, vote: number) => unknown, { votes = 1 } = {}) {
  const cast = await times(positive(votes, 1), (vote) => check(claim, vote))
  const count = { confirmed: 0, refuted: 0, unverified: 0 }
  for (const vote of cast) {
    const said = memberOf(vote, 'confirmed')
    count[said === true ? 'confirmed' : said === false ? 'refuted' : 'unverified'] += 1
  }
  const half = cast.length / 2
  const verdict = count.confirmed > half ? 'confirmed' : count.refuted > half ? 'refuted' : 'unverified'
  return { verdict, ...count, votes: cast }
}

async function judge(
  candidates: unknown,
  score: (candidate: unknown, index: number, judge: number) => unknown,
  { judges = 1 } = {},
) {
  const all = listOf(candidates, 'patterns.judge()')
  const panel = positive(judges, 1)
  const given = await times(all.length * panel, (at) => {
    const index = (at - (at % panel)) / panel
    return score(all[index], index, at % panel)
  })
  const scores: (number | null)[] = []
  let best: { index: number; score: number } | null = null
  for (let index = 0; index < all.length; index++) {
    const mean = meanOf(given, index * panel, panel)
    scores[index] = mean
    if (mean !== null && (best === null || mean > best.score)) best = { index, score: mean }
  }
  return {
    winner: best === null ? null : all[best.index],
    index: best === null ? null : best.index,
    score: best === null ? null : best.score,
    scores,
  }
}

/** The mean of the scores of one candidate; null when nobody gave one. */
function meanOf(given: readonly unknown[], from: number, panel: number): number | null {
  let sum = 0
  let count = 0
  for (let at = from; at < from + panel; at++) {
    const said = memberOf(given[at], 'score')
    // NaN is the one number that is not itself; a script may have replaced what else would say so.
    // biome-ignore lint/suspicious/noSelfCompare: see above
    if (typeof said !== 'number' || said !== said) continue
    sum += said
    count += 1
  }
  return count === 0 ? null : sum / count
}

async function untilDry(
  round: (number: number, found: unknown[]) => unknown,
  { dry = 2, maxRounds = 20, key }: { dry?: unknown; maxRounds?: unknown; key?: unknown } = {},
) {
  const seen = new RealSet<unknown>()
  const items: unknown[] = []
  const nameOf = (item: unknown): unknown =>
    typeof key === 'function' ? key(item) : typeof item === 'string' ? item : stringify(item)
  let dryRounds = 0
  let rounds = 0
  while (dryRounds < positive(dry, 2) && rounds < positive(maxRounds, 20)) {
    const found = await round(rounds, [...items])
    rounds += 1
    if (found === null || found === undefined) continue
    const before = items.length
    for (const item of listOf(found, 'a round of patterns.untilDry()')) {
      const name = nameOf(item)
      if (item === null || item === undefined || seen.has(name)) continue
      seen.add(name)
      items[items.length] = item
    }
    dryRounds = items.length === before ? dryRounds + 1 : 0
  }
  return { items, rounds, isDry: dryRounds >= positive(dry, 2) }
}

async function gate(value: unknown, checks: unknown, critic: unknown) {
  const all = listOf(checks, 'patterns.gate()')
  const ask = async (check: unknown, failedAt: number | 'critic') => {
    let said: unknown
    try {
      said = await call(check, value)
    } catch (error) {
      said = describe(error)
    }
    if (said === true) return null
    const reason =
      said === null || said === undefined ? 'it gave no answer' : said === false ? 'it said no' : said
    return { passed: false, failedAt, reason, value }
  }
  for (let index = 0; index < all.length; index++) {
    const failed = await ask(all[index], index)
    if (failed !== null) return failed
  }
  const failed = typeof critic === 'function' ? await ask(critic, 'critic') : null
  return failed === null ? { passed: true, failedAt: null, reason: null, value } : failed
}

/** Calls what may be no function, and then says so as the engine does. */
function call(check: unknown, value: unknown): unknown {
  if (typeof check !== 'function') throw new RealTypeError('not a function')
  return check(value)
}
