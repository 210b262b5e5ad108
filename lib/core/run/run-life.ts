import { noAgents } from '../agent/agent-status'
import { flaggedSources } from '../agent/flagged-inputs'
import { assertNever } from '../base/assert-never'
import { noTokens } from '../money/token-counts'
import type { Envelope, EventOf } from './events'
import { newPhase } from './phases'
import type { RunHeader, RunState } from './state'

/** The state of a run after its first envelope. Throws unless that is `run.created` with seq 1. */
export function firstState({ event, at, runId, seq }: Envelope): RunState {
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
      pauseQuota: null,
      paidBy: null,
      agentsBeforeRetry: null,
      limitsChangedInPause: false,
      resumesAt: null,
      createdAt: at,
      startedAt: null,
      endedAt: null,
      pausedAt: null,
      pausedMs: 0,
      error: null,
      settling: null,
      approvalStopped: null,
      servers: [],
      files: null,
      applied: null,
      branches: [],
      resultInputs: [],
      flaggedSources: [],
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
      reservedNanoUsd: 0,
      unsettledNanoUsd: 0,
      unsettledTokens: 0,
      unpricedTurns: 0,
      unmeteredTurns: 0,
      wastedTurns: 0,
      wastedNanoUsd: 0,
      cacheSavedNanoUsd: 0,
      agents: noAgents(),
      turns: 0,
      toolCalls: 0,
      retries: 0,
    },
    outcomeCounts: {
      succeeded: 0,
      flagged: 0,
      failed: 0,
      skipped: 0,
      cancelled: 0,
      reused: 0,
      withFlaggedInputs: 0,
      refused: 0,
      refusedCalls: 0,
    },
    seq,
  }
}

/** The events that change a run's settings and status. */
export type RunLifeEvent = EventOf<
  | 'run.approved'
  | 'run.started'
  | 'run.paused'
  | 'run.resumed'
  | 'run.time-skipped'
  | 'run.retried'
  | 'run.limits-changed'
  | 'run.relabelled'
  | 'run.settling'
  | 'run.ended'
>

/** The head of a run after one more event. A retried run is as if it had been paused since its end. */
export function headAfter(
  { run, agents }: Pick<RunState, 'run' | 'agents'>,
  event: RunLifeEvent,
  at: string,
): RunHeader {
  switch (event.type) {
    case 'run.approved':
      return {
        ...run,
        ...(event.approved === undefined ? {} : { approved: event.approved }),
        status: 'queued',
        reason: null,
      }
    case 'run.started':
      return startedHead(run, run.startedAt ?? at)
    case 'run.paused':
      return {
        ...run,
        status: 'paused',
        reason: event.detail,
        pauseReason: event.reason,
        pausePhase: event.phase,
        pauseQuota: event.quota ?? null,
        limitsChangedInPause: false,
        resumesAt: event.resumesAt,
        pausedAt: at,
      }
    case 'run.resumed':
      return { ...run, ...unpaused, status: 'running', reason: null, pausedMs: pausedUntil(run, at) }
    case 'run.time-skipped':
      // As if it had been paused meanwhile.
      return run.status === 'running' ? { ...run, pausedMs: run.pausedMs + event.ms } : run
    case 'run.retried':
      return {
        ...run,
        status: 'queued',
        reason: null,
        error: null,
        endedAt: null,
        settling: null,
        paidBy: event.paidBy ?? run.paidBy,
        agentsBeforeRetry: agents.size,
        flaggedSources: [],
        // A retry was launched with its cost in view.
        approved: null,
        approvalStopped: null,
        pausedMs: run.pausedMs + (run.endedAt === null ? 0 : msBetween(run.endedAt, at)),
      }
    case 'run.limits-changed':
      return {
        ...run,
        limits: event.limits,
        concurrency: event.concurrency,
        limitsChangedInPause: run.pausedAt !== null,
      }
    case 'run.relabelled':
      return { ...run, title: event.title, tags: event.tags }
    case 'run.settling':
      return { ...run, reason: event.reason, settling: { cancelledBy: event.cancelledBy } }
    case 'run.ended':
      return {
        ...run,
        ...unpaused,
        status: event.outcome,
        reason: event.reason,
        error: event.error,
        settling: null,
        resultInputs: event.resultInputs,
        flaggedSources: flaggedSources(agents, event.resultInputs),
        endedAt: at,
        pausedMs: pausedUntil(run, at),
      }
    default:
      return assertNever(event)
  }
}

/** A run that was paused before it began stays paused. */
function startedHead(run: RunHeader, startedAt: string): RunHeader {
  return run.pausedAt === null
    ? { ...run, status: 'running', reason: null, startedAt }
    : { ...run, startedAt }
}

const unpaused = {
  pausedAt: null,
  pauseReason: null,
  pausePhase: null,
  pauseQuota: null,
  limitsChangedInPause: false,
  resumesAt: null,
} as const

function pausedUntil({ pausedAt, pausedMs }: RunHeader, at: string): number {
  return pausedAt === null ? pausedMs : pausedMs + msBetween(pausedAt, at)
}

/** A clock that was set back in between makes no time negative. */
function msBetween(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from))
}
