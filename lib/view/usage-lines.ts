import type { Transcript } from '@/lib/api/runs'
import { findPrice, type Price, type Rates } from '@/lib/core/pricing'
import { addTokens, noTokens, type TokenCounts } from '@/lib/core/usage'

export type UsageLine = { label: string; tokens: number; costNanoUsd: number | null }
export type UsageSheet = { lines: UsageLine[]; totalNanoUsd: number | null; turns: number }

const kinds: readonly { label: string; tokens: keyof TokenCounts; rate: keyof Rates }[] = [
  { label: 'Input', tokens: 'inputTokens', rate: 'input' },
  { label: 'Cache write', tokens: 'cacheWriteTokens', rate: 'cacheWrite5m' },
  { label: 'Cache read', tokens: 'cacheReadTokens', rate: 'cacheRead' },
  { label: 'Output', tokens: 'outputTokens', rate: 'output' },
]

/**
 * Tokens and dollars by kind. The booked total is the truth; a split is shown only when the list price of each turn
 * adds up to what was booked for it (it does not with fast mode, batch, hour-long caches or another price list).
 */
export function usageSheet(transcript: Transcript, prices: readonly Price[]): UsageSheet {
  const tokens = transcript.turns.reduce((sum, turn) => addTokens(sum, turn.usage), noTokens)
  const costs = splitCost(transcript, prices)
  return {
    lines: kinds.map((kind, at) => ({
      label: kind.label,
      tokens: tokens[kind.tokens],
      costNanoUsd: costs === null ? null : (costs[at] ?? null),
    })),
    totalNanoUsd: transcript.agent.costNanoUsd,
    turns: transcript.turns.length,
  }
}

function splitCost(transcript: Transcript, prices: readonly Price[]): number[] | null {
  const sums = kinds.map(() => 0)
  for (const turn of transcript.turns) {
    const price = findPrice(prices, turn.model, turn.endedAt)
    if (price === null || turn.costNanoUsd === null) return null
    const prompt = turn.usage.inputTokens + turn.usage.cacheReadTokens + turn.usage.cacheWriteTokens
    const rates = price.longPrompt && prompt > price.longPrompt.aboveTokens ? price.longPrompt.rates : price.rates
    const parts = kinds.map((kind) => Math.round((turn.usage[kind.tokens] * rates[kind.rate]) / 1000))
    const total = parts.reduce((sum, part) => sum + part, 0)
    if (Math.abs(total - turn.costNanoUsd) > kinds.length) return null
    parts.forEach((part, at) => {
      sums[at] = (sums[at] ?? 0) + part
    })
  }
  return sums
}
