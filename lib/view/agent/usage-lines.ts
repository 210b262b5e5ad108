import type { Transcript, TranscriptTurn } from '@/lib/api/runs'
import { addTokens, noTokens, type TokenCounts } from '@/lib/core/money/token-counts'

export type UsageLine = { label: string; tokens: number; costNanoUsd: number | null }
export type UsageSheet = { lines: UsageLine[]; totalNanoUsd: number | null; turns: number; batched: number }

type Booked = NonNullable<TranscriptTurn['costByKind']>

const kinds: readonly { label: string; tokens: keyof TokenCounts; cost: (booked: Booked) => number }[] = [
  { label: 'Input', tokens: 'inputTokens', cost: ({ input }) => input },
  {
    label: 'Cache write',
    tokens: 'cacheWriteTokens',
    cost: ({ cacheWrite5m, cacheWrite1h }) => cacheWrite5m + cacheWrite1h,
  },
  { label: 'Cache read', tokens: 'cacheReadTokens', cost: ({ cacheRead }) => cacheRead },
  { label: 'Output', tokens: 'outputTokens', cost: ({ output }) => output },
]

/**
 * Tokens and dollars by kind, as they were booked. Without a price for every turn nothing is split: it would
 * not add up.
 */
export function usageSheet(transcript: Transcript): UsageSheet {
  const tokens = transcript.turns.reduce((sum, turn) => addTokens(sum, turn.usage), noTokens)
  const booked = transcript.turns.flatMap(({ costByKind }) => (costByKind === null ? [] : [costByKind]))
  const isPriced = booked.length === transcript.turns.length
  const searches = booked.reduce((sum, { webSearch }) => sum + webSearch, 0)
  return {
    lines: [
      ...kinds.map(({ label, tokens: kind, cost }) => ({
        label,
        tokens: tokens[kind],
        costNanoUsd: isPriced ? booked.reduce((sum, one) => sum + cost(one), 0) : null,
      })),
      ...(searches > 0
        ? [{ label: 'Web searches', tokens: 0, costNanoUsd: isPriced ? searches : null }]
        : []),
    ],
    totalNanoUsd: transcript.agent.costNanoUsd,
    turns: transcript.turns.length,
    batched: transcript.turns.filter(({ delivery }) => delivery === 'batch').length,
  }
}
