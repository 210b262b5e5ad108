import type { AgentState } from '@/lib/core/agent/agent'
import type { RunState } from '@/lib/core/run/state'
import { phaseGroups } from '../agent/phase-groups'
import { plural } from '../format/numbers'
import { barrierIdle } from '../timeline/barrier-idle'
import { roundsByAgent, roundsOf } from './loop-rounds'
import { edgesBetween } from './map-edges'
import type { MapFrame, MapGraph, MapGroup } from './map-shape'

type Draft = Omit<MapGroup, 'agentIds' | 'rounds' | 'frames'> & {
  agentIds: string[]
  workflow: string | null
  parents: Set<string>
  calls: Set<string>
}

/** Groups in the order of phases, each followed by what its agents started, and the edges between them. */
export function mapGraph(state: RunState): MapGraph {
  const { drafts, homes } = gather(state)
  const ordered = inOrder(state, drafts)
  const byAgent = roundsByAgent(state)
  const groups = ordered.map((draft): MapGroup => {
    const { id, title, detail, agentIds, hostId } = draft
    const frames = framesOf(draft, drafts, state)
    return { id, title, detail, agentIds, hostId, frames, rounds: roundsOf(agentIds, byAgent) }
  })
  const idle = barrierIdle(state)
  return { groups, ...edgesBetween(state, groups, homes, idle) }
}

/** Canvas id of the group of a phase title. */
export function groupId(title: string): string {
  return `group:${title}`
}

function gather(state: RunState): { drafts: Map<string, Draft>; homes: Map<string, string> } {
  const groups = phaseGroups(state.phases)
  const details = new Map(groups.of(state.phases).map((phase) => [phase.title, phase.detail]))
  const drafts = new Map<string, Draft>()
  const homes = new Map<string, string>()
  for (const agent of state.agents.values()) {
    const title = groups.titleOf(agent.phase)
    const hostId = agent.parentId === null ? null : (homes.get(agent.parentId) ?? null)
    const workflow = hostId === null ? workflowOf(agent) : null
    const id = idOf(title, hostId, workflow)
    const detail = details.get(title) ?? null
    const draft = drafts.get(id) ?? { ...{ id, title, detail, hostId, workflow }, ...emptyDraft() }
    draft.agentIds.push(agent.id)
    if (agent.parentId !== null) draft.parents.add(agent.parentId)
    if (workflow !== null) draft.calls.add(agent.scope)
    drafts.set(id, draft)
    homes.set(agent.id, id)
  }
  return { drafts, homes }
}

function emptyDraft() {
  return { agentIds: [], parents: new Set<string>(), calls: new Set<string>() }
}

function idOf(title: string, hostId: string | null, workflow: string | null): string {
  if (hostId !== null) return `${hostId}›${title}`
  return workflow === null ? groupId(title) : `${groupId(title)}»${workflow}`
}

/** Calls of one workflow are drawn together, however often it was called: `audit#2/…` is an audit. */
function workflowOf({ scope }: AgentState): string | null {
  return scope === '' ? null : scope.replace(/#\d+/g, '')
}

function inOrder(state: RunState, drafts: ReadonlyMap<string, Draft>): Draft[] {
  const hosted = new Map<string, Draft[]>()
  const phases = phaseGroups(state.phases).of(state.phases)
  const titled = new Map<string, Draft[]>(phases.map(({ title }) => [title, []]))
  for (const draft of drafts.values()) {
    const [among, key] = draft.hostId === null ? [titled, draft.title] : [hosted, draft.hostId]
    among.set(key, [...(among.get(key) ?? []), draft])
  }
  const isUsed = new Set([...drafts.values()].map(({ title }) => title))
  const withThose = (draft: Draft): Draft[] => [draft, ...(hosted.get(draft.id) ?? []).flatMap(withThose)]
  return [...titled].flatMap(([title, own]) => {
    if (own.length > 0) return own.flatMap(withThose)
    if (isUsed.has(title)) return []
    const detail = phases.find((phase) => phase.title === title)?.detail ?? null
    return [{ id: groupId(title), title, detail, hostId: null, workflow: null, ...emptyDraft() }]
  })
}

function framesOf(draft: Draft, drafts: ReadonlyMap<string, Draft>, state: RunState): MapFrame[] {
  if (draft.workflow !== null) {
    const name = draft.workflow.startsWith('script:') ? 'a script of its own' : draft.workflow
    const often = draft.calls.size > 1 ? `, called ${draft.calls.size} times` : ''
    return [{ id: `workflow:${draft.workflow}`, label: `${name}${often}`, kind: 'workflow' }]
  }
  const host = draft.hostId === null ? undefined : drafts.get(draft.hostId)
  if (host === undefined) return []
  const siblings = [...drafts.values()].filter(({ hostId }) => hostId === host.id)
  const parents = new Set(siblings.flatMap((sibling) => [...sibling.parents]))
  const [only] = parents
  const label =
    parents.size === 1 && only !== undefined
      ? `started by ${state.agents.get(only)?.label ?? only}`
      : `started by ${plural(parents.size, 'agent')} of ${host.title}`
  return [...framesOf(host, drafts, state), { id: `spawn:${host.id}`, label, kind: 'spawn' }]
}

/** A memoised `mapGraph`: the same object until the shape of the run changes. */
export function graphSelector(): (state: RunState | null) => MapGraph | null {
  let key = ''
  let graph: MapGraph | null = null
  let barriers: RunState['barriers'] | null = null
  let closed = 0
  return (state) => {
    if (state === null) return null
    if (state.barriers !== barriers)
      closed = state.barriers.filter(({ closedAt }) => closedAt !== null).length
    barriers = state.barriers
    const next = `${state.run.id} ${state.agents.size} ${state.phases.length} ${state.outcomeCounts.flagged} ${closed}`
    if (next !== key || graph === null) graph = withKnown(mapGraph(state), graph)
    key = next
    return graph
  }
}

/** Unchanged groups stay the same objects, so a flag on an edge redraws no cell. */
function withKnown(graph: MapGraph, before: MapGraph | null): MapGraph {
  if (before === null) return graph
  const known = new Map(before.groups.map((group) => [group.id, group]))
  const groups = graph.groups.map((group) => {
    const same = known.get(group.id)
    // Agents are only ever added, so as many are the same ones.
    return same !== undefined &&
      same.agentIds.length === group.agentIds.length &&
      shapeOf(same) === shapeOf(group)
      ? same
      : group
  })
  return { ...graph, groups }
}

function shapeOf({ detail, frames, rounds }: MapGroup): string {
  return JSON.stringify([detail, frames, rounds])
}
