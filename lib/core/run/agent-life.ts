import { type AgentOutcome, type AgentState, agentOutcomes, unboundAgent } from '../agent/agent'
import type { AgentStatus } from '../agent/agent-status'
import { type Failure, failure } from '../agent/failure'
import { flaggedAmong } from '../agent/flagged-inputs'
import { assertNever } from '../base/assert-never'
import { noTokens } from '../money/token-counts'
import type { EventOf } from './events'
import { addAgent, changeAgent, type Draft, knownAgent } from './fold-draft'
import { reservedInBatch } from './turn-totals'

/** The events that tell how one agent gets on, between being made and ending. */
export type AgentLifeEvent = EventOf<
  | 'agent.queued'
  | 'agent.waiting'
  | 'agent.started'
  | 'agent.stalled'
  | 'agent.recovered'
  | 'agent.retried'
  | 'agent.fell-back'
  | 'agent.compacted'
  | 'agent.changed'
  | 'agent.steering-delivered'
  | 'tool.started'
  | 'tool.ended'
  | 'flag.raised'
>

/** Lets an agent go on. Silence and a changed way of travelling are no activity of its own. */
export function moveAgent(draft: Draft, event: AgentLifeEvent, at: string): void {
  const isOwn = event.type !== 'agent.stalled' && event.type !== 'agent.changed'
  changeAgent(draft, event.agentId, isOwn ? at : null, (agent) => agentAfter(agent, event, at))
}

function agentAfter(agent: AgentState, event: AgentLifeEvent, at: string): AgentState {
  switch (event.type) {
    case 'agent.queued':
      return { ...agent, ...unboundAgent, status: 'queued' }
    case 'agent.waiting':
      return {
        ...agent,
        ...unboundAgent,
        status: 'waiting',
        reason: event.reason,
        waitingUntil: event.until,
        waitingCap: event.cap,
        waitingQuota: event.quota ?? null,
      }
    case 'agent.started':
      return {
        ...agent,
        ...unboundAgent,
        status: 'running',
        attempt: event.attempt,
        startedAt: agent.startedAt ?? at,
      }
    case 'agent.stalled':
      return { ...agent, ...unboundAgent, status: 'stalled' }
    case 'agent.recovered':
      return { ...agent, ...unboundAgent, status: 'running' }
    case 'agent.retried':
      return anew(agent, at)
    case 'agent.fell-back':
      return { ...anew(agent, at), model: event.model, fellBackFrom: event.from }
    case 'agent.compacted':
      return { ...agent, compactions: agent.compactions + 1 }
    case 'agent.changed':
      return { ...agent, delivery: event.delivery }
    case 'agent.steering-delivered':
    case 'tool.started':
      return agent
    case 'tool.ended':
      return { ...agent, toolCalls: agent.toolCalls + 1 }
    case 'flag.raised':
      return { ...agent, flags: [...agent.flags, event.flag] }
    default:
      return assertNever(event)
  }
}

/** Makes an agent that is queued; it is counted as having flagged inputs when an answer it was given is. */
export function createAgent(draft: Draft, event: EventOf<'agent.created'>, at: string): void {
  const flaggedInputs = flaggedAmong(draft.agents, event.dependsOn)
  if (flaggedInputs.length > 0)
    draft.outcomeCounts = {
      ...draft.outcomeCounts,
      withFlaggedInputs: draft.outcomeCounts.withFlaggedInputs + 1,
    }
  addAgent(draft, {
    ...unboundAgent,
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
    spentNanoUsd: 0,
    unmeteredTurns: 0,
    fellBackFrom: null,
    compactions: 0,
    patch: null,
    patchStatus: null,
    unsettledNanoUsd: 0,
    unsettledTokens: 0,
    reservedNanoUsd: 0,
    flags: [],
    dependsOn: event.dependsOn,
    flaggedInputs,
    reusedFrom: null,
    queuedAt: at,
    lastActivityAt: at,
    startedAt: null,
    preview: event.preview,
  })
}

/** Ends an agent and counts its outcome. */
export function endAgent(draft: Draft, event: EventOf<'agent.ended'>, at: string): void {
  const before = knownAgent(draft, event.agentId)
  const stays = reservedInBatch(before)
  draft.totals.reservedNanoUsd -= before.reservedNanoUsd - stays
  changeAgent(draft, event.agentId, at, (agent) => ({
    ...agent,
    ...ending(event.outcome, event.failure),
    ...over,
    reservedNanoUsd: stays,
    endedAt: at,
    preview: event.preview,
    reusedFrom: event.reusedFrom,
    patch: event.patch ?? null,
    patchStatus: event.patch === undefined ? null : (agent.patchStatus ?? 'waiting'),
  }))
  draft.outcomeCounts = {
    ...draft.outcomeCounts,
    [event.outcome]: draft.outcomeCounts[event.outcome] + 1,
    refused: draft.outcomeCounts.refused + (isRefused(knownAgent(draft, event.agentId)) ? 1 : 0),
    reused: draft.outcomeCounts.reused + (event.reusedFrom ? 1 : 0),
  }
}

/** An answer that the script called a failure: paid for, kept, and counted as failed. */
export function rejectAgent(draft: Draft, agentId: string): void {
  const { status } = knownAgent(draft, agentId)
  if (status !== 'succeeded' && status !== 'flagged') return
  changeAgent(draft, agentId, null, (agent) =>
    agent.endedAt === null
      ? agent
      : { ...agent, ...over, endedAt: agent.endedAt, status: 'failed', failure: notAccepted },
  )
  draft.outcomeCounts = {
    ...draft.outcomeCounts,
    [status]: draft.outcomeCounts[status] - 1,
    failed: draft.outcomeCounts.failed + 1,
  }
}

/** Forgets the end of an agent, so it waits for its next attempt. */
export function forgetEnd(draft: Draft, agentId: string, at: string): void {
  const { status } = knownAgent(draft, agentId)
  if (isOutcome(status))
    draft.outcomeCounts = {
      ...draft.outcomeCounts,
      [status]: draft.outcomeCounts[status] - 1,
      refused: draft.outcomeCounts.refused - (isRefused(knownAgent(draft, agentId)) ? 1 : 0),
    }
  changeAgent(draft, agentId, at, (agent) => anew(agent, at))
}

/** An agent as it waits for its next attempt. */
function anew(agent: AgentState, at: string): AgentState {
  return {
    ...agent,
    ...unboundAgent,
    status: 'queued',
    attempt: agent.attempt + 1,
    flags: [],
    patch: null,
    patchStatus: null,
    startedAt: null,
    queuedAt: at,
  }
}

/** What became of an agent's patch. */
export function settlePatch(
  draft: Draft,
  { agentId, patch }: Pick<EventOf<'run.merged'>, 'agentId' | 'patch'>,
  patchStatus: 'merged' | 'conflict',
): void {
  changeAgent(draft, agentId, null, (agent) => ({ ...agent, patch, patchStatus }))
}

/** Whether an agent ended with a model that declined. */
function isRefused({ failure: why, flags }: AgentState): boolean {
  return why?.kind === 'refusal' || flags.some(({ kind }) => kind === 'refused')
}

function isOutcome(status: AgentStatus): status is AgentOutcome {
  return agentOutcomes.some((outcome) => outcome === status)
}

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

const notAccepted = failure('rejected', 'The script did not accept this answer (failIf).')

const over = { reason: null, waitingUntil: null, waitingCap: null, waitingQuota: null } as const
