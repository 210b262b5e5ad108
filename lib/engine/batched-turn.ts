import { assertNever } from '@/lib/core/assert-never'
import { type Failure, failure } from '@/lib/core/failure'
import { decideRetry } from '@/lib/core/retry'
import type { ActiveRun } from './active-run'
import { roomWithin } from './agent-limits'
import { bookFailure, commitTurn } from './booking'
import { pauseFor } from './pause-reason'
import { type Arrival, nothingLost, nothingSpent, type Place, unmeteredOf } from './place'
import { takeTurn } from './turn'
import type { TurnOutcome, TurnPlan } from './turn-plan'
import { quoteOf } from './turn-quote'
import { passGate, wait } from './waiting'

/**
 * One model response that travels in a batch, from permission to commit: its worst case is reserved at half price, it leaves with the
 * others of its phase, and is booked when it comes back. Where there are no batches it goes live.
 */
export async function takeBatchedTurn(run: ActiveRun, plan: TurnPlan): Promise<TurnOutcome> {
  for (let failedBefore = 0; ; ) {
    const place = run.rounds.placeOf(refOf(plan)) ?? (await setOut(run, plan))
    if (place === 'live') return goLive(run, plan)
    if (place === 'again') continue
    if ('kind' in place) return { kind: 'failed', failure: place }
    const arrival = await awaited(run, plan, place)
    const done = await book(run, plan, place, arrival, failedBefore)
    if (done.kind === 'again') {
      failedBefore = done.failedBefore
      continue
    }
    return done
  }
}

async function awaited(run: ActiveRun, { spec, signal }: TurnPlan, place: Place): Promise<Arrival> {
  run.away.leaves(spec.agentId, run.workTime.now())
  try {
    return await place.arrival(signal)
  } finally {
    run.away.isBack(spec.agentId, run.workTime.now())
  }
}

/** Joins the next round, once the run and its caps allow. */
async function setOut(run: ActiveRun, plan: TurnPlan): Promise<Place | Failure | 'again' | 'live'> {
  if (run.rounds.areRefused) return 'live'
  const { spec } = plan
  await passGate(run, spec.agentId, plan.signal)
  const stopped = await run.approval.passTurn(plan.signal, () => wait(run, spec.agentId, 'approval', null))
  if (stopped !== null) return failure('limit', stopped)
  const asked = quoteOf(run, plan, 'batch')
  const room = roomWithin(run, spec.agentId, spec.options, asked)
  if (typeof room !== 'number') return room
  const admission = await run.providerContext.dispatcher.reserve({ ...asked, maxTokens: room })
  if (admission.kind === 'capped') {
    const ended = await run.reachCap(admission.reason, admission.detail, admission.phase)
    if (ended !== null) return ended
    wait(run, spec.agentId, 'paused', null)
    return 'again'
  }
  if (!run.gate.isOpen || plan.signal.aborted) {
    admission.settle(nothingSpent)
    plan.signal.throwIfAborted()
    return 'again'
  }
  return run.rounds.join(plan, admission)
}

async function goLive(run: ActiveRun, plan: TurnPlan): Promise<TurnOutcome> {
  const { agentId, options } = plan.spec
  if (run.agent(agentId).delivery === 'batch')
    await run.ports.recorder.record(run.id, [
      { type: 'agent.changed', agentId, delivery: 'live', maxTokens: options.maxTokens, actor: null },
    ])
  return takeTurn(run, plan)
}

type Booked = TurnOutcome | { kind: 'again'; failedBefore: number }

async function book(
  run: ActiveRun,
  plan: TurnPlan,
  place: Place,
  arrival: Arrival,
  failedBefore: number,
): Promise<Booked> {
  switch (arrival.kind) {
    case 'stayed':
      run.rounds.forget(place)
      return { kind: 'again', failedBefore }
    case 'unsent':
      await bookFailure(run, plan, {
        model: plan.model,
        failure: arrival.failure,
        ...nothingLost,
        willRetry: true,
      })
      run.rounds.forget(place)
      plan.signal.throwIfAborted()
      return { kind: 'again', failedBefore }
    case 'turn': {
      const times = { startedAt: place.startedAt, firstTokenAt: null }
      place.settle(await commitTurn(run, plan, arrival.turn, times, () => unmeteredOf(place)))
      run.rounds.forget(place)
      return { kind: 'committed', turn: arrival.turn, clampedBy: place.reserved.clampedBy }
    }
    case 'failure':
      return bookLoss(run, plan, place, arrival, failedBefore)
    default:
      return assertNever(arrival)
  }
}

async function bookLoss(
  run: ActiveRun,
  plan: TurnPlan,
  place: Place,
  { failure, unsettledNanoUsd, unsettledTokens }: Extract<Arrival, { kind: 'failure' }>,
  failedBefore: number,
): Promise<Booked> {
  const { agentId, options } = plan.spec
  const policy = { ...run.ports.retryPolicy, retries: options.retries }
  const decision = decideRetry(failure, failedBefore, policy, run.ports.random())
  const willRetry = !plan.signal.aborted && decision.do !== 'end'
  await bookFailure(run, plan, { model: plan.model, failure, unsettledNanoUsd, unsettledTokens, willRetry })
  place.settle({ ...nothingSpent, unsettledNanoUsd, tokens: unsettledTokens, failure })
  run.rounds.forget(place)
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
