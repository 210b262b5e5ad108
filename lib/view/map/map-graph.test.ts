import { describe, expect, it } from 'vitest'
import type { RunEvent } from '@/lib/core/run/events'
import { committed, created, ended, told } from '../testing'
import { orchestratorId } from './map-edges'
import { graphSelector, mapGraph } from './map-graph'

describe('map graph', () => {
  it('has one group a phase in order, declared ones that nobody entered yet among them', () => {
    const graph = mapGraph(told(['Survey', 'Audit', 'Report'], created('a', 'Survey'), created('b', 'Extra')))
    expect(graph.groups.map((group) => [group.title, group.agentIds])).toEqual([
      ['Survey', ['a']],
      ['Audit', []],
      ['Report', []],
      ['Extra', ['b']],
    ])
  })

  it('joins groups along which answers travelled, once, and counts the links', () => {
    const graph = mapGraph(
      told(
        ['A', 'B'],
        created('a', 'A'),
        created('b', 'A'),
        created('c', 'B', ['a', 'b']),
        created('d', 'B', ['a']),
      ),
    )
    expect(graph.edges.filter((edge) => edge.kind === 'data')).toEqual([
      expect.objectContaining({ from: 'group:A', to: 'group:B', links: 3, flagged: 0 }),
    ])
  })

  it('falls back to the order of phases where no answer is seen to travel', () => {
    const graph = mapGraph(told(['A', 'B'], created('a', 'A'), created('b', 'B')))
    expect(graph.edges.map(({ from, to, kind }) => [from, to, kind])).toEqual([
      ['orchestrator', 'group:A', 'spawn'],
      ['group:A', 'group:B', 'order'],
    ])
  })

  it('draws the order beside an answer that skips a phase', () => {
    const graph = mapGraph(
      told(['A', 'B', 'C'], created('a', 'A'), created('b', 'B'), created('c', 'C', ['a'])),
    )
    expect(graph.edges.map(({ from, to, kind }) => [from, to, kind])).toEqual([
      ['group:A', 'group:C', 'data'],
      ['orchestrator', 'group:A', 'spawn'],
      ['group:A', 'group:B', 'order'],
      ['group:B', 'group:C', 'order'],
    ])
  })

  it('marks an edge along which a flagged answer travelled', () => {
    const graph = mapGraph(
      told(['A', 'B'], created('a', 'A'), ended('a', 'flagged'), created('b', 'B', ['a'])),
    )
    expect(graph.edges.find((edge) => edge.kind === 'data')?.flagged).toBe(1)
  })

  it('draws no edge inside a group, as in a pipeline of one phase', () => {
    const graph = mapGraph(told(['A'], created('a', 'A'), created('b', 'A', ['a'])))
    expect(graph.edges.map((edge) => edge.kind)).toEqual(['spawn'])
  })

  it('counts the answers that travelled and those of them flagged, once each, with their names', () => {
    const agents = ['a', 'b', 'c'].map((id) => created(id, 'A'))
    const { edges } = mapGraph(
      told(
        ['A', 'B'],
        ...agents,
        ended('a', 'flagged'),
        created('d', 'B', ['a', 'b']),
        created('e', 'B', ['a', 'c']),
      ),
    )
    expect(edges.find((edge) => edge.kind === 'data')).toMatchObject({
      links: 4,
      answers: 3,
      flagged: 1,
      flaggedLabels: ['label a'],
    })
  })

  it('hangs what agents started behind their group, level by level, framed with the name of who started it', () => {
    const child = (id: string, parentId: string, phase: string): RunEvent =>
      startedBy(created(id, phase), parentId)
    const { groups, edges } = mapGraph(
      told(
        ['A', 'Z'],
        created('a', 'A'),
        child('b', 'a', 'Wave'),
        child('c', 'a', 'Wave'),
        child('d', 'b', 'Wave'),
      ),
    )
    expect(
      groups.map(({ title, agentIds, frames }) => [title, agentIds, frames.map(({ label }) => label)]),
    ).toEqual([
      ['A', ['a'], []],
      ['Wave', ['b', 'c'], ['started by label a']],
      ['Wave', ['d'], ['started by label a', 'started by label b']],
      ['Z', [], []],
    ])
    const [a, wave, deeper] = groups.map(({ id }) => id)
    expect(edges.filter(({ kind }) => kind === 'spawn').map(({ from, to }) => [from, to])).toEqual([
      [orchestratorId, a],
      [a, wave],
      [wave, deeper],
    ])
  })

  it('draws a called workflow in a frame with its name, however often it was called', () => {
    const inScope = (id: string, scope: string): RunEvent => {
      const event = created(id, 'A')
      return event.type === 'agent.created' ? { ...event, scope } : event
    }
    const { groups } = mapGraph(
      told(['A'], created('a', 'A'), inScope('b', 'audit#1'), inScope('c', 'audit#2')),
    )
    expect(groups.map(({ agentIds, frames }) => [agentIds, frames.map(({ label }) => label)])).toEqual([
      [['a'], []],
      [['b', 'c'], ['audit, called 2 times']],
    ])
  })

  it('tells a barrier, at which all arrive, from a pipeline, in which each goes on', () => {
    const flowOf = (kind: 'parallel' | 'pipeline', next: string | null) => {
      const opened: RunEvent = {
        type: 'barrier.opened',
        barrierId: '1',
        kind,
        size: 1,
        callSite: null,
        within: null,
      }
      const inItem = (event: RunEvent, barrierId: string | null): RunEvent =>
        event.type === 'agent.created' && barrierId !== null
          ? { ...event, barrier: { barrierId, item: 0 } }
          : event
      const state = told(
        ['A', 'B'],
        opened,
        inItem(created('a', 'A'), '1'),
        inItem(created('b', 'B', ['a']), next),
      )
      return mapGraph(state).edges.find(({ kind }) => kind === 'data')?.flow
    }
    expect(flowOf('parallel', null)).toBe('barrier')
    expect(flowOf('pipeline', '1')).toBe('pipeline')
    expect(flowOf('parallel', '1')).toBe('plain')
  })

  it('stays the same object while only numbers change', () => {
    const select = graphSelector()
    const first = select(told(['A'], created('a', 'A')))
    expect(select(told(['A'], created('a', 'A'), committed('a', 0)))).toBe(first)
    expect(select(told(['A'], created('a', 'A'), created('b', 'A')))).not.toBe(first)
  })
})

function startedBy(event: RunEvent, parentId: string): RunEvent {
  return event.type === 'agent.created' ? { ...event, parentId } : event
}
