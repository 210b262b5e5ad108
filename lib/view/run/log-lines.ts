import type { AgentState } from '@/lib/core/agent/agent'
import { assertNever } from '@/lib/core/base/assert-never'
import { inOrder } from '@/lib/core/base/in-order'
import type { Checkpoint } from '@/lib/core/run/checkpoint'
import type { RunState } from '@/lib/core/run/state'
import { phaseGroups } from '../agent/phase-groups'
import { waitReason } from '../agent/status-display'
import { type MoneyWords, moneyWords } from '../format/money'
import { plural } from '../format/numbers'
import { formatDuration } from '../format/time'
import { askedMoney, closingSentence } from '../questions/question'

export type LogEntry = {
  key: string
  at: string
  kind:
    | RunState['log'][number]['kind']
    | 'failed'
    | 'rejected'
    | 'flagged'
    | 'retried'
    | 'waiting'
    | 'asked'
    | 'answered'
    | 'unanswered'
    | 'phase'
    | 'run'
  message: string
  agentId: string | null
}

/**
 * Log lines, notes, waits, retries and notable endings, in order of time. Amounts are in the money of the
 * run, except those in the words of its script and agents.
 */
export function logEntries(state: RunState): LogEntry[] {
  const { simulated } = state.run
  const money = moneyWords(simulated)
  return [
    ...state.log.map((line) => fromLine(line, money)),
    ...agentEntries(state, money),
    ...waitEntries(state),
    ...state.checkpoints.flatMap((checkpoint) => questionEntries(checkpoint, simulated)),
    ...phaseEntries(state),
    ...runEntries(state, money),
  ].sort((a, b) => inOrder(a.at, b.at))
}

function fromLine({ seq, at, kind, message, agentId }: RunState['log'][number], money: MoneyWords): LogEntry {
  return { key: `line.${seq}`, at, kind, message: kind === 'logged' ? message : money(message), agentId }
}

function agentEntries(state: RunState, money: MoneyWords): LogEntry[] {
  return [...state.agents.values()].flatMap((agent): LogEntry[] => {
    const retries = retryEntries(agent)
    if (agent.status === 'failed' && agent.failure.kind === 'rejected')
      return [
        ...retries,
        entry(
          agent.id,
          agent.endedAt,
          'rejected',
          `${agent.label}: the script rejected its answer (failIf).`,
        ),
      ]
    if (agent.status === 'failed')
      return [
        ...retries,
        entry(agent.id, agent.endedAt, 'failed', `${agent.label} failed: ${money(agent.failure.message)}`),
      ]
    if (agent.status === 'flagged')
      return [
        ...retries,
        entry(
          agent.id,
          agent.endedAt,
          'flagged',
          `${agent.label} flagged its answer: ${flagWords(agent.flags)}`,
        ),
      ]
    return retries
  })
}

function retryEntries(agent: AgentState): LogEntry[] {
  if (agent.retries === 0) return []
  const message = `${agent.label}: ${plural(agent.retries, 'turn')} failed and ${agent.retries === 1 ? 'was' : 'were'} retried.`
  return [entry(agent.id, agent.endedAt ?? agent.lastActivityAt, 'retried', message)]
}

/** One line per reason for all that wait now: a thousand agents at a rate limit are one line. */
function waitEntries(state: RunState): LogEntry[] {
  const waiting = [...state.agents.values()].flatMap((agent) => (agent.status === 'waiting' ? [agent] : []))
  return [...new Set(waiting.map((agent) => agent.reason))].map((reason) => {
    const those = waiting.filter((agent) => agent.reason === reason)
    const since = those.reduce(
      (first, agent) => (agent.lastActivityAt < first ? agent.lastActivityAt : first),
      those[0]?.lastActivityAt ?? '',
    )
    const message = `${plural(those.length, 'agent')} ${those.length === 1 ? 'waits' : 'wait'}: ${waitReason(reason)}.`
    return { key: `waiting.${reason}`, at: since, kind: 'waiting', message, agentId: null }
  })
}

function questionEntries(checkpoint: Checkpoint, simulated: boolean): LogEntry[] {
  const { checkpointId, openedAt } = checkpoint
  const title = askedMoney(checkpoint, simulated)(checkpoint.title)
  const line = (kind: 'asked' | 'answered' | 'unanswered', at: string, message: string): LogEntry => {
    return { key: `${kind}.${checkpointId}`, at, kind, message, agentId: null }
  }
  const asked = line('asked', openedAt, `Asked: ${title}`)
  switch (checkpoint.status) {
    case 'open':
      return [asked]
    case 'answered':
    case 'unanswered':
      return [
        asked,
        line(checkpoint.status, checkpoint.closedAt, `${title} ${closingSentence(checkpoint, simulated)}`),
      ]
    default:
      return assertNever(checkpoint)
  }
}

/** When each phase got its first agent, and when its last one ended while none of it is open. */
function phaseEntries(state: RunState): LogEntry[] {
  const phases = phaseGroups(state.phases)
  const spans = new Map<string, { from: string; until: string | null; agents: number; open: number }>()
  for (const { phase, queuedAt, endedAt } of state.agents.values()) {
    const title = phases.titleOf(phase)
    const span = spans.get(title) ?? { from: queuedAt, until: null, agents: 0, open: 0 }
    if (queuedAt < span.from) span.from = queuedAt
    if (endedAt === null) span.open += 1
    else if (span.until === null || endedAt > span.until) span.until = endedAt
    span.agents += 1
    spans.set(title, span)
  }
  return [...spans].flatMap(([title, { from, until, agents, open }]): LogEntry[] => {
    const line = (key: string, at: string, message: string): LogEntry => {
      return { key: `phase.${key}.${title}`, at, kind: 'phase', message, agentId: null }
    }
    const began = line('began', from, `“${title}” began.`)
    return open > 0 || until === null
      ? [began]
      : [
          began,
          line(
            'ended',
            until,
            `“${title}” ended: ${plural(agents, 'agent')} in ${formatDuration(Date.parse(until) - Date.parse(from))}.`,
          ),
        ]
  })
}

/** What a reader of the log may want alone. */
export const logFilters = ['all', 'problems', 'waits', 'questions', 'script'] as const
export type LogFilter = (typeof logFilters)[number]

const kindsOf: Readonly<Record<Exclude<LogFilter, 'all'>, readonly LogEntry['kind'][]>> = {
  problems: ['failed', 'rejected', 'flagged', 'retried', 'refused', 'noted'],
  waits: ['waiting', 'run'],
  questions: ['asked', 'answered', 'unanswered'],
  script: ['logged', 'phase', 'entered', 'left'],
}

export function isInFilter({ kind }: LogEntry, filter: LogFilter): boolean {
  return filter === 'all' || kindsOf[filter].includes(kind)
}

function runEntries(state: RunState, money: MoneyWords): LogEntry[] {
  const { run } = state
  const reason = money(run.reason)
  const entries: LogEntry[] = []
  if (run.startedAt !== null) entries.push(runEntry('started', run.startedAt, 'The run started.'))
  if (run.pausedAt !== null)
    entries.push(runEntry('paused', run.pausedAt, `Paused: ${reason ?? 'by a person'}`))
  if (run.endedAt !== null)
    entries.push(
      runEntry('ended', run.endedAt, `The run ended: ${run.status}${reason ? `, ${reason}` : ''}.`),
    )
  return entries
}

function entry(
  agentId: string,
  at: string,
  kind: 'failed' | 'rejected' | 'flagged' | 'retried',
  message: string,
): LogEntry {
  return { key: `${kind}.${agentId}`, at, kind, message, agentId }
}

function runEntry(key: string, at: string, message: string): LogEntry {
  return { key: `run.${key}`, at, kind: 'run', message, agentId: null }
}

function flagWords(flags: readonly { kind: string; reason: string }[]): string {
  return flags.map((flag) => (flag.reason === '' ? flag.kind : `${flag.kind}, ${flag.reason}`)).join('; ')
}
