import type { AgentState, WaitReason } from '@/lib/core/agent/agent'
import { type AgentStatus, agentStatuses } from '@/lib/core/agent/agent-status'
import { assertNever } from '@/lib/core/base/assert-never'
import type { RunStatus } from '@/lib/core/spec/run-status'
import { formatDuration } from '../format/time'
import { capName } from './cap-words'

/** What is drawn for an agent: its status, or that its answer was reused. */
export type DisplayStatus = AgentStatus | 'reused'
export const displayStatuses: readonly DisplayStatus[] = [...agentStatuses, 'reused']

/** Icons that only runs have, beside those they share with agents. */
export type StatusIconName = DisplayStatus | 'paused' | 'mixed' | 'limit' | 'question'

/** The display status of an agent. Reused is an attribute, drawn only where the answer is a clean one. */
export function displayStatusOf(agent: AgentState): DisplayStatus {
  return agent.reusedFrom !== null && agent.status === 'succeeded' ? 'reused' : agent.status
}

export const statusLabels: Readonly<Record<DisplayStatus, string>> = {
  queued: 'Queued',
  waiting: 'Waiting',
  running: 'Running',
  stalled: 'Stalled',
  succeeded: 'Succeeded',
  flagged: 'Flagged',
  failed: 'Failed',
  skipped: 'Skipped',
  cancelled: 'Cancelled',
  reused: 'Reused',
}

/** One line each for the legend and for titles. */
export const statusMeanings: Readonly<Record<DisplayStatus, string>> = {
  queued: 'Created, not yet sent',
  waiting: 'Waiting for a slot, a rate limit, the budget or a batch',
  running: 'A model or a tool is running',
  stalled: 'Running, but no output within the stall limit',
  succeeded: 'Ended with an answer',
  flagged: 'Ended with an answer that is flagged',
  failed: 'Ended without an answer',
  skipped: 'Skipped by the script or a person',
  cancelled: 'Cancelled on request',
  reused: 'Answered from an earlier run; nothing was paid',
}

export type RunStatusDisplay = { icon: StatusIconName; label: string }

const runStatusDisplays: Readonly<Record<RunStatus, RunStatusDisplay>> = {
  draft: { icon: 'queued', label: 'Draft' },
  queued: { icon: 'queued', label: 'Queued' },
  running: { icon: 'running', label: 'Running' },
  paused: { icon: 'paused', label: 'Paused' },
  completed: { icon: 'succeeded', label: 'Completed' },
  'completed-with-failures': { icon: 'mixed', label: 'Completed with failures' },
  failed: { icon: 'failed', label: 'Failed' },
  cancelled: { icon: 'cancelled', label: 'Cancelled' },
  'stopped-at-limit': { icon: 'limit', label: 'Stopped at limit' },
}

/** How the status of a run is drawn and said. One at work that asks a person waits for that person. */
export function runStatusDisplay(status: RunStatus, asks = false): RunStatusDisplay {
  return asks ? { icon: 'question', label: 'Needs you' } : runStatusDisplays[status]
}

/** An agent's state in words, with its why. */
export function describeAgent(agent: AgentState, nowMs: number): string {
  switch (agent.status) {
    case 'queued':
      return 'Queued: not yet sent to a model'
    case 'waiting':
      return waitSentence(agent, nowMs)
    case 'running':
      return agent.attempt > 1 ? `Running, attempt ${agent.attempt}` : 'Running'
    case 'stalled':
      return `Stalled: no byte for ${formatDuration(nowMs - Date.parse(agent.lastActivityAt))}`
    case 'succeeded':
      return agent.reusedFrom === null ? 'Succeeded' : 'Reused from an earlier run; nothing was paid'
    case 'flagged':
      return `Succeeded, but flagged: ${agent.flags.map((flag) => flag.kind).join(', ') || 'uncertain'}`
    case 'failed':
      return `Failed: ${agent.failure.message}`
    case 'skipped':
      return agent.failure === null ? 'Skipped' : `Skipped: ${agent.failure.message}`
    case 'cancelled':
      return agent.failure === null ? 'Cancelled' : `Cancelled: ${agent.failure.message}`
    default:
      return assertNever(agent)
  }
}

function waitSentence(agent: Extract<AgentState, { status: 'waiting' }>, nowMs: number): string {
  const { reason, waitingUntil: until, waitingCap: cap, waitingQuota } = agent
  const left = until === null ? 0 : Date.parse(until) - nowMs
  const what =
    cap === null
      ? waitReason(reason)
      : `for ${capName(cap, agent.phase, null, waitingQuota)}: the rest of it is reserved for in-flight turns`
  return `Waiting: ${what}${left > 0 ? `, again in ${formatDuration(left)}` : ''}`
}

/** What an agent waits for, in words. */
export function waitReason(reason: WaitReason): string {
  switch (reason) {
    case 'slot':
      return 'for a slot'
    case 'rate-limit':
      return 'rate limited by the provider'
    case 'back-off':
      return 'backing off after a failure'
    case 'cache-warm-up':
      return 'for the prompt cache to warm up'
    case 'budget':
      return 'for budget: the rest of the cap is reserved for in-flight turns'
    case 'paused':
      return 'the run is paused'
    case 'approval':
      return 'for approval: it would exceed the approved limit'
    case 'permission':
      return 'for an answer: it asks to do what the launch does not permit'
    case 'batch':
      return 'for its batch: usually within an hour, at most a day'
    case 'agents':
      return 'for the agents it started'
    default:
      return assertNever(reason)
  }
}
