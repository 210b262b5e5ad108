import { afterFailedTurn } from '@/lib/core/agent/failed-turn'
import { type Failure, failure } from '@/lib/core/agent/failure'
import { assertNever } from '@/lib/core/base/assert-never'
import { notHeld } from '@/lib/core/caps/advice'
import { ownLimits, roomWithin } from '@/lib/core/caps/own-limits'
import type { ActiveRun, Needs } from '../context/active-run'
import {
  type BatchResult,
  type BatchSlot,
  nothingLost,
  nothingSpent,
  unmeteredOf,
} from '../context/batch-slot'
import type { TurnOutcome, TurnPlan } from '../context/turn-plan'
import { bookFailure, commitTurn } from '../turn/booking'
import { pauseFor } from '../turn/pause-for-failure'
import { takeTurn } from '../turn/turn'
import { quoteOf } from '../turn/turn-quote'
import { passGate, wait } from '../turn/waiting'

/**
 * One model response that travels in a batch, from permission to commit: its worst case is reserved at half
 * price, it leaves with the others of its phase, and is booked when it comes back. Where there are no batches
 * it goes live.
 */
export async function takeBatchedTurn(run: ActiveRun, plan: TurnPlan): Promise<TurnOutcome> {
  for (let failedBefore = 0; ; ) {
    const slot = run.batches.slotOf(refOf(plan)) ?? (await joinBatch(run, plan))
    if (slot === 'live') return goLive(run, plan)
    if (slot === 'again') continue
    if ('kind' in slot) return { kind: 'failed', failure: slot }
    const result = await awaited(run, plan, slot)
    const done = await book(run, plan, slot, result, failedBefore)
    if (done.kind === 'again') {
      failedBefore = done.failedBefore
      continue
    }
    return done
  }
}

async function awaited(
  run: Needs<'batchWaitTime' | 'workTime'>,
  { spec, signal }: TurnPlan,
  slot: BatchSlot,
): Promise<BatchResult> {
  run.batchWaitTime.enters(spec.agentId, run.workTime.now())
  try {
    return await slot.result(signal)
  } finally {
    run.batchWaitTime.returns(spec.agentId, run.workTime.now())
  }
}

/** Joins the next batch, once the run and its caps allow. */
async function joinBatch(
  run: Needs<
    | 'approval'
    | 'batches'
    | 'gate'
    | 'id'
    | 'journal'
    | 'outputRooms'
    | 'pauses'
    | 'ports'
    | 'providerContext'
    | 'servedRegions'
    | 'slowed'
  >,
  plan: TurnPlan,
): Promise<BatchSlot | Failure | 'again' | 'live'> {
  if (run.batches.areRefused) return 'live'
  const { spec } = plan
  await passGate(run, spec.agentId, plan.signal)
  const stopped = await run.approval.passTurn(spec.agentId, plan.signal, () =>
    wait(run, spec.agentId, 'approval', null),
  )
  if (stopped !== null) return failure('limit', stopped)
  const asked = quoteOf(run, plan, 'batch')
  const room = roomWithin(
    run.journal.agent(spec.agentId),
    ownLimits(spec.options, run.journal.state.run.limits.perAgent),
    asked,
    plan.keepsLastTurn,
  )
  if (room.kind === 'none') return room.failure
  const admission = await run.providerContext.dispatcher.reserve({ ...asked, maxTokens: room.maxTokens })
  if (admission.kind === 'capped') {
    const ended = await run.pauses.reachCap(admission)
    if (ended !== null) return ended
    wait(run, spec.agentId, 'paused', null)
    return 'again'
  }
  if (admission.kind === 'not-held') return notHeld(plan.model, admission.cap)
  if (!run.gate.isOpen || plan.signal.aborted) {
    admission.settle(nothingSpent)
    plan.signal.throwIfAborted()
    return 'again'
  }
  const slot = run.batches.join(plan, admission)
  run.approval.left(spec.agentId)
  return slot
}

async function goLive(
  run: Needs<
    | 'approval'
    | 'gate'
    | 'id'
    | 'inFlightTurns'
    | 'journal'
    | 'outputRooms'
    | 'pauses'
    | 'ports'
    | 'providerContext'
    | 'servedRegions'
    | 'slowed'
    | 'warmUps'
  >,
  plan: TurnPlan,
): Promise<TurnOutcome> {
  const { agentId, options } = plan.spec
  if (run.journal.agent(agentId).delivery === 'batch')
    await run.journal.record([
      { type: 'agent.changed', agentId, delivery: 'live', maxTokens: options.maxTokens, actor: null },
    ])
  return takeTurn(run, plan)
}

type Booked = TurnOutcome | { kind: 'again'; failedBefore: number }

async function book(
  run: Needs<'batches' | 'journal' | 'pauses' | 'ports'>,
  plan: TurnPlan,
  slot: BatchSlot,
  result: BatchResult,
  failedBefore: number,
): Promise<Booked> {
  switch (result.kind) {
    case 'not-submitted':
      run.batches.forget(slot)
      return { kind: 'again', failedBefore }
    case 'unsent':
      await bookFailure(run, plan, {
        model: plan.model,
        failure: result.failure,
        ...nothingLost,
        willRetry: true,
      })
      run.batches.forget(slot)
      plan.signal.throwIfAborted()
      return { kind: 'again', failedBefore }
    case 'turn': {
      const times = { startedAt: slot.startedAt, firstTokenAt: null }
      slot.settle(await commitTurn(run, plan, result.turn, times, () => unmeteredOf(slot)))
      run.batches.forget(slot)
      const { maxTokens, clampedBy } = slot.reserved
      return { kind: 'committed', turn: result.turn, maxTokens, clampedBy }
    }
    case 'failure':
      return bookLoss(run, plan, slot, result, failedBefore)
    default:
      return assertNever(result)
  }
}

async function bookLoss(
  run: Needs<'batches' | 'journal' | 'pauses' | 'ports'>,
  plan: TurnPlan,
  slot: BatchSlot,
  { failure, unsettledNanoUsd, unsettledTokens }: Extract<BatchResult, { kind: 'failure' }>,
  failedBefore: number,
): Promise<Booked> {
  const { agentId, options } = plan.spec
  const policy = { ...run.ports.retryPolicy, retries: options.retries }
  const decision = afterFailedTurn(failure, failedBefore, policy, run.ports.random())
  const willRetry = !plan.signal.aborted && decision.do !== 'end'
  await bookFailure(run, plan, { model: plan.model, failure, unsettledNanoUsd, unsettledTokens, willRetry })
  slot.settle({ ...nothingSpent, unsettledNanoUsd, tokens: unsettledTokens, failure })
  run.batches.forget(slot)
  if (plan.signal.aborted) throw plan.signal.reason
  if (decision.do === 'end') return { kind: 'failed', failure }
  if (decision.do === 'pause') {
    await pauseFor(run, failure, decision.forMs)
    wait(run, agentId, 'paused', null)
    return { kind: 'again', failedBefore: 0 }
  }
  if (decision.delayMs > 0) {
    wait(run, agentId, 'back-off', run.ports.clock.now() + decision.delayMs)
    await run.ports.clock.sleep(decision.delayMs, plan.signal)
  }
  return { kind: 'again', failedBefore: failedBefore + 1 }
}

function refOf({ spec, turn, attempt }: TurnPlan) {
  return { agentId: spec.agentId, turn, attempt }
}
