import type { Failure } from '@/lib/core/agent/failure'
import { type Cost, costOf, probableCostOf } from '@/lib/core/money/pricing'
import { allTokens } from '@/lib/core/money/token-counts'
import { noUsage, tokenCounts, type Usage } from '@/lib/core/money/usage'
import type { Settlement } from '@/lib/core/ports/dispatcher'
import type { CompletedTurn } from '@/lib/core/ports/ports'
import type { Unmetered } from '@/lib/core/run/events'
import type { Needs } from '../context/active-run'
import type { BookedTurn } from '../context/turn-plan'

/**
 * Records a response with its usage and cost in one commit; returns what the rollups should add. The cost of
 * a response without usage is unknown, not zero: its estimate (`probable`) is kept separately as unsettled,
 * and counts against every cap. So is that of one whose model has no price, by the price of the model that was
 * asked for, until history is repriced.
 */
export async function commitTurn(
  run: Needs<'journal' | 'ports'>,
  plan: BookedTurn,
  turn: CompletedTurn,
  times: { startedAt: string; firstTokenAt: string | null },
  probable: () => Unmetered,
): Promise<Settlement> {
  const { agentId } = plan.spec
  const endedAt = run.journal.iso()
  const { model, stopReason, refusal, requestId } = turn
  const isFree = isUnbilled(turn)
  const isMetered = isFree || turn.usage.isMetered
  // Half of a usage would be added up as if it were the whole.
  const billed = isMetered ? turn.usage : unmetered(turn.usage)
  const usage = isFree ? unbilled(turn.usage) : billed
  const cost = costOf(usage, model, run.ports.prices(), endedAt)
  const unsettled = isMetered ? withoutPrice(run, plan, { usage, model, cost }, endedAt) : probable()
  const ref = { agentId, turn: plan.turn, attempt: plan.attempt }
  const { firstTokenAt, startedAt } = times
  const rollup = run.journal.rollup(model, plan.phase)
  const { unmeteredTurns } = run.journal.state.totals
  const notes = run.journal.newNotes([
    ...(isMetered || unmeteredTurns > 0 ? [] : [withoutUsage(model)]),
    ...(isMetered && unsettled !== null ? [servedUnpriced(model, plan.model)] : []),
  ])
  await run.journal.record(
    [
      {
        type: 'turn.committed',
        ...ref,
        model,
        usage,
        cost,
        unsettled,
        stopReason,
        refusal,
        isWasted: isWasted(turn),
        requestId,
        firstTokenAt,
      },
      ...notes.map((message) => ({ type: 'run.noted' as const, message, agentId: null, callSite: null })),
    ],
    [
      {
        do: 'commit-turn',
        fence: plan.fence,
        row: { ...ref, model, usage, cost, stopReason, requestId, startedAt, firstTokenAt, endedAt },
        rollup,
      },
      ...(unsettled === null
        ? []
        : [{ do: 'add-unsettled' as const, rollup, nanoUsd: unsettled.nanoUsd, tokens: unsettled.tokens }]),
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
  return {
    spentNanoUsd: cost?.totalNanoUsd ?? 0,
    unsettledNanoUsd: unsettled?.nanoUsd ?? 0,
    tokens: allTokens(tokenCounts(usage)) + (unsettled?.tokens ?? 0),
    failure: null,
  }
}

/** The estimated cost of a response whose tokens are known and whose price is not; null where there is none. */
function withoutPrice(
  run: Needs<'ports'>,
  { model: asked }: BookedTurn,
  { usage, model: served, cost }: { usage: Usage; model: string; cost: Cost | null },
  at: string,
): Unmetered | null {
  if (cost !== null) return null
  const nanoUsd = probableCostOf(usage, { served, asked }, run.ports.prices(), at)
  return nanoUsd === 0 ? null : { nanoUsd, tokens: 0, outputTokens: 0 }
}

/** A refusal before a word was said is not billed (pricing page, since 2 June 2026). */
function isUnbilled({ stopReason, content }: CompletedTurn): boolean {
  const isSilent = content.every(({ type, text }) => type === 'text' && (text ?? '') === '')
  return stopReason === 'refusal' && isSilent
}

function unbilled({ speed, serviceTier, inferenceGeo }: Usage): Usage {
  return { ...noUsage, speed, serviceTier, inferenceGeo }
}

/** A turn that was cut before it had said a word: it thought, or was in the middle of a call. */
function isWasted({ stopReason, content }: CompletedTurn): boolean {
  return stopReason === 'max_tokens' && !content.some(({ type }) => type === 'text')
}

function unmetered({ speed, serviceTier, inferenceGeo }: Usage): Usage {
  return { ...noUsage, speed, serviceTier, inferenceGeo, isMetered: false }
}

/** Noted once per run and pair of models. */
function servedUnpriced(served: string, asked: string): string {
  return `Responses to ${asked} came from ${served}, of which a part has no known price. Their cost is estimated by the price of ${asked}, and counts as unsettled against every cap. Add the price under Costs, Prices, and reprice the run when it has ended.`
}

/** Noted once per run, not per model, because all models share one endpoint. */
function withoutUsage(model: string): string {
  return `A response of ${model} had no valid \`usage\`. Its estimated cost counts as unsettled against every cap; its exact cost is unknown. Check the proxy between Skein and the model.`
}

/** Records a failed try with its estimated cost. */
export async function bookFailure(
  run: Needs<'journal'>,
  plan: Omit<BookedTurn, 'fence'>,
  lost: {
    model: string
    failure: Failure
    unsettledNanoUsd: number
    unsettledTokens: number
    willRetry: boolean
  },
): Promise<void> {
  const { agentId } = plan.spec
  const { model, failure, unsettledNanoUsd, unsettledTokens, willRetry } = lost
  const rollup = run.journal.rollup(model, plan.phase)
  await run.journal.record(
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
      { do: 'clear-in-flight-turn', agentId },
      ...(unsettledNanoUsd > 0 || unsettledTokens > 0
        ? [{ do: 'add-unsettled' as const, rollup, nanoUsd: unsettledNanoUsd, tokens: unsettledTokens }]
        : []),
    ],
  )
}
