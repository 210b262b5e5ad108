import { afterFailedTurn, type RetryDecision } from '@/lib/core/agent/failed-turn'
import { type Failure, failure } from '@/lib/core/agent/failure'
import { notHeld } from '@/lib/core/caps/advice'
import { ownLimits, roomWithin } from '@/lib/core/caps/own-limits'
import type { Admission, AdmitRequest } from '@/lib/core/ports/dispatcher'
import type { TurnResult } from '@/lib/core/ports/ports'
import type { CapMet } from '@/lib/core/spec/run'
import type { Needs } from '../context/active-run'
import type { TurnOutcome, TurnPlan } from '../context/turn-plan'
import type { InFlightTurn } from '../parts/in-flight-turn'
import { RunStopped } from '../parts/stops'
import { type Lead, sharedPrefix } from '../parts/warm-up'
import { bookFailure, commitTurn } from './booking'
import { credentialDigestOf } from './credential-digest'
import { slow, slowDown, speedOf } from './fast-mode'
import { pauseFor } from './pause-for-failure'
import { showsAnything, withShown } from './shown-request'
import { observer, openInFlightTurn, probableLoss, probablyUsed } from './stream-observer'
import { quoteOf } from './turn-quote'
import { cachesPrefix, requestOf } from './turn-request'
import { passGate, wait } from './waiting'

/**
 * One model response, from permission to commit: waits for the gate and the dispatcher, sends, books what
 * came, and tries again as the failure asks. Rejects only when the run is stopped.
 */
export async function takeTurn(
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
  const { spec } = plan
  for (let failedBefore = 0; ; ) {
    await passGate(run, spec.agentId, plan.signal)
    const stopped = await run.approval.passTurn(spec.agentId, plan.signal, () =>
      wait(run, spec.agentId, 'approval', null),
    )
    if (stopped !== null) return { kind: 'failed', failure: failure('limit', stopped) }
    const asked = quoteOf(run, plan, 'live')
    const room = roomWithin(
      run.journal.agent(spec.agentId),
      ownLimits(spec.options, run.journal.state.run.limits.perAgent),
      asked,
      plan.keepsLastTurn,
    )
    if (room.kind === 'none') return { kind: 'failed', failure: room.failure }
    const lead = await warmUp(run, plan)
    const sent = await admitAndSend(
      run,
      plan,
      { ...asked, maxTokens: room.maxTokens },
      failedBefore,
      lead,
    ).finally(() => lead?.done())
    if (sent === 'again') continue
    if ('kind' in sent) return sent
    const { result, decision, maxTokens, clampedBy } = sent
    if (result.ok) return { kind: 'committed', turn: result.turn, maxTokens, clampedBy }
    if (plan.signal.aborted) throw plan.signal.reason
    failedBefore += 1
    if (decision.do === 'end') return { kind: 'failed', failure: result.failure }
    if (decision.do === 'pause') {
      await pauseFor(run, result.failure, decision.forMs)
      wait(run, spec.agentId, 'paused', null)
      failedBefore = 0
      continue
    }
    const until = run.ports.clock.now() + decision.delayMs
    wait(run, spec.agentId, 'back-off', until)
    await run.ports.clock.sleep(decision.delayMs, plan.signal)
  }
}

type Sent = {
  result: TurnResult
  decision: RetryDecision
  /** The output it left with, in tokens. */
  maxTokens: number
  clampedBy: CapMet | null
}

/** One try of a turn; `again` when it did not leave and has to ask anew. */
async function admitAndSend(
  run: Needs<
    | 'gate'
    | 'id'
    | 'inFlightTurns'
    | 'journal'
    | 'pauses'
    | 'ports'
    | 'providerContext'
    | 'servedRegions'
    | 'slowed'
  >,
  plan: TurnPlan,
  asked: AdmitRequest,
  failedBefore: number,
  lead: Lead | null,
): Promise<Sent | Extract<TurnOutcome, { kind: 'failed' }> | 'again'> {
  const admission = await admitted(run, plan, asked)
  if (admission === null) return 'again'
  if (admission.kind === 'capped') {
    const ended = await run.pauses.reachCap(admission)
    if (ended !== null) return { kind: 'failed', failure: ended }
    wait(run, plan.spec.agentId, 'paused', null)
    return 'again'
  }
  if (admission.kind === 'not-held') return { kind: 'failed', failure: notHeld(plan.model, admission.cap) }
  if (!run.gate.isOpen || plan.signal.aborted) {
    admission.settle({ spentNanoUsd: 0, unsettledNanoUsd: 0, tokens: 0, failure: null })
    return 'again'
  }
  const { maxTokens, clampedBy } = admission
  return { ...(await send(run, plan, admission, failedBefore, lead)), maxTokens, clampedBy }
}

/**
 * Lets the first of the turns that begin alike write the cache for all: a lead for that one, null for the
 * others once it has. Only an agent's first turn is asked; from then on it has a longer beginning of its own.
 */
async function warmUp(
  run: Needs<'journal' | 'ports' | 'slowed' | 'warmUps'>,
  plan: TurnPlan,
): Promise<Lead | null> {
  const mostMs = run.journal.state.run.cacheWarmUpSeconds * 1000
  if (plan.turn > 0 || mostMs === 0 || !cachesPrefix(plan.spec)) return null
  const prefix = sharedPrefix(plan.spec, plan.model, speedOf(run, plan))
  if (prefix === null) return null
  const { agentId } = plan.spec
  return run.warmUps.pass(prefix, {
    nowMs: run.ports.clock.now(),
    mostMs,
    signal: plan.signal,
    onWait: (untilMs) => wait(run, agentId, 'cache-warm-up', untilMs),
  })
}

/**
 * Permission for a turn; null when it would wait for fast mode's own limit, and goes on at standard speed
 * instead.
 */
async function admitted(
  run: Needs<'journal' | 'ports' | 'providerContext' | 'slowed'>,
  plan: TurnPlan,
  asked: AdmitRequest,
): Promise<Admission | null> {
  const { dispatcher } = run.providerContext
  if (speedOf(run, plan) === 'standard') return dispatcher.admit(asked)
  const tooSlow = new AbortController()
  const onWait: AdmitRequest['onWait'] = (reason, ...more) => {
    if (reason === 'rate-limit') tooSlow.abort()
    else asked.onWait(reason, ...more)
  }
  try {
    return await dispatcher.admit({
      ...asked,
      onWait,
      signal: AbortSignal.any([plan.signal, tooSlow.signal]),
    })
  } catch (error) {
    if (plan.signal.aborted || !tooSlow.signal.aborted) throw error
    slow(run, plan, 'limited')
    return null
  }
}

async function send(
  run: Needs<'id' | 'inFlightTurns' | 'journal' | 'ports' | 'providerContext' | 'servedRegions' | 'slowed'>,
  plan: TurnPlan,
  admission: Extract<Admission, { kind: 'admitted' }>,
  failedBefore: number,
  lead: Lead | null,
): Promise<{ result: TurnResult; decision: RetryDecision }> {
  const { agentId } = plan.spec
  const ref = { agentId, turn: plan.turn, attempt: plan.attempt }
  const startedAt = run.journal.iso()
  try {
    await run.journal.record([
      ...(run.journal.agent(agentId).startedAt === null || plan.turn === 0
        ? [{ type: 'agent.started' as const, agentId, attempt: plan.attempt }]
        : []),
      {
        type: 'turn.started',
        ...ref,
        model: plan.model,
        maxTokens: admission.maxTokens,
        reservedNanoUsd: admission.reservedNanoUsd,
        account: credentialDigestOf(run),
        batchId: null,
        reservedTokens: 0,
        clampedBy: admission.clampedBy,
      },
    ])
    const inFlightTurn = openInFlightTurn(run, plan, startedAt, admission.maxTokens)
    const request = requestOf(plan, admission.maxTokens, speedOf(run, plan), '5m')
    const result = await run.providerContext.provider.turn(
      showsAnything(request) ? await withShown(run, request) : request,
      observer(run, inFlightTurn, admission, lead),
      {
        signal: plan.signal,
        idleLimitMs: plan.spec.options.stallMs,
      },
    )
    // A late save of what was heard would outlive this turn, and be booked as a loss of its next try.
    inFlightTurn.isDirty = false
    const decision = result.ok ? done : decide(run, plan, result.failure, failedBefore)
    if (result.ok)
      admission.settle(
        await commitTurn(run, plan, result.turn, inFlightTurn, () =>
          probablyUsed(run, plan, result.turn, inFlightTurn),
        ),
      )
    else await book(run, plan, result, decision, admission, inFlightTurn)
    return { result, decision }
  } catch (error) {
    admission.settle({ spentNanoUsd: 0, unsettledNanoUsd: 0, tokens: 0, failure: null })
    throw error
  } finally {
    run.inFlightTurns.delete(agentId)
  }
}

const done: RetryDecision = { do: 'end' }

function decide(
  run: Needs<'journal' | 'ports' | 'slowed'>,
  plan: TurnPlan,
  failed: Failure,
  failedBefore: number,
): RetryDecision {
  if (speedOf(run, plan) === 'fast' && slowDown(run, plan, failed)) return { do: 'retry', delayMs: 0 }
  const policy = { ...run.ports.retryPolicy, retries: plan.spec.options.retries }
  return afterFailedTurn(failed, failedBefore, policy, run.ports.random())
}

async function book(
  run: Needs<'journal' | 'ports'>,
  plan: TurnPlan,
  result: Extract<TurnResult, { ok: false }>,
  decision: RetryDecision,
  admission: Extract<Admission, { kind: 'admitted' }>,
  inFlightTurn: InFlightTurn,
): Promise<void> {
  const { unsettledNanoUsd, unsettledTokens } = probableLoss(run, plan.model, result.started, inFlightTurn)
  const model = result.started?.model ?? plan.model
  const willRetry = !plan.signal.aborted && decision.do !== 'end'
  const { reason } = plan.signal
  if (!(reason instanceof RunStopped && reason.why === 'shutdown'))
    await bookFailure(run, plan, {
      model,
      failure: result.failure,
      unsettledNanoUsd,
      unsettledTokens,
      willRetry,
    })
  admission.settle({ spentNanoUsd: 0, unsettledNanoUsd, tokens: unsettledTokens, failure: result.failure })
}
