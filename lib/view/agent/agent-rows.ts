import type { AgentState } from '@/lib/core/agent/agent'
import type { AgentStatus } from '@/lib/core/agent/agent-status'
import { unphased } from '@/lib/core/run/phases'
import type { RunState } from '@/lib/core/run/state'
import { nextOrder, type Order, parseOrder } from '../format/order'
import type { Bounds } from '../format/search-words'
import type { AgentSearch } from './agent-search'
import { type PhaseGroups, phaseGroups } from './phase-groups'
import { allTokens } from './run-spend'
import { hasDisplayStatus } from './status-counts'
import type { DisplayStatus } from './status-display'

export const sortColumns = ['state', 'agent', 'phase', 'model', 'turns', 'tokens', 'cost', 'time'] as const
export type SortColumn = (typeof sortColumns)[number]
export type AgentSort = Order<SortColumn>

/** Columns in which the largest is what one looks for. */
const largestFirst: ReadonlySet<SortColumn> = new Set(['turns', 'tokens', 'cost', 'time'])

const words = new Intl.Collator('en', { numeric: true })

const comparers: Readonly<Record<SortColumn, (a: AgentState, b: AgentState) => number>> = {
  state: byUrgency,
  agent: (a, b) => words.compare(a.label, b.label),
  phase: (a, b) => words.compare(a.phase ?? '', b.phase ?? ''),
  model: (a, b) => words.compare(a.model, b.model),
  turns: (a, b) => a.turns - b.turns,
  tokens: (a, b) => allTokens(a.usage) - allTokens(b.usage),
  cost: (a, b) => (a.costNanoUsd ?? -1) - (b.costNanoUsd ?? -1),
  time: (a, b) => timeOf(a) - timeOf(b),
}

/**
 * What is looked for. `span` is a part of the run's time, in milliseconds since 1970; `site` a call of the
 * script.
 */
export type AgentFilter = {
  displayStatus: DisplayStatus | null
  /** The title under which agents are drawn: of a phase, or of a group of them. */
  phase: string | null
  /** How phases are grouped; without it each phase is its own group. */
  groups?: PhaseGroups | null
  text: string
  span?: TimeSpan | null
  site?: string | null
  /** What was typed beside the text; null while nothing was. */
  typed?: Typed | null
  /** Agents whose prompt or answer holds the text, as the server found them. */
  saying?: ReadonlySet<string> | null
}
export type Typed = Pick<AgentSearch, 'displayStatuses' | 'phase' | 'model' | 'cost' | 'tokens'>
export type TimeSpan = { from: number; until: number }

/** What needs eyes comes first, then what moves, then what is done. */
const urgency: Readonly<Record<AgentStatus, number>> = {
  failed: 0,
  stalled: 1,
  flagged: 2,
  running: 3,
  waiting: 4,
  queued: 5,
  succeeded: 6,
  skipped: 7,
  cancelled: 8,
}

export const noFilter: AgentFilter = { displayStatus: null, phase: null, text: '' }

/** True when something is filtered away. */
export function isFiltering(filter: AgentFilter): boolean {
  const { displayStatus, phase, text, span = null, site = null, typed = null } = filter
  return (
    displayStatus !== null ||
    phase !== null ||
    text.trim() !== '' ||
    span !== null ||
    site !== null ||
    typed !== null
  )
}

/**
 * Whether an agent passes; text is looked for in its label, its model and its preview, and where the server
 * found it.
 */
export function passes(agent: AgentState, filter: AgentFilter): boolean {
  if (filter.displayStatus !== null && !hasDisplayStatus(agent, filter.displayStatus)) return false
  if (
    filter.phase !== null &&
    (filter.groups?.titleOf(agent.phase) ?? agent.phase ?? unphased) !== filter.phase
  )
    return false
  if (filter.site != null && !isFrom(agent, filter.site)) return false
  if (filter.span != null && !isDuring(agent, filter.span)) return false
  if (filter.typed != null && !isAsTyped(agent, filter.typed)) return false
  const text = filter.text.trim().toLowerCase()
  if (text === '' || filter.saying?.has(agent.id)) return true
  return [agent.label, agent.model, agent.preview, agent.id].some((part) => part.toLowerCase().includes(text))
}

/** How many agents of a run pass a filter. */
export function passingCount(agents: RunState['agents'], filter: AgentFilter): number {
  let count = 0
  for (const agent of agents.values()) if (passes(agent, filter)) count += 1
  return count
}

/** How many of the rows that are drawn still pass: the others fade, until the rows are put in order again. */
export function stillPassing(
  agents: RunState['agents'],
  rows: readonly AgentState[],
  filter: AgentFilter,
): number {
  return rows.filter(({ id }) => {
    const live = agents.get(id)
    return live !== undefined && passes(live, filter)
  }).length
}

/** What was typed, as a part of a filter; null when it asks for nothing but its text. */
export function typedPart({ displayStatuses, phase, model, cost, tokens }: AgentSearch): Typed | null {
  const bounds = [cost.min, cost.max, tokens.min, tokens.max]
  const isFree =
    displayStatuses.length === 0 &&
    phase === null &&
    model === null &&
    bounds.every((bound) => bound === null)
  return isFree ? null : { displayStatuses, phase, model, cost, tokens }
}

function isAsTyped(agent: AgentState, { displayStatuses, phase, model, cost, tokens }: Typed): boolean {
  const has = (whole: string, part: string | null) =>
    part === null || whole.toLowerCase().includes(part.toLowerCase())
  return (
    (displayStatuses.length === 0 ||
      displayStatuses.some((displayStatus) => hasDisplayStatus(agent, displayStatus))) &&
    has(agent.phase ?? unphased, phase) &&
    has(agent.model, model) &&
    isBetween(agent.costNanoUsd, cost) &&
    isBetween(allTokens(agent.usage), tokens)
  )
}

/** An unknown amount is within no bounds. */
function isBetween(amount: number | null, { min, max }: Bounds): boolean {
  if (min === null && max === null) return true
  return amount !== null && (min === null || amount >= min) && (max === null || amount <= max)
}

/** The call of the script that made an agent, as the address bar holds it; null for a spawned one. */
export function placeOfCall({ scope, callSite, parentId }: AgentState): string | null {
  return callSite === null || parentId !== null ? null : `${scope}@${callSite.line}:${callSite.column}`
}

/** A whole line (`scope@line`) or one call on it (`scope@line:column`): a script may be one long line. */
function isFrom(agent: AgentState, site: string): boolean {
  const place = placeOfCall(agent)
  return place !== null && (place === site || place.startsWith(`${site}:`))
}

/** Whether an agent was there at any moment of a span. */
function isDuring(agent: AgentState, { from, until }: TimeSpan): boolean {
  const ended = agent.endedAt === null ? Number.POSITIVE_INFINITY : Date.parse(agent.endedAt)
  return Date.parse(agent.queuedAt) <= until && ended >= from
}

/**
 * Agents that pass: in the order asked for, else failures first, and in the order of their calls where that
 * is equal.
 */
export function agentRows(state: RunState, filter: AgentFilter, sort: AgentSort | null = null): AgentState[] {
  const sign = sort?.descends === true ? -1 : 1
  const rank =
    sort === null ? byUrgency : (a: AgentState, b: AgentState) => sign * comparers[sort.column](a, b)
  return [...state.agents.values()]
    .filter((agent) => passes(agent, filter))
    .sort((a, b) => rank(a, b) || a.position - b.position)
}

/**
 * Agents that pass in the order of their phases, failures first in each: the order of a table that nobody
 * sorted.
 */
export function rowsByPhase(state: RunState, filter: AgentFilter): AgentState[] {
  const groups = phaseGroups(state.phases)
  const order = new Map(groups.of(state.phases).map(({ title }, at) => [title, at]))
  const rank = (agent: AgentState) => order.get(groups.titleOf(agent.phase)) ?? order.size
  return agentRows(state, filter).sort((a, b) => rank(a) - rank(b))
}

/** A line of the table: an agent, or the phase that begins with the next one. `index` counts agents only. */
export type TableLine =
  | { kind: 'phase'; title: string; count: number }
  | { kind: 'agent'; agentId: string; index: number }

/** Rows with a line above each phase; a single phase needs none. */
export function tableLines(
  rows: readonly AgentState[],
  isGrouped: boolean,
  titleOf: PhaseGroups['titleOf'] = (phase) => phase ?? unphased,
): TableLine[] {
  const counts = new Map<string, number>()
  for (const { phase } of rows) counts.set(titleOf(phase), (counts.get(titleOf(phase)) ?? 0) + 1)
  const hasHeads = isGrouped && counts.size > 1
  let last: string | null = null
  return rows.flatMap((agent, index): TableLine[] => {
    const title = titleOf(agent.phase)
    const head: TableLine[] =
      hasHeads && title !== last ? [{ kind: 'phase', title, count: counts.get(title) ?? 0 }] : []
    last = title
    return [...head, { kind: 'agent', agentId: agent.id, index }]
  })
}

/** The order after one more press on a column's head. */
export function nextSort(sort: AgentSort | null, column: SortColumn): AgentSort | null {
  return nextOrder(sort, column, largestFirst)
}

/** The order in the address bar; null for anything else. */
export function parseSort(text: string | null): AgentSort | null {
  return parseOrder(text, sortColumns)
}

function byUrgency(a: AgentState, b: AgentState): number {
  return urgency[a.status] - urgency[b.status]
}

function timeOf(agent: AgentState): number {
  if (agent.startedAt === null) return -1
  // One that still works counts as having worked longest: when it began decides among those.
  if (agent.endedAt === null) return Number.MAX_SAFE_INTEGER - Date.parse(agent.startedAt)
  return Date.parse(agent.endedAt) - Date.parse(agent.startedAt)
}

/** The agent before or after `from` among `ids`; the first or last one when nothing is selected. */
export function neighbour(ids: readonly string[], from: string | null, by: 1 | -1): string | null {
  if (ids.length === 0) return null
  const at = from === null ? -1 : ids.indexOf(from)
  if (at < 0) return (by === 1 ? ids[0] : ids.at(-1)) ?? null
  return ids[Math.min(ids.length - 1, Math.max(0, at + by))] ?? null
}

/** The next agent in order of calls that failed or stalled, round and round. */
export function nextFailure(state: RunState, from: string | null): string | null {
  const broken = [...state.agents.values()]
    .filter((agent) => agent.status === 'failed' || agent.status === 'stalled')
    .sort((a, b) => a.position - b.position)
  const position = from === null ? -1 : (state.agents.get(from)?.position ?? -1)
  return (broken.find((agent) => agent.position > position) ?? broken[0])?.id ?? null
}
