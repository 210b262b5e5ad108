import type { WaitReason } from '@/lib/core/agent'
import type { Admission, AdmitRequest, Settlement } from '@/lib/core/dispatcher'
import type { Failure } from '@/lib/core/failure'
import { unphased } from '@/lib/core/fold'
import { modelRules } from '@/lib/core/models'
import type { CompletedTurn, TurnObserver, TurnRequest, TurnResult } from '@/lib/core/ports'
import { costOf, worstCaseNanoUsd } from '@/lib/core/pricing'
import { decideRetry, type RetryDecision } from '@/lib/core/retry'
import { type CapMet, type Delivery, effortSchema, type Speed } from '@/lib/core/run'
import type { AgentSpec } from '@/lib/core/store'
import { allTokens, noUsage, tokenCounts, usageAtLoss } from '@/lib/core/usage'
import { type ActiveRun, type Air, RunStopped, savedAir } from './active-run'
import { sleep } from './gate'
import { roomWithin } from './own-limits'
import { nothingLost } from './place'
import { promptTokenBound } from './prompt-size'
import type { BookedTurn, TurnOutcome, TurnPlan } from './turn-plan'
import { type Lead, sharedPrefix } from './warm-up'

/**
 * One model response, from permission to commit: waits for the gate and the dispatcher, sends, books what came, and
 * tries again as the failure asks. Rejects only when the run is stopped.
 */
export async function takeTurn(run: ActiveRun, plan: TurnPlan): Promise<TurnOutcome> {
  const { spec } = plan
  for (let failedBefore = 0; ; ) {
    await passGate(run, spec.agentId, plan.signal)
    const asked = quoteOf(run, plan, 'live')
    const room = roomWithin(run, spec.agentId, spec.options, asked)
    if (typeof room !== 'number') return { kind: 'failed', failure: room }
    const lead = await warmUp(run, plan)
    const sent = await admitAndSend(run, plan, { ...asked, maxTokens: room }, failedBefore, lead).finally(() =>
      lead?.done(),
    )
    if (sent === 'again') continue
    if ('kind' in sent) return sent
    const { result, decision, clampedBy } = sent
    if (result.ok) return { kind: 'committed', turn: result.turn, clampedBy }
    if (plan.signal.aborted) throw plan.signal.reason
    failedBefore += 1
    if (decision.do === 'end') return { kind: 'failed', failure: result.failure }
    if (decision.do === 'pause') {
      await run.pause(pauseReason(result.failure), result.failure.message, null)
      wait(run, spec.agentId, 'paused', null)
      failedBefore = 0
      continue
    }
    const until = run.ports.now() + decision.delayMs
    wait(run, spec.agentId, 'back-off', until)
    await sleep(decision.delayMs, plan.signal)
  }
}

type Sent = { result: TurnResult; decision: RetryDecision; clampedBy: CapMet | null }

/** One try of a turn; `again` when it did not leave and has to ask anew. */
async function admitAndSend(
  run: ActiveRun,
  plan: TurnPlan,
  asked: AdmitRequest,
  failedBefore: number,
  lead: Lead | null,
): Promise<Sent | Extract<TurnOutcome, { kind: 'failed' }> | 'again'> {
  const admission = await admitted(run, plan, asked)
  if (admission === null) return 'again'
  if (admission.kind === 'capped') {
    const ended = await run.reachCap(admission.reason, admission.detail, admission.phase)
    if (ended !== null) return { kind: 'failed', failure: ended }
    wait(run, plan.spec.agentId, 'paused', null)
    return 'again'
  }
  if (!run.gate.isOpen || plan.signal.aborted) {
    admission.settle({ spentNanoUsd: 0, unsettledNanoUsd: 0, tokens: 0, failure: null })
    return 'again'
  }
  return { ...(await send(run, plan, admission, failedBefore, lead)), clampedBy: admission.clampedBy }
}

/**
 * Lets the first of the turns that begin alike write the cache for all: a lead for that one, null for the others once
 * it has. Only an agent's first turn is asked; from then on it has a longer beginning of its own.
 */
async function warmUp(run: ActiveRun, plan: TurnPlan): Promise<Lead | null> {
  const mostMs = run.state.run.cacheWarmUpSeconds * 1000
  if (plan.turn > 0 || mostMs === 0 || !cachesPrefix(plan.spec)) return null
  const prefix = sharedPrefix(plan.spec, plan.model, speedOf(run, plan))
  if (prefix === null) return null
  const { agentId } = plan.spec
  return run.warmUps.pass(prefix, {
    nowMs: run.ports.now(),
    mostMs,
    signal: plan.signal,
    onWait: (untilMs) => wait(run, agentId, 'cache-warm-up', untilMs),
  })
}

/** Permission for a turn; null when it would wait for fast mode's own limit, and goes on at standard speed instead. */
async function admitted(run: ActiveRun, plan: TurnPlan, asked: AdmitRequest): Promise<Admission | null> {
  const { dispatcher } = run.lane
  if (speedOf(run, plan) === 'standard') return dispatcher.admit(asked)
  const tooSlow = new AbortController()
  const onWait: AdmitRequest['onWait'] = (reason, untilMs) => {
    if (reason === 'rate-limit') tooSlow.abort()
    else asked.onWait(reason, untilMs)
  }
  try {
    return await dispatcher.admit({ ...asked, onWait, signal: AbortSignal.any([plan.signal, tooSlow.signal]) })
  } catch (error) {
    if (plan.signal.aborted || !tooSlow.signal.aborted) throw error
    slow(run, plan, 'limited')
    return null
  }
}

/** Waits while the run is paused, and lets everybody see it. An agent that never began stays queued: it is no news. */
export async function passGate(run: ActiveRun, agentId: string, signal: AbortSignal): Promise<{ hadToWait: boolean }> {
  if (run.gate.isOpen) return { hadToWait: false }
  if (run.agent(agentId).status !== 'queued') wait(run, agentId, 'paused', null)
  await run.gate.pass(signal)
  return { hadToWait: true }
}

/** What a turn may need at most: asked of the dispatcher before it leaves. */
export function quoteOf(run: ActiveRun, plan: TurnPlan, delivery: Delivery) {
  const { model, maxTokens } = plan
  const batch = delivery === 'batch'
  const fast = !batch && speedOf(run, plan) === 'fast'
  const cacheWriteKind = batch ? ('cacheWrite1h' as const) : ('cacheWrite5m' as const)
  const inputTokens = promptTokenBound(plan.spec, plan.messages)
  const at = run.iso()
  const price = (tokens: number) =>
    worstCaseNanoUsd({ model, inputTokens, maxTokens: tokens, fast, batch, cacheWriteKind }, run.ports.prices(), at)
  return {
    runId: run.id,
    position: plan.position,
    phase: plan.phase ?? unphased,
    // Fast mode has limits of its own.
    family: `${modelRules(model).family}${fast ? ' fast' : ''}`,
    maxTokens,
    inputTokens,
    worstCase: price,
    signal: plan.signal,
    onWait: (reason: 'slot' | 'rate-limit' | 'budget', untilMs: number | null) => {
      // A queued agent that has not begun is waiting for its first slot; saying so again would double the journal.
      if (reason === 'slot' && run.agent(plan.spec.agentId).status === 'queued') return
      wait(run, plan.spec.agentId, reason, untilMs)
    },
  }
}

async function send(
  run: ActiveRun,
  plan: TurnPlan,
  admission: Extract<Admission, { kind: 'admitted' }>,
  failedBefore: number,
  lead: Lead | null,
): Promise<{ result: TurnResult; decision: RetryDecision }> {
  const { agentId } = plan.spec
  const ref = { agentId, turn: plan.turn, attempt: plan.attempt }
  const startedAt = run.iso()
  try {
    await run.ports.recorder.record(run.id, [
      ...(run.agent(agentId).startedAt === null || plan.turn === 0
        ? [{ type: 'agent.started' as const, agentId, attempt: plan.attempt }]
        : []),
      {
        type: 'turn.started',
        ...ref,
        model: plan.model,
        maxTokens: admission.maxTokens,
        heldNanoUsd: admission.heldNanoUsd,
        round: null,
        heldTokens: 0,
        clampedBy: admission.clampedBy,
      },
    ])
    const air = openAir(run, plan, startedAt)
    const result = await run.lane.provider.turn(
      requestOf(plan, admission.maxTokens, speedOf(run, plan), '5m'),
      observer(run, air, admission, lead),
      {
        signal: plan.signal,
        idleLimitMs: plan.spec.options.stallMs,
      },
    )
    // A late save of what was heard would outlive this turn, and be booked as a loss of its next try.
    air.isDirty = false
    const decision = result.ok ? done : decide(run, plan, result.failure, failedBefore)
    if (result.ok) admission.settle(await commitTurn(run, plan, result.turn, air, true))
    else await book(run, plan, result, decision, admission, air)
    return { result, decision }
  } catch (error) {
    admission.settle({ spentNanoUsd: 0, unsettledNanoUsd: 0, tokens: 0, failure: null })
    throw error
  } finally {
    run.airs.delete(agentId)
  }
}

const done: RetryDecision = { do: 'end' }

function decide(run: ActiveRun, plan: TurnPlan, failed: Failure, failedBefore: number): RetryDecision {
  if (speedOf(run, plan) === 'fast' && slowDown(run, plan, failed)) return { do: 'retry', delayMs: 0 }
  const policy = { ...run.ports.retryPolicy, retries: plan.spec.options.retries }
  return decideRetry(failed, failedBefore, policy, run.ports.random())
}

/** Standard once fast mode was refused: the two share no prompt cache, so going back and forth would pay twice. */
function speedOf(run: ActiveRun, { spec }: TurnPlan): Speed {
  return run.slowed.has(spec.agentId) ? 'standard' : spec.options.speed
}

/** What only fast mode may have met: its own limits, or a model that takes it no longer. */
function slowDown(run: ActiveRun, plan: TurnPlan, failed: Failure): boolean {
  const isLimit = failed.kind === 'rate-limit' || failed.kind === 'overloaded'
  if (!isLimit && !(failed.kind === 'invalid-request' && /\b(speed|fast)\b/i.test(failed.message))) return false
  slow(run, plan, isLimit ? 'limited' : 'refused')
  return true
}

function slow(run: ActiveRun, { spec, model }: TurnPlan, why: 'limited' | 'refused'): void {
  run.slowed.add(spec.agentId)
  const message = `Fast mode of ${model} was ${why}; this agent goes on at standard speed and price.`
  run.ports.recorder
    .record(run.id, [{ type: 'run.noted', message, agentId: spec.agentId, callSite: null }])
    .catch(run.ports.report)
}

/** The request of a turn; `lasting` is how long a prefix is worth keeping that a later turn comes back with. */
export function requestOf(plan: TurnPlan, maxTokens: number, speed: Speed, lasting: '5m' | '1h'): TurnRequest {
  const { spec } = plan
  const effort = effortSchema.safeParse(spec.options.effort)
  return {
    model: plan.model,
    maxTokens,
    system: spec.system,
    tools: spec.tools,
    messages: plan.messages,
    effort: effort.success ? effort.data : null,
    speed,
    cache: cachesPrefix(spec) ? lasting : 'none',
  }
}

/** Only an agent with tools comes back with the same prefix; a single answer would pay for a cache nobody reads. */
function cachesPrefix(spec: AgentSpec): boolean {
  return spec.tools.some((tool) => tool.name !== 'answer' && tool.name !== 'flag')
}

function openAir(run: ActiveRun, plan: TurnPlan, startedAt: string): Air {
  const air: Air = {
    agentId: plan.spec.agentId,
    turn: plan.turn,
    attempt: plan.attempt,
    model: plan.model,
    usage: noUsage,
    text: '',
    thinking: '',
    outputCharacters: 0,
    startedAt,
    firstTokenAt: null,
    lastByteMs: run.ports.now(),
    stallMs: plan.spec.options.stallMs,
    isStalled: false,
    isDirty: false,
  }
  run.airs.set(air.agentId, air)
  return air
}

function observer(
  run: ActiveRun,
  air: Air,
  admission: Extract<Admission, { kind: 'admitted' }>,
  lead: Lead | null,
): TurnObserver {
  const heard = (characters: number) => {
    air.firstTokenAt ??= run.iso()
    air.outputCharacters += characters
    air.isDirty = true
  }
  return {
    onHeaders: (limits) => admission.headers(limits),
    onStart: (model, usage) => {
      air.model = model
      air.usage = usage
      lead?.begun(usage)
      // Saved at once: from here on the input is paid for, whatever becomes of us.
      run.ports.recorder.record(run.id, [], [{ do: 'save-air', air: savedAir(air) }]).catch(run.ports.report)
    },
    onText: (text) => {
      air.text += text
      heard(text.length)
    },
    onThinking: (text) => {
      air.thinking += text
      heard(text.length)
    },
    onByte: () => {
      air.lastByteMs = run.ports.now()
      // Who thinks in silence is paid for too: how long it did is all that tells.
      if (air.firstTokenAt === null) air.isDirty = true
    },
  }
}

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

async function book(
  run: ActiveRun,
  plan: TurnPlan,
  result: Extract<TurnResult, { ok: false }>,
  decision: RetryDecision,
  admission: Extract<Admission, { kind: 'admitted' }>,
  air: Air,
): Promise<void> {
  const { unsettledNanoUsd, unsettledTokens } = probableLoss(run, result.started, air, admission.maxTokens)
  const model = result.started?.model ?? plan.model
  const willRetry = !plan.signal.aborted && decision.do !== 'end'
  const { reason } = plan.signal
  if (!(reason instanceof RunStopped && reason.why === 'shutdown'))
    await bookFailure(run, plan, { model, failure: result.failure, unsettledNanoUsd, unsettledTokens, willRetry })
  admission.settle({ spentNanoUsd: 0, unsettledNanoUsd, tokens: unsettledTokens, failure: result.failure })
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

/** What an interrupted response probably came to: its input as the provider counted it, and the output it had come to. */
function probableLoss(
  run: ActiveRun,
  started: { model: string; usage: typeof noUsage; outputCharacters: number } | null,
  air: Air,
  maxTokens: number,
): { unsettledNanoUsd: number; unsettledTokens: number } {
  if (started === null) return nothingLost
  const { outputCharacters } = started
  const usage = usageAtLoss(started.usage, { outputCharacters, silentMs: savedAir(air).silentMs, maxTokens })
  const cost = costOf(usage, started.model, run.ports.prices(), run.iso())
  return { unsettledNanoUsd: cost?.totalNanoUsd ?? 0, unsettledTokens: allTokens(tokenCounts(usage)) }
}

/** Lets everybody see what an agent waits for; said once, however often it is found to be so. */
export function wait(
  run: ActiveRun,
  agentId: string,
  reason: Exclude<WaitReason, 'agents'>,
  untilMs: number | null,
): void {
  const agent = run.agent(agentId)
  const until = untilMs === null ? null : new Date(untilMs).toISOString()
  if (agent.status === 'waiting' && agent.reason === reason && agent.waitingUntil === until) return
  run.ports.recorder.record(run.id, [{ type: 'agent.waiting', agentId, reason, until }]).catch(run.ports.report)
}

/** What kind of pause a failure asks for. */
export function pauseReason(failed: Failure): 'credential' | 'billing' | 'unreachable' {
  if (failed.kind === 'authentication' || failed.kind === 'permission') return 'credential'
  return failed.kind === 'unreachable' ? 'unreachable' : 'billing'
}
