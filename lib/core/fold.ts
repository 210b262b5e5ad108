import { type AgentOutcome, type AgentState, type AgentStatus, agentOutcomes } from './agent'
import { assertNever } from './assert-never'
import { withBatch } from './batches'
import { cacheSavedNanoUsd } from './cache-saving'
import { withCheckpoint } from './checkpoints'
import { doubtfulSources, flaggedAmong } from './doubt'
import type { Envelope, EventOf } from './events'
import { type Failure, failure } from './failure'
import { lineOf, withBarrier, withLine } from './log-lines'
import { withClock } from './phase-clock'
import type { Phase } from './run'
import { noAgents, type PhaseState, type RunState } from './state'
import { addTokens, noTokens, tokenCounts } from './usage'

/** Agents without a phase of their own stand under this title. */
export const unphased = 'Agents'

/**
 * State after one more envelope. The first must be `run.created` with seq 1. Untouched agents stay identical.
 * Throws when `seq` is not the next one: a gap would make every number after it a lie.
 */
export function fold(state: RunState | null, envelope: Envelope): RunState {
  return foldAll(state, [envelope])
}

/** State after several envelopes; the same as folding one by one, with the agent map copied once. */
export function foldAll(state: RunState | null, envelopes: readonly Envelope[]): RunState {
  const [first, ...rest] = envelopes
  if (state === null) {
    if (first === undefined) throw new Error('Nothing to fold')
    return foldAll(begin(first), rest)
  }
  if (first === undefined) return state
  const draft: Draft = {
    ...state,
    agents: new Map(state.agents),
    totals: { ...state.totals, agents: { ...state.totals.agents } },
  }
  for (const envelope of envelopes) {
    if (envelope.seq !== draft.seq + 1)
      throw new Error(`Run ${envelope.runId}: event ${envelope.seq} came after ${draft.seq}`)
    const { run, phases } = draft
    apply(draft, envelope)
    if (draft.run !== run || draft.phases !== phases) keepClocks(draft, envelope.at)
    draft.seq = envelope.seq
  }
  return draft
}

/** The state being built; everything but agent values may be replaced in place. */
type Draft = Omit<RunState, 'agents'> & { agents: Map<string, AgentState> }

function begin(envelope: Envelope): RunState {
  const { event, at, runId, seq } = envelope
  if (event.type !== 'run.created' || seq !== 1)
    throw new Error(`Run ${runId}: the first event is ${event.type} with seq ${seq}`)
  return {
    run: {
      ...event.spec,
      id: runId,
      status: 'draft',
      reason: 'awaiting approval',
      pauseReason: null,
      pausePhase: null,
      createdAt: at,
      startedAt: null,
      endedAt: null,
      pausedAt: null,
      pausedMs: 0,
      error: null,
      settling: null,
      fedBy: [],
      doubtfulSources: [],
    },
    phases: event.spec.phases.map(newPhase),
    agents: new Map(),
    barriers: [],
    batches: [],
    checkpoints: [],
    log: [],
    totals: {
      ...noTokens,
      costNanoUsd: 0,
      spentNanoUsd: 0,
      heldNanoUsd: 0,
      unsettledNanoUsd: 0,
      unsettledTokens: 0,
      unpricedTurns: 0,
      cacheSavedNanoUsd: 0,
      agents: noAgents(),
      turns: 0,
      toolCalls: 0,
      retries: 0,
    },
    census: { succeeded: 0, flagged: 0, failed: 0, skipped: 0, cancelled: 0, reused: 0, doubtful: 0 },
    seq,
  }
}

function apply(draft: Draft, envelope: Envelope): void {
  const { event, at, runId } = envelope
  switch (event.type) {
    case 'run.created':
      throw new Error(`Run ${runId} was created twice`)
    case 'run.approved':
      draft.run = { ...draft.run, status: 'queued', reason: null }
      return
    case 'run.started':
      draft.run = { ...draft.run, status: 'running', reason: null, startedAt: draft.run.startedAt ?? at }
      return
    case 'run.paused':
      draft.run = {
        ...draft.run,
        status: 'paused',
        reason: event.detail,
        pauseReason: event.reason,
        pausePhase: event.phase,
        pausedAt: at,
      }
      return
    case 'run.resumed':
      draft.run = {
        ...draft.run,
        status: 'running',
        reason: null,
        pauseReason: null,
        pausePhase: null,
        pausedAt: null,
        pausedMs: pausedUntil(draft, at),
      }
      return
    case 'run.retried':
      retry(draft, event, at)
      draft.checkpoints = withCheckpoint(draft.checkpoints, envelope)
      return
    case 'run.limits-changed':
      draft.run = { ...draft.run, limits: event.limits, concurrency: event.concurrency }
      return
    case 'run.relabelled':
      draft.run = { ...draft.run, title: event.title, tags: event.tags }
      return
    case 'run.repriced':
      reprice(draft, event)
      addLine(draft, envelope)
      return
    case 'run.logged':
    case 'run.noted':
    case 'call.refused':
    case 'workflow.ended':
      addLine(draft, envelope)
      return
    case 'run.phase-entered':
      phaseIndex(draft, event.title)
      return
    case 'run.settling':
      draft.run = { ...draft.run, reason: event.reason, settling: { cancelledBy: event.cancelledBy } }
      return
    case 'run.ended':
      draft.run = {
        ...draft.run,
        status: event.outcome,
        reason: event.reason,
        error: event.error,
        settling: null,
        fedBy: event.fedBy,
        doubtfulSources: doubtfulSources(draft.agents, event.fedBy),
        endedAt: at,
        pausedMs: pausedUntil(draft, at),
        pausedAt: null,
        pauseReason: null,
        pausePhase: null,
      }
      draft.checkpoints = withCheckpoint(draft.checkpoints, envelope)
      return
    case 'agent.created':
      createAgent(draft, event, at)
      return
    case 'agent.queued':
      change(draft, event.agentId, at, (agent) => ({ ...agent, ...unbound, status: 'queued' }))
      return
    case 'agent.waiting':
      change(draft, event.agentId, at, (agent) => ({
        ...agent,
        ...unbound,
        status: 'waiting',
        reason: event.reason,
        waitingUntil: event.until,
      }))
      return
    case 'agent.started':
      change(draft, event.agentId, at, (agent) => ({
        ...agent,
        ...unbound,
        status: 'running',
        attempt: event.attempt,
        startedAt: agent.startedAt ?? at,
      }))
      return
    case 'agent.stalled':
      change(draft, event.agentId, null, (agent) => ({ ...agent, ...unbound, status: 'stalled' }))
      return
    case 'agent.recovered':
      change(draft, event.agentId, at, (agent) => ({ ...agent, ...unbound, status: 'running' }))
      return
    case 'agent.retried':
      change(draft, event.agentId, at, (agent) => anew(agent, at))
      return
    case 'agent.changed':
      change(draft, event.agentId, null, (agent) => ({ ...agent, delivery: event.delivery }))
      return
    case 'agent.steered':
      known(draft, event.agentId)
      return
    case 'agent.heeded':
      change(draft, event.agentId, at, (agent) => agent)
      return
    case 'agent.ended':
      endAgent(draft, event, at)
      return
    case 'agent.rejected':
      rejectAgent(draft, event.agentId)
      return
    case 'turn.started':
      startTurn(draft, event, at)
      return
    case 'turn.committed':
      commitTurn(draft, event, at)
      return
    case 'turn.failed':
      failTurn(draft, event, at)
      return
    case 'tool.started':
      change(draft, event.agentId, at, (agent) => agent)
      return
    case 'tool.ended':
      draft.totals.toolCalls += 1
      change(draft, event.agentId, at, (agent) => ({ ...agent, toolCalls: agent.toolCalls + 1 }))
      return
    case 'flag.raised':
      change(draft, event.agentId, at, (agent) => ({ ...agent, flags: [...agent.flags, event.flag] }))
      return
    case 'timer.set':
    case 'timer.fired':
    case 'budget.warned':
      return
    case 'workflow.entered':
      addLine(draft, envelope)
      for (const phase of event.phases) declarePhase(draft, phase)
      return
    case 'checkpoint.opened':
    case 'checkpoint.answered':
    case 'checkpoint.expired':
      draft.checkpoints = withCheckpoint(draft.checkpoints, envelope)
      return
    case 'batch.prepared':
    case 'batch.delayed':
    case 'batch.submitted':
    case 'batch.progressed':
    case 'batch.withdrawn':
    case 'batch.ended':
      draft.batches = withBatch(draft.batches, envelope)
      addLine(draft, envelope)
      return
    case 'barrier.opened':
    case 'barrier.closed':
      draft.barriers = withBarrier(draft.barriers, envelope)
      return
    default:
      assertNever(event)
  }
}

/** The run is as if it had been paused since its end; the agents that are forgotten wait for their next attempt. */
function retry(draft: Draft, { forgotten }: EventOf<'run.retried'>, at: string): void {
  const { endedAt, pausedMs } = draft.run
  draft.run = {
    ...draft.run,
    status: 'queued',
    reason: null,
    error: null,
    endedAt: null,
    settling: null,
    doubtfulSources: [],
    pausedMs: pausedMs + (endedAt === null ? 0 : msBetween(endedAt, at)),
  }
  for (const agentId of forgotten) {
    const { status } = known(draft, agentId)
    if (isOutcome(status)) draft.census = { ...draft.census, [status]: draft.census[status] - 1 }
    change(draft, agentId, at, (agent) => anew(agent, at))
  }
}

/** What was booked is other than it was; tokens, turns and everything else stay. */
function reprice(draft: Draft, event: EventOf<'run.repriced'>): void {
  const { agents, costNanoUsd, unpricedTurns, cacheSavedNanoUsd } = event
  for (const { agentId, costNanoUsd: cost, changeNanoUsd } of agents) {
    const { phase } = known(draft, agentId)
    change(draft, agentId, null, (agent) => ({ ...agent, costNanoUsd: cost }))
    draft.totals.spentNanoUsd += changeNanoUsd
    addPhaseSpend(draft, phase, changeNanoUsd)
  }
  draft.totals.costNanoUsd = costNanoUsd
  draft.totals.unpricedTurns = unpricedTurns
  if (cacheSavedNanoUsd !== null) draft.totals.cacheSavedNanoUsd = cacheSavedNanoUsd
}

function isOutcome(status: AgentStatus): status is AgentOutcome {
  return agentOutcomes.some((outcome) => outcome === status)
}

/** An agent as it waits for its next attempt. */
function anew(agent: AgentState, at: string): AgentState {
  return {
    ...agent,
    ...unbound,
    status: 'queued',
    attempt: agent.attempt + 1,
    flags: [],
    startedAt: null,
    queuedAt: at,
  }
}

const unbound = { reason: null, waitingUntil: null, failure: null, endedAt: null } as const

function createAgent(draft: Draft, event: EventOf<'agent.created'>, at: string): void {
  const doubtfulInputs = flaggedAmong(draft.agents, event.dependsOn)
  if (doubtfulInputs.length > 0) draft.census = { ...draft.census, doubtful: draft.census.doubtful + 1 }
  draft.agents.set(event.agentId, {
    ...unbound,
    id: event.agentId,
    status: 'queued',
    position: event.position,
    parentId: event.parentId,
    scope: event.scope,
    callSite: event.callSite,
    barrier: event.barrier,
    label: event.label,
    phase: event.phase,
    requestedModel: event.requestedModel,
    model: event.model,
    delivery: event.delivery,
    inBatch: [],
    attempt: 1,
    turns: 0,
    toolCalls: 0,
    retries: 0,
    usage: noTokens,
    costNanoUsd: 0,
    unsettledNanoUsd: 0,
    unsettledTokens: 0,
    heldNanoUsd: 0,
    flags: [],
    dependsOn: event.dependsOn,
    doubtfulInputs,
    reusedFrom: null,
    queuedAt: at,
    lastActivityAt: at,
    startedAt: null,
    preview: event.preview,
  })
  count(draft, event.phase, null, 'queued')
}

/** A turn that leaves with others is waited for, and what is held for it stays so, whatever becomes of its agent. */
function startTurn(draft: Draft, event: EventOf<'turn.started'>, at: string): void {
  const held = event.heldNanoUsd ?? 0
  const { round, turn, attempt } = event
  draft.totals.heldNanoUsd += held
  change(draft, event.agentId, at, (agent) => {
    const more = { heldNanoUsd: agent.heldNanoUsd + held, startedAt: agent.startedAt ?? at }
    if (round === null) return { ...agent, ...unbound, ...more, status: 'running' }
    const inBatch = [...agent.inBatch, { round, turn, attempt, heldNanoUsd: held }]
    return { ...agent, ...unbound, ...more, status: 'waiting', reason: 'batch', inBatch }
  })
}

/** What was held for one turn of an agent, and its turns that batches still carry without it. */
function release(agent: AgentState, { turn, attempt }: { turn: number; attempt: number }) {
  const own = agent.inBatch.find((one) => one.turn === turn && one.attempt === attempt)
  const inBatch = agent.inBatch.filter((one) => one !== own)
  const held = own?.heldNanoUsd ?? agent.heldNanoUsd - heldInBatch(agent)
  return { held, left: { heldNanoUsd: agent.heldNanoUsd - held, inBatch } }
}

function heldInBatch({ inBatch }: AgentState): number {
  return inBatch.reduce((sum, { heldNanoUsd }) => sum + heldNanoUsd, 0)
}

function commitTurn(draft: Draft, event: EventOf<'turn.committed'>, at: string): void {
  const agent = known(draft, event.agentId)
  const tokens = tokenCounts(event.usage)
  const totals = draft.totals
  Object.assign(totals, addTokens(totals, tokens))
  totals.turns += 1
  const { held, left } = release(agent, event)
  totals.heldNanoUsd -= held
  if (event.cost === null) totals.unpricedTurns += 1
  totals.spentNanoUsd += event.cost?.totalNanoUsd ?? 0
  totals.cacheSavedNanoUsd += cacheSavedNanoUsd(event.usage, event.cost)
  totals.costNanoUsd =
    totals.costNanoUsd === null || event.cost === null ? null : totals.costNanoUsd + event.cost.totalNanoUsd
  addPhaseSpend(draft, agent.phase, event.cost?.totalNanoUsd ?? 0)
  change(draft, event.agentId, at, (before) => ({
    ...before,
    model: event.model,
    turns: before.turns + 1,
    ...left,
    usage: addTokens(before.usage, tokens),
    costNanoUsd:
      before.costNanoUsd === null || event.cost === null ? null : before.costNanoUsd + event.cost.totalNanoUsd,
  }))
}

function failTurn(draft: Draft, event: EventOf<'turn.failed'>, at: string): void {
  const agent = known(draft, event.agentId)
  const { held, left } = release(agent, event)
  draft.totals.heldNanoUsd -= held
  draft.totals.unsettledNanoUsd += event.unsettledNanoUsd
  draft.totals.unsettledTokens += event.unsettledTokens
  draft.totals.retries += event.willRetry ? 1 : 0
  change(draft, event.agentId, at, (before) => ({
    ...before,
    ...left,
    retries: before.retries + (event.willRetry ? 1 : 0),
    unsettledNanoUsd: before.unsettledNanoUsd + event.unsettledNanoUsd,
    unsettledTokens: before.unsettledTokens + event.unsettledTokens,
  }))
}

function endAgent(draft: Draft, event: EventOf<'agent.ended'>, at: string): void {
  const before = known(draft, event.agentId)
  // What a batch carries is billed whether or not somebody waits for it.
  const stays = heldInBatch(before)
  draft.totals.heldNanoUsd -= before.heldNanoUsd - stays
  change(draft, event.agentId, at, (agent) => ({
    ...agent,
    ...ending(event.outcome, event.failure),
    reason: null,
    waitingUntil: null,
    heldNanoUsd: stays,
    endedAt: at,
    preview: event.preview,
    reusedFrom: event.reusedFrom,
  }))
  draft.census = {
    ...draft.census,
    [event.outcome]: draft.census[event.outcome] + 1,
    reused: draft.census.reused + (event.reusedFrom ? 1 : 0),
  }
}

const notAccepted = failure('rejected', 'The script did not accept this answer (failIf).')

function addLine(draft: Draft, envelope: Envelope): void {
  const line = lineOf(envelope)
  if (line !== null) draft.log = withLine(draft.log, line)
}

/** An answer that the script called a failure: paid for, kept, and counted as failed. */
function rejectAgent(draft: Draft, agentId: string): void {
  const { status } = known(draft, agentId)
  if (status !== 'succeeded' && status !== 'flagged') return
  change(draft, agentId, null, (agent) =>
    agent.endedAt === null
      ? agent
      : { ...agent, ...over, endedAt: agent.endedAt, status: 'failed', failure: notAccepted },
  )
  draft.census = { ...draft.census, [status]: draft.census[status] - 1, failed: draft.census.failed + 1 }
}

const over = { reason: null, waitingUntil: null } as const

type Ending =
  | { status: 'succeeded' | 'flagged'; failure: null }
  | { status: 'failed'; failure: Failure }
  | { status: 'skipped' | 'cancelled'; failure: Failure | null }

function ending(outcome: AgentOutcome, failure: Failure | null): Ending {
  switch (outcome) {
    case 'succeeded':
    case 'flagged':
      return { status: outcome, failure: null }
    case 'failed':
      if (failure === null) throw new Error('A failed agent carries its failure')
      return { status: outcome, failure }
    case 'skipped':
    case 'cancelled':
      return { status: outcome, failure }
    default:
      return assertNever(outcome)
  }
}

/** Replaces one agent; `at` null leaves its last activity alone. Keeps the counts by status true. */
function change(draft: Draft, agentId: string, at: string | null, next: (agent: AgentState) => AgentState): void {
  const before = known(draft, agentId)
  const after = next(before)
  draft.agents.set(agentId, at === null ? after : { ...after, lastActivityAt: at })
  if (before.status !== after.status) count(draft, after.phase, before.status, after.status)
}

function known(draft: Draft, agentId: string): AgentState {
  const agent = draft.agents.get(agentId)
  if (agent === undefined) throw new Error(`Run ${draft.run.id} has no agent ${agentId}`)
  return agent
}

function count(draft: Draft, phase: string | null, from: AgentStatus | null, to: AgentStatus): void {
  const all = draft.totals.agents
  if (from !== null) all[from] -= 1
  all[to] += 1
  updatePhase(draft, phase, (before) => {
    const counts = { ...before.counts, [to]: before.counts[to] + 1 }
    if (from !== null) counts[from] -= 1
    return { ...before, counts }
  })
}

function addPhaseSpend(draft: Draft, phase: string | null, nanoUsd: number): void {
  updatePhase(draft, phase, (before) => ({ ...before, spentNanoUsd: before.spentNanoUsd + nanoUsd }))
}

function updatePhase(draft: Draft, title: string | null, next: (phase: PhaseState) => PhaseState): void {
  const index = phaseIndex(draft, title ?? unphased)
  draft.phases = draft.phases.map((phase, at) => (at === index ? next(phase) : phase))
}

/** Position of a phase; a title nobody declared gets a group of its own at the end. */
function phaseIndex(draft: Draft, title: string): number {
  const index = draft.phases.findIndex((phase) => phase.title === title)
  if (index >= 0) return index
  draft.phases = [...draft.phases, newPhase({ title, detail: null, model: null })]
  return draft.phases.length - 1
}

function newPhase(phase: Phase): PhaseState {
  return { ...phase, counts: noAgents(), spentNanoUsd: 0, workedMs: 0, workingSince: null }
}

/** Lets the clocks of all phases go and stand as the run and their agents now are; phases that stay so are kept. */
function keepClocks(draft: Draft, at: string): void {
  const isRunning = draft.run.status === 'running'
  const phases = draft.phases.map((phase) => withClock(phase, isRunning, at))
  if (phases.some((phase, index) => phase !== draft.phases[index])) draft.phases = phases
}

/** A called workflow's phase: one of the same title is the same group, and is described by whoever described it first. */
function declarePhase(draft: Draft, { title, detail, model }: Phase): void {
  const index = phaseIndex(draft, title)
  draft.phases = draft.phases.map((phase, at) =>
    at === index && phase.detail === null && phase.model === null ? { ...phase, detail, model } : phase,
  )
}

function pausedUntil(draft: Draft, at: string): number {
  const { pausedAt, pausedMs } = draft.run
  return pausedAt === null ? pausedMs : pausedMs + msBetween(pausedAt, at)
}

/** A clock that was set back in between makes no time negative. */
function msBetween(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from))
}
