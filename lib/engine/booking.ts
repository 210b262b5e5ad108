import type { Settlement } from '@/lib/core/dispatcher'
import type { Failure } from '@/lib/core/failure'
import type { CompletedTurn } from '@/lib/core/ports'
import { costOf } from '@/lib/core/pricing'
import { allTokens, tokenCounts } from '@/lib/core/usage'
import type { ActiveRun } from './active-run'
import type { BookedTurn } from './turn-plan'

/**
 * Writes a response down with its usage and its cost in one commit; gives what the books are to say. What came without
 * any usage (`isMetered` false) has an unknown cost, not none.
 */
export async function commitTurn(
  run: ActiveRun,
  plan: BookedTurn,
  turn: CompletedTurn,
  times: { startedAt: string; firstTokenAt: string | null },
  isMetered: boolean,
): Promise<Settlement> {
  const { agentId } = plan.spec
  const endedAt = run.iso()
  const { model, usage, stopReason, requestId } = turn
  const cost = isMetered ? costOf(usage, model, run.ports.prices(), endedAt) : null
  const ref = { agentId, turn: plan.turn, attempt: plan.attempt }
  const { firstTokenAt, startedAt } = times
  await run.ports.recorder.record(
    run.id,
    [{ type: 'turn.committed', ...ref, model, usage, cost, stopReason, requestId, firstTokenAt }],
    [
      {
        do: 'commit-turn',
        fence: plan.fence,
        row: { ...ref, model, usage, cost, stopReason, requestId, startedAt, firstTokenAt, endedAt },
        rollup: run.rollup(model, plan.phase),
      },
      {
        do: 'add-message',
        agentId,
        fence: plan.fence,
        attempt: plan.attempt,
        turn: plan.turn,
        message: { role: 'assistant', content: turn.content },
      },
    ],
  )
  const tokens = allTokens(tokenCounts(usage))
  return { spentNanoUsd: cost?.totalNanoUsd ?? 0, unsettledNanoUsd: 0, tokens, failure: null }
}

/** Writes a failed try down, with what it probably cost. */
export async function bookFailure(
  run: ActiveRun,
  plan: Omit<BookedTurn, 'fence'>,
  lost: { model: string; failure: Failure; unsettledNanoUsd: number; unsettledTokens: number; willRetry: boolean },
): Promise<void> {
  const { agentId } = plan.spec
  const { model, failure, unsettledNanoUsd, unsettledTokens, willRetry } = lost
  const rollup = run.rollup(model, plan.phase)
  await run.ports.recorder.record(
    run.id,
    [
      {
        type: 'turn.failed',
        agentId,
        turn: plan.turn,
        attempt: plan.attempt,
        failure,
        unsettledNanoUsd,
        unsettledTokens,
        willRetry,
      },
    ],
    [
      { do: 'clear-air', agentId },
      ...(unsettledNanoUsd > 0 || unsettledTokens > 0
        ? [{ do: 'add-unsettled' as const, rollup, nanoUsd: unsettledNanoUsd, tokens: unsettledTokens }]
        : []),
    ],
  )
}
