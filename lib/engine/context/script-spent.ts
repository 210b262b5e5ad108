import { tokenCounts } from '@/lib/core/money/usage'
import type { BudgetReading } from '@/lib/core/ports/sandbox'
import type { EventOf } from '@/lib/core/run/events'

/** What a script reads of its spending; the cap beside it changes by itself. */
export type ScriptSpent = Pick<BudgetReading, 'outputTokens' | 'costNanoUsd'>

/**
 * What a script has spent after one more answer. An unmetered one counts with its probable usage: a loop that
 * spends until a target must end.
 */
export function spentWith(
  { outputTokens, costNanoUsd }: ScriptSpent,
  { usage, cost, unsettled }: Pick<EventOf<'turn.committed'>, 'usage' | 'cost' | 'unsettled'>,
): ScriptSpent {
  return {
    outputTokens: outputTokens + tokenCounts(usage).outputTokens + (unsettled?.outputTokens ?? 0),
    costNanoUsd: costNanoUsd + (cost?.totalNanoUsd ?? 0) + (unsettled?.nanoUsd ?? 0),
  }
}
