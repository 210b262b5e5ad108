/** UTC days, both included; real money and simulated are never added up. */
export type CostPeriod = { from: string; to: string; simulated: boolean }

/** What daily sums are kept by. */
export const rollupColumns = ['day', 'model', 'workflow', 'phase', 'user'] as const
export type RollupColumn = (typeof rollupColumns)[number]

/** Tokens, and nanodollars in all and by kind. Kinds of turns before kinds were kept are in the whole only. */
export type RollupSums = {
  turns: number
  unpricedTurns: number
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  costNanoUsd: number
  inputNanoUsd: number
  outputNanoUsd: number
  cacheReadNanoUsd: number
  cacheWriteNanoUsd: number
  webSearchNanoUsd: number
  unsettledNanoUsd: number
}

export type RollupRow = { key: Partial<Record<RollupColumn, string>>; sums: RollupSums }
