import { describe, expect, it } from 'vitest'
import { graphSelector, mapGraph } from './map-graph'
import { committed, created, ended, told } from './testing'

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
      told(['A', 'B'], created('a', 'A'), created('b', 'A'), created('c', 'B', ['a', 'b']), created('d', 'B', ['a'])),
    )
    expect(graph.edges.filter((edge) => edge.kind === 'data')).toEqual([
      expect.objectContaining({ from: 'group:A', to: 'group:B', links: 3, doubtful: 0 }),
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
    const graph = mapGraph(told(['A', 'B', 'C'], created('a', 'A'), created('b', 'B'), created('c', 'C', ['a'])))
    expect(graph.edges.map(({ from, to, kind }) => [from, to, kind])).toEqual([
      ['group:A', 'group:C', 'data'],
      ['orchestrator', 'group:A', 'spawn'],
      ['group:A', 'group:B', 'order'],
      ['group:B', 'group:C', 'order'],
    ])
  })

  it('marks an edge along which a flagged answer travelled', () => {
    const graph = mapGraph(told(['A', 'B'], created('a', 'A'), ended('a', 'flagged'), created('b', 'B', ['a'])))
    expect(graph.edges.find((edge) => edge.kind === 'data')?.doubtful).toBe(1)
  })

  it('draws no edge inside a group, as in a pipeline of one phase', () => {
    const graph = mapGraph(told(['A'], created('a', 'A'), created('b', 'A', ['a'])))
    expect(graph.edges.map((edge) => edge.kind)).toEqual(['spawn'])
  })

  it('stays the same object while only numbers change', () => {
    const select = graphSelector()
    const first = select(told(['A'], created('a', 'A')))
    expect(select(told(['A'], created('a', 'A'), committed('a', 0)))).toBe(first)
    expect(select(told(['A'], created('a', 'A'), created('b', 'A')))).not.toBe(first)
  })
})
