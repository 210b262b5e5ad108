import type { BarrierItem, WaitReason } from '@/lib/core/agent/agent'
import type { Envelope, EventOf, RunEventType, TypedEvent } from '@/lib/core/run/events'

/** What an agent does at a moment: always exactly one of these. */
export type Activity = 'queued' | WaitReason | 'streaming' | 'stalled' | 'tools' | 'between'

/** A stretch of an agent's life, in milliseconds since 1970. `until` is null for what goes on. */
export type TimeSegment = {
  activity: Activity
  from: number
  until: number | null
  turn: number
  attempt: number
}

/** One agent over time. A retried one has several lives with gaps between them. */
export type AgentTrack = {
  id: string
  position: number
  parentId: string | null
  label: string
  phase: string | null
  dependsOn: readonly string[]
  /** The innermost barrier it was called in; null outside of any. */
  barrier: BarrierItem | null
  isReused: boolean
  segments: readonly TimeSegment[]
  createdAt: number
  endedAt: number | null
  openTools: number
}

export type BarrierTrack = {
  id: string
  kind: 'parallel' | 'pipeline'
  /** The item of another barrier in which it was opened. */
  within: BarrierItem | null
  openedAt: number
  closedAt: number | null
}

/**
 * What a timeline needs and the fold forgets: when each thing happened. Times are milliseconds since 1970.
 */
export type RunHistory = {
  seq: number
  /** Zero of the page's clock: the first start, or the creation of a run that never started. */
  origin: number
  hasStarted: boolean
  /** Of the last event. */
  lastAt: number
  /** When it ended; null while it goes on. What is recorded later, such as prices, is no part of its time. */
  endedAt: number | null
  agents: ReadonlyMap<string, AgentTrack>
  barriers: readonly BarrierTrack[]
  pauses: readonly { from: number; until: number | null }[]
}

export const noHistory: RunHistory = {
  seq: 0,
  origin: 0,
  hasStarted: false,
  lastAt: 0,
  endedAt: null,
  agents: new Map(),
  barriers: [],
  pauses: [],
}

type Draft = Omit<RunHistory, 'agents'> & { agents: Map<string, AgentTrack> }

/**
 * History after more envelopes of the journal, which must follow without a gap. Untouched agents stay
 * identical.
 */
export function foldHistory(history: RunHistory, envelopes: readonly Envelope[]): RunHistory {
  if (envelopes.length === 0) return history
  const draft: Draft = { ...history, agents: new Map(history.agents) }
  for (const { event, at, seq, runId } of envelopes) {
    if (seq !== draft.seq + 1) throw new Error(`Run ${runId}: event ${seq} came after ${draft.seq}`)
    // A clock set back must not make a stretch of negative length.
    const now = Math.max(Date.parse(at), draft.lastAt)
    apply(draft, event, now)
    draft.seq = seq
    draft.lastAt = now
  }
  return draft
}

/** What one event changes; `now` is milliseconds since 1970. */
type Effects = { readonly [T in RunEventType]?: (draft: Draft, event: TypedEvent<T>, now: number) => void }

/** The events that change what an agent does. All others change what it is or holds. */
const effects: Effects = {
  'run.created': (draft, _, now) => {
    draft.origin = now
  },
  'run.started': (draft, _, now) => {
    if (!draft.hasStarted) draft.origin = now
    draft.hasStarted = true
  },
  'run.paused': (draft, _, now) => {
    draft.pauses = [...draft.pauses, { from: now, until: null }]
  },
  'run.resumed': (draft, _, now) => closePause(draft, now),
  'run.ended': (draft, _, now) => {
    closePause(draft, now)
    draft.endedAt = now
  },
  'run.retried': (draft, event, now) => {
    draft.endedAt = null
    for (const id of event.forgotten)
      turnTo(draft, id, now, 'queued', (agent) => ({ attempt: agent.attempt + 1 }))
  },
  'agent.created': (draft, event, now) => draft.agents.set(event.agentId, newTrack(event, now)),
  'agent.queued': (draft, event, now) => turnTo(draft, event.agentId, now, 'queued'),
  'agent.retried': (draft, event, now) => {
    countTools(draft, event.agentId, 'none')
    turnTo(draft, event.agentId, now, 'queued', (last) => ({ attempt: last.attempt + 1 }))
  },
  'agent.waiting': (draft, event, now) => turnTo(draft, event.agentId, now, event.reason),
  'agent.started': (draft, { agentId, attempt }, now) =>
    turnTo(draft, agentId, now, 'between', () => ({ attempt })),
  'agent.stalled': (draft, event, now) => turnTo(draft, event.agentId, now, 'stalled'),
  'agent.recovered': (draft, event, now) => turnTo(draft, event.agentId, now, 'streaming'),
  'turn.started': (draft, { agentId, batchId, turn, attempt }, now) =>
    turnTo(draft, agentId, now, batchId === null ? 'streaming' : 'batch', () => ({ turn, attempt })),
  'turn.committed': endTurn,
  'turn.failed': endTurn,
  'tool.started': (draft, event, now) => {
    countTools(draft, event.agentId, 1)
    turnTo(draft, event.agentId, now, 'tools')
  },
  'tool.ended': (draft, event, now) => {
    countTools(draft, event.agentId, -1)
    if (draft.agents.get(event.agentId)?.openTools === 0) turnTo(draft, event.agentId, now, 'between')
  },
  'agent.ended': (draft, event, now) => endTrack(draft, event.agentId, now, event.reusedFrom !== null),
  'barrier.opened': (draft, { barrierId: id, kind, within }, now) => {
    draft.barriers = [...draft.barriers, { id, kind, within, openedAt: now, closedAt: null }]
  },
  'barrier.closed': (draft, event, now) => {
    draft.barriers = draft.barriers.map((barrier) =>
      barrier.id === event.barrierId && barrier.closedAt === null ? { ...barrier, closedAt: now } : barrier,
    )
  },
}

function apply<T extends RunEventType>(draft: Draft, event: TypedEvent<T>, now: number): void {
  effects[event.type]?.(draft, event, now)
}

function newTrack(event: EventOf<'agent.created'>, now: number): AgentTrack {
  const { agentId: id, position, parentId, label, phase, dependsOn, barrier } = event
  return {
    ...{ id, position, parentId, label, phase, dependsOn, barrier },
    isReused: false,
    segments: [{ activity: 'queued', from: now, until: null, turn: 0, attempt: 1 }],
    createdAt: now,
    endedAt: null,
    openTools: 0,
  }
}

/** A batch may answer for an agent that has ended or is in another attempt: that is not what it does now. */
function endTurn(draft: Draft, event: EventOf<'turn.committed' | 'turn.failed'>, now: number): void {
  if (isNow(draft, event)) turnTo(draft, event.agentId, now, 'between')
}

function isNow(
  draft: Draft,
  { agentId, turn, attempt }: { agentId: string; turn: number; attempt: number },
): boolean {
  const agent = draft.agents.get(agentId)
  const last = agent?.segments.at(-1)
  return agent?.endedAt === null && last?.turn === turn && last.attempt === attempt
}

type Place = { turn?: number; attempt?: number }

/** Ends an agent's activity and begins the next. An activity of no duration leaves no segment. */
function turnTo(
  draft: Draft,
  agentId: string,
  now: number,
  activity: Activity,
  place: (last: TimeSegment) => Place = () => ({}),
): void {
  const agent = draft.agents.get(agentId)
  const last = agent?.segments.at(-1)
  if (agent === undefined || last === undefined) return
  const at = place(last)
  const next: TimeSegment = {
    activity,
    from: now,
    until: null,
    turn: at.turn ?? last.turn,
    attempt: at.attempt ?? last.attempt,
  }
  if (last.until === null && isSame(last, next)) return
  draft.agents.set(agentId, { ...agent, segments: [...closed(agent.segments, now), next], endedAt: null })
}

function endTrack(draft: Draft, agentId: string, now: number, isReused: boolean): void {
  const agent = draft.agents.get(agentId)
  if (agent === undefined) return
  const segments = closed(agent.segments, now)
  // An answer that was there at once still has its place on the line.
  const last = agent.segments.at(-1)
  const kept = segments.length === 0 && last !== undefined ? [{ ...last, until: now }] : segments
  draft.agents.set(agentId, { ...agent, segments: kept, endedAt: now, isReused, openTools: 0 })
}

function closed(segments: readonly TimeSegment[], now: number): TimeSegment[] {
  const last = segments.at(-1)
  if (last === undefined || last.until !== null) return [...segments]
  const before = segments.slice(0, -1)
  return last.from === now ? before : [...before, { ...last, until: now }]
}

function countTools(draft: Draft, agentId: string, by: 1 | -1 | 'none'): void {
  const agent = draft.agents.get(agentId)
  if (agent === undefined) return
  draft.agents.set(agentId, { ...agent, openTools: by === 'none' ? 0 : Math.max(0, agent.openTools + by) })
}

function closePause(draft: Draft, now: number): void {
  draft.pauses = draft.pauses.map((pause) => (pause.until === null ? { ...pause, until: now } : pause))
}

function isSame(a: TimeSegment, b: TimeSegment): boolean {
  return a.activity === b.activity && a.turn === b.turn && a.attempt === b.attempt
}
