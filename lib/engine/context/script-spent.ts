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
    outputTokens: outputTokens + (unsettled?.outputTokens ?? tokenCounts(usage).outputTokens),
    costNanoUsd: costNanoUsd + (unsettled?.nanoUsd ?? cost?.totalNanoUsd ?? 0),
  }
}
