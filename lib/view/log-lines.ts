import type { RunState } from '@/lib/core/state'

export type LogEntry = {
  key: string
  at: string
  kind: 'logged' | 'noted' | 'failed' | 'flagged' | 'run'
  message: string
  agentId: string | null
}

/** Narrator lines, notes, and the endings a reader must not miss, in order of time. */
export function logEntries(state: RunState): LogEntry[] {
  return [...state.log.map(fromLine), ...agentEntries(state), ...runEntries(state)].sort((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  )
}

function fromLine(line: RunState['log'][number]): LogEntry {
  return { key: `line.${line.seq}`, at: line.at, kind: line.kind, message: line.message, agentId: line.agentId }
}

function agentEntries(state: RunState): LogEntry[] {
  return [...state.agents.values()].flatMap((agent): LogEntry[] => {
    if (agent.status === 'failed')
      return [entry(agent.id, agent.endedAt, 'failed', `${agent.label} failed: ${agent.failure.message}`)]
    if (agent.status === 'flagged')
      return [entry(agent.id, agent.endedAt, 'flagged', `${agent.label} flagged its answer: ${doubts(agent.flags)}`)]
    return []
  })
}

function runEntries(state: RunState): LogEntry[] {
  const { run } = state
  const entries: LogEntry[] = []
  if (run.startedAt !== null) entries.push(runEntry('started', run.startedAt, 'The run started.'))
  if (run.pausedAt !== null) entries.push(runEntry('paused', run.pausedAt, `Paused: ${run.reason ?? 'by a person'}`))
  if (run.endedAt !== null)
    entries.push(runEntry('ended', run.endedAt, `The run ended: ${run.status}${run.reason ? `, ${run.reason}` : ''}.`))
  return entries
}

function entry(agentId: string, at: string, kind: 'failed' | 'flagged', message: string): LogEntry {
  return { key: `${kind}.${agentId}`, at, kind, message, agentId }
}

function runEntry(key: string, at: string, message: string): LogEntry {
  return { key: `run.${key}`, at, kind: 'run', message, agentId: null }
}

function doubts(flags: readonly { kind: string; reason: string }[]): string {
  return flags.map((flag) => (flag.reason === '' ? flag.kind : `${flag.kind}, ${flag.reason}`)).join('; ')
}
