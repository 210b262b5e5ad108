import type { Envelope, RunEvent } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { trialRunPrefix } from '@/lib/core/spec/run'
import { isLogged, type LogLevel, log } from './log'

/** What a commit tells of a run, in the log: by kinds and ids, without a word that somebody wrote. */
export function logRunEvents(runId: string, envelopes: readonly Envelope[], { run }: RunState): void {
  if (runId.startsWith(trialRunPrefix)) return
  for (const { event } of envelopes) {
    const told = toldOf(event)
    if (told !== null && isLogged(told.level))
      log(told.level, told.message, { run: runId, agent: told.agent, project: run.project })
  }
}

type Told = { level: LogLevel; message: string; agent?: string | undefined }

/** Nothing of it is amiss with this server, so nothing is a warning. */
function toldOf(event: RunEvent): Told | null {
  switch (event.type) {
    case 'run.created':
    case 'run.started':
    case 'run.resumed':
    case 'run.retried':
      return { level: 'info', message: event.type }
    case 'run.paused':
      return { level: 'info', message: `run.paused: ${event.reason}` }
    case 'run.ended':
      return { level: 'info', message: `run.ended: ${event.outcome}` }
    case 'agent.stalled':
      return { level: 'info', message: 'agent.stalled', agent: event.agentId }
    case 'agent.ended': {
      const why = event.failure === null ? '' : ` (${event.failure.kind})`
      const level = event.outcome === 'failed' ? 'info' : 'debug'
      return { level, message: `agent.ended: ${event.outcome}${why}`, agent: event.agentId }
    }
    case 'turn.failed':
      return { level: 'debug', message: `turn.failed: ${event.failure.kind}`, agent: event.agentId }
    default:
      return null
  }
}
