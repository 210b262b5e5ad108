import { mapRecord, recordOf } from '../base/record-of'
import { cacheSavedNanoUsd } from './cache-saving'
import { type Cost, emptyKinds, promptTokens, type TokenKind } from './pricing'
import type { TokenCounts } from './token-counts'
import { hourWrites, tokenCounts, type Usage } from './usage'

/** A committed turn, as far as sums are concerned. */
export type SummedTurn = {
  usage: Usage
  /** Null where no price is known, or nothing of what was used. */
  cost: Cost | null
  /** Tokens of the prompt before it in its conversation; 0 at the beginning. */
  promptBefore: number
}

type TurnParts = SummedTurn & { tokens: TokenCounts; kinds: Readonly<Record<TokenKind, number>> }

type Sum = {
  name: string
  column: string
  unit: 'turns' | 'tokens' | 'nanoUsd'
  /** What one committed turn adds to it. */
  of(turn: TurnParts): number
}

type KindSum = Sum & { kind: string; tokens: (typeof rowSums)[number]['name'] | null }

/**
 * In every row of a cost report. What is unsettled is added when a turn is lost, so no committed one
 * adds to it.
 */
const rowSums = [
  { name: 'turns', column: 'turns', unit: 'turns', of: () => 1 },
  { name: 'unpricedTurns', column: 'unpriced_turns', unit: 'turns', of: unpriced },
  { name: 'inputTokens', column: 'input_tokens', unit: 'tokens', of: ({ tokens }) => tokens.inputTokens },
  { name: 'outputTokens', column: 'output_tokens', unit: 'tokens', of: ({ tokens }) => tokens.outputTokens },
  {
    name: 'cacheReadTokens',
    column: 'cache_read_tokens',
    unit: 'tokens',
    of: ({ tokens }) => tokens.cacheReadTokens,
  },
  {
    name: 'cacheWriteTokens',
    column: 'cache_write_tokens',
    unit: 'tokens',
    of: ({ tokens }) => tokens.cacheWriteTokens,
  },
  {
    name: 'costNanoUsd',
    column: 'cost_nano_usd',
    unit: 'nanoUsd',
    of: ({ cost }) => cost?.totalNanoUsd ?? 0,
  },
  { name: 'unsettledNanoUsd', column: 'unsettled_nano_usd', unit: 'nanoUsd', of: () => 0 },
] as const satisfies readonly Sum[]

/** Beside the rows of a cost report, of the whole of it. */
const wholeSums = [
  { name: 'cacheSavedNanoUsd', column: 'cache_saved_nano_usd', unit: 'nanoUsd', of: saved },
] as const satisfies readonly Sum[]

/**
 * Costs by kind of token, which together are the cost, with the kind as reports name it and the sum that
 * counts its tokens. Adding them up is half the work: reports do so when asked.
 */
const kindSums = [
  {
    name: 'inputNanoUsd',
    column: 'input_nano_usd',
    unit: 'nanoUsd',
    kind: 'input',
    tokens: 'inputTokens',
    of: ({ kinds }) => kinds.input,
  },
  {
    name: 'outputNanoUsd',
    column: 'output_nano_usd',
    unit: 'nanoUsd',
    kind: 'output',
    tokens: 'outputTokens',
    of: ({ kinds }) => kinds.output,
  },
  {
    name: 'cacheReadNanoUsd',
    column: 'cache_read_nano_usd',
    unit: 'nanoUsd',
    kind: 'cache read',
    tokens: 'cacheReadTokens',
    of: ({ kinds }) => kinds.cacheRead,
  },
  {
    name: 'cacheWriteNanoUsd',
    column: 'cache_write_nano_usd',
    unit: 'nanoUsd',
    kind: 'cache write',
    tokens: 'cacheWriteTokens',
    of: ({ kinds }) => kinds.cacheWrite5m + kinds.cacheWrite1h,
  },
  {
    name: 'webSearchNanoUsd',
    column: 'web_search_nano_usd',
    unit: 'nanoUsd',
    kind: 'web search',
    tokens: null,
    of: ({ kinds }) => kinds.webSearch,
  },
] as const satisfies readonly KindSum[]

/** Kept by day only: a day's token cap counts these in addition to the tokens above. */
const daySums = [
  { name: 'unsettledTokens', column: 'unsettled_tokens', unit: 'tokens', of: () => 0 },
] as const satisfies readonly Sum[]

/**
 * Kept by run only: tokens written to the one-hour cache, and prompt tokens that the prompt before already
 * contained.
 */
const runSums = [
  {
    name: 'hourWriteTokens',
    column: 'hour_write_tokens',
    unit: 'tokens',
    of: ({ usage }) => hourWrites(usage),
  },
  { name: 'repeatedTokens', column: 'repeated_tokens', unit: 'tokens', of: repeated },
] as const satisfies readonly Sum[]

const reportSums = [...rowSums, ...wholeSums, ...kindSums]
const allSums = [...reportSums, ...daySums, ...runSums]

/**
 * The sums of spending by the tables that keep them: by UTC day, by day and tag, by run. Columns, the SQL
 * that keeps and reads them, rows, answers of the API, the zero and the adding all follow from the lists
 * above.
 */
export const keptSums = {
  day: [...reportSums, ...daySums],
  tag: reportSums,
  run: [...reportSums, ...runSums],
}
export type SumTable = keyof typeof keptSums

/** The sums of a cost report: in its rows, counted always, and by kind. */
export const reportedSums = { rows: rowSums, counts: [...rowSums, ...wholeSums], kinds: kindSums }

export type SumName = (typeof allSums)[number]['name']
export type RowSumName = (typeof rowSums)[number]['name']
export type ReportSumName = (typeof reportSums)[number]['name']

/** Sums by name, in the unit their name ends with. Negative ones take away. */
export type Sums = Record<SumName, number>

/** The column of a sum, the same in every table that keeps it. */
export const sumColumns: Readonly<Record<SumName, string>> = recordOf(allSums, ({ column }) => column)

export const noSums: Readonly<Sums> = recordOf(allSums, () => 0)

/** What one committed turn adds to each sum. */
export function sumsOfTurn(turn: SummedTurn): Sums {
  const parts = { ...turn, tokens: tokenCounts(turn.usage), kinds: turn.cost?.byKind ?? emptyKinds() }
  return recordOf(allSums, ({ of }) => of(parts))
}

/** `a` plus `times` times `b`, sum by sum; -1 subtracts `b`. */
export function addSums<Name extends SumName>(
  a: Readonly<Record<Name, number>>,
  b: Readonly<Record<Name, number>>,
  times = 1,
): Record<Name, number> {
  return mapRecord(a, (value, name) => value + times * b[name])
}

/** An answer that did not say what it used is unsettled, not unpriced. */
function unpriced({ cost, usage }: TurnParts): number {
  return cost === null && usage.isMetered ? 1 : 0
}

function saved({ usage, cost }: TurnParts): number {
  return cacheSavedNanoUsd(usage, cost)
}

function repeated({ usage, promptBefore }: TurnParts): number {
  return Math.min(promptBefore, promptTokens(usage))
}
