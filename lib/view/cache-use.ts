import { cacheSaving } from '@/lib/core/cache-saving'
import { priceTable } from '@/lib/core/price-table'
import type { RunState } from '@/lib/core/state'
import { noTokens, type TokenCounts } from '@/lib/core/usage'
import { formatUsd } from './money'
import { percent } from './numbers'

/** How much of what was read came from the prompt cache, in percent, and what that saved in nanodollars. */
export type CacheUse = { hitPercent: number; savedNanoUsd: number | null }

/** The prompt cache of a run at list prices; null before anything was read. Unknown prices make the saving unknown. */
export function cacheUse({ run, totals, agents }: Pick<RunState, 'run' | 'totals' | 'agents'>): CacheUse | null {
  const read = totals.inputTokens + totals.cacheReadTokens + totals.cacheWriteTokens
  if (read === 0) return null
  const models = new Map<string, Pick<TokenCounts, 'cacheReadTokens' | 'cacheWriteTokens'>>()
  for (const { model, usage } of agents.values()) {
    if (usage.cacheReadTokens + usage.cacheWriteTokens === 0) continue
    const before = models.get(model) ?? noTokens
    models.set(model, {
      cacheReadTokens: before.cacheReadTokens + usage.cacheReadTokens,
      cacheWriteTokens: before.cacheWriteTokens + usage.cacheWriteTokens,
    })
  }
  const at = run.startedAt ?? run.createdAt
  const savings = [...models].map(([model, tokens]) => cacheSaving(tokens, model, priceTable, at))
  const known = savings.filter((saving) => saving !== null)
  return {
    hitPercent: percent(totals.cacheReadTokens, read),
    savedNanoUsd: known.length < savings.length ? null : known.reduce((sum, saving) => sum + saving, 0),
  }
}

/** `62 % · saved $1.20`; a cache that has cost more than it saved so far says so. */
export function cacheWords(use: CacheUse | null): string {
  if (use === null) return '–'
  const { hitPercent, savedNanoUsd } = use
  if (savedNanoUsd === null) return `${hitPercent}% · saving unknown`
  if (savedNanoUsd === 0) return `${hitPercent}%`
  const [verb, amount] = savedNanoUsd > 0 ? ['saved', savedNanoUsd] : ['cost', -savedNanoUsd]
  return `${hitPercent}% · ${verb} ${formatUsd(amount)}`
}
