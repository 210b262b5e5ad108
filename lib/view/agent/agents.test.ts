import { describe, expect, it } from 'vitest'
import { orderText } from '../format/order'
import { agentLinks } from '../map/agent-links'
import { mapGraph } from '../map/map-graph'
import { layoutMap } from '../map/map-layout'
import { logEntries } from '../run/log-lines'
import { at, committed, created, ended, told } from '../testing'
import { neighbourPhase, phaseProgress, phaseSpan } from '../timeline/phase-progress'
import {
  agentRows,
  neighbour,
  nextFailure,
  nextSort,
  noFilter,
  parseSort,
  rowsByPhase,
  tableLines,
} from './agent-rows'
import { hasDisplayStatus, outcomeCountsSentence, parseDisplayStatus, statusCounts } from './status-counts'
import { describeAgent } from './status-display'

const state = told(
  ['A', 'B'],
  created('a', 'A'),
  created('b', 'A'),
  created('c', 'B', ['a', 'b']),
  committed('a', 0),
  ended('a'),
  ended('b', 'failed'),
)
const agent = (id: string) => {
  const found = state.agents.get(id)
  if (found === undefined) throw new Error(`no agent ${id}`)
  return found
}

describe('agents', () => {
  it('are listed failures first, then in the order of their calls', () => {
    expect(agentRows(state, noFilter).map(({ id }) => id)).toEqual(['b', 'c', 'a'])
  })

  it('stand by phase in a table that nobody sorted, failures first in each, with a line above each phase', () => {
    const late = told(
      ['B', 'A'],
      created('x', 'A'),
      created('y', 'B'),
      created('z', 'A'),
      ended('z', 'failed'),
    )
    const rows = rowsByPhase(late, noFilter)
    expect(rows.map(({ id }) => id)).toEqual(['y', 'z', 'x'])
    expect(tableLines(rows, true)).toEqual([
      { kind: 'phase', title: 'B', count: 1 },
      { kind: 'agent', agentId: 'y', index: 0 },
      { kind: 'phase', title: 'A', count: 2 },
      { kind: 'agent', agentId: 'z', index: 1 },
      { kind: 'agent', agentId: 'x', index: 2 },
    ])
    expect(tableLines(rows, false).map(({ kind }) => kind)).toEqual(['agent', 'agent', 'agent'])
    expect(tableLines(rows.slice(1), true)).toHaveLength(2)
  })

  it('were at work in a phase from its first call to its last end, or on and on', () => {
    // A journal fixture ticks once a second, and the run starts in its first.
    expect(phaseSpan(state, 'A')).toEqual({ from: 1_000, to: 6_000 })
    expect(phaseSpan(state, 'B')).toEqual({ from: 3_000, to: null })
    expect(phaseSpan(state, 'nobody')).toBeNull()
  })

  it('are filtered by one phase after the other, through all of them and round again', () => {
    const walk = (by: 1 | -1) => {
      const seen: (string | null)[] = [null]
      for (let at = 0; at < 3; at++) seen.push(neighbourPhase(['A', 'B'], seen.at(-1) ?? null, by))
      return seen
    }
    expect(walk(1)).toEqual([null, 'A', 'B', null])
    expect(walk(-1)).toEqual([null, 'B', 'A', null])
    expect(neighbourPhase([], null, 1)).toBeNull()
    expect(neighbourPhase(['A'], 'gone', 1)).toBe('A')
  })

  it('are sorted by any column, either way, and equal ones stay in the order of their calls', () => {
    const ids = (sort: string) => agentRows(state, noFilter, parseSort(sort)).map(({ id }) => id)
    expect(ids('agent')).toEqual(['a', 'b', 'c'])
    expect(ids('-agent')).toEqual(['c', 'b', 'a'])
    expect(ids('-cost')).toEqual(['a', 'b', 'c'])
    expect(ids('phase')).toEqual(['a', 'b', 'c'])
    expect(ids('nonsense')).toEqual(['b', 'c', 'a'])
  })

  it('are sorted the natural way first, then the other way round, then not at all', () => {
    const presses = [null, '-cost', 'cost'].map((sort) => orderText(nextSort(parseSort(sort), 'cost')))
    expect(presses).toEqual(['-cost', 'cost', null])
    expect(orderText(nextSort(parseSort('-cost'), 'agent'))).toBe('agent')
  })

  it('are found by state, phase and text together', () => {
    expect(
      agentRows(state, { displayStatus: 'failed', phase: 'A', text: 'LABEL B' }).map(({ id }) => id),
    ).toEqual(['b'])
    expect(agentRows(state, { displayStatus: 'failed', phase: 'B', text: '' })).toEqual([])
  })

  it('are stepped through without running off either end', () => {
    expect(neighbour(['a', 'b'], null, 1)).toBe('a')
    expect(neighbour(['a', 'b'], 'b', 1)).toBe('b')
    expect(neighbour(['a', 'b'], 'a', -1)).toBe('a')
    expect(neighbour([], 'a', 1)).toBeNull()
  })

  it('that failed are visited round and round', () => {
    expect(nextFailure(state, null)).toBe('b')
    expect(nextFailure(state, 'b')).toBe('b')
  })

  it('say their state with its reason', () => {
    expect(describeAgent(agent('b'), 0)).toBe('Failed: No answer of that shape.')
    const waiting = told(['A'], created('w', 'A'), {
      type: 'agent.waiting',
      agentId: 'w',
      reason: 'rate-limit',
      until: at(30),
      cap: null,
    })
    const [one] = waiting.agents.values()
    if (one === undefined) throw new Error('no agent')
    expect(describeAgent(one, Date.parse(at(18)))).toBe('Waiting: rate limited by the provider, again in 12s')
  })

  it('show their own edges only', () => {
    const links = agentLinks(
      state,
      layoutMap(mapGraph(state), { toggled: new Set(), direction: 'right', room: null, mayRearrange: true }),
      'a',
    )
    expect(links.map(({ id, direction }) => [id, direction])).toEqual([['out:c', 'out']])
  })
})

describe('status counts and phases', () => {
  it('count every agent, rare endings only once there is one', () => {
    expect(
      statusCounts(state.totals.agents, state.outcomeCounts).map(({ displayStatus }) => displayStatus),
    ).not.toContain('skipped')
    expect(hasDisplayStatus(agent('a'), 'succeeded')).toBe(true)
    expect(hasDisplayStatus(agent('a'), 'reused')).toBe(false)
  })

  it('are read from the address bar, nonsense refused', () => {
    expect([
      parseDisplayStatus('failed'),
      parseDisplayStatus('reused'),
      parseDisplayStatus('gone'),
      parseDisplayStatus(null),
    ]).toEqual(['failed', 'reused', null, null])
  })

  it('never hide a dead agent in the outcome counts', () => {
    expect(outcomeCountsSentence(state.outcomeCounts)).toBe('1 succeeded, 1 failed')
    const fed = told(['A'], created('x', 'A'), ended('x', 'flagged'), created('y', 'A', ['x']), ended('y'))
    expect(outcomeCountsSentence(fed.outcomeCounts)).toBe(
      '1 succeeded, 1 flagged, 1 depends on flagged answers',
    )
  })

  it('fill a bar whose shares add up to one', () => {
    const [first] = state.phases.map(phaseProgress)
    expect(first).toMatchObject({ title: 'A', total: 2, ended: 2, spentNanoUsd: 700_000 })
    expect(first?.segments.reduce((sum, segment) => sum + segment.share, 0)).toBe(1)
  })
})

describe('log', () => {
  it('merges what the script said with the failures, in order of time', () => {
    const kinds = logEntries(
      told(['A'], created('x', 'A'), ended('x', 'failed'), { type: 'run.logged', message: 'on' }),
    )
    expect(kinds.map((entry) => entry.kind)).toEqual(['run', 'phase', 'failed', 'phase', 'logged'])
  })
})
