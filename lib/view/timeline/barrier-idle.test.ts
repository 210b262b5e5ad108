import { describe, expect, it } from 'vitest'
import type { Envelope, RunEvent } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import { at, created, ended, inItem, journalFixture } from '../testing'
import { barrierIdle, idleTotal } from './barrier-idle'

const opened = (barrierId: string, kind: 'parallel' | 'pipeline' = 'parallel', item?: number): RunEvent => ({
  type: 'barrier.opened',
  barrierId,
  kind,
  size: 3,
  callSite: { line: 5, column: 1 },
  within: item === undefined ? null : { barrierId: '1', item },
})
const closed = (barrierId: string): RunEvent => ({ type: 'barrier.closed', barrierId })

/** Each event at the second given with it. */
function timed(...events: [number, RunEvent][]) {
  const envelopes = journalFixture(['A'], ...events.map(([, event]) => event))
  const moved = envelopes.map((envelope, index): Envelope => {
    const second = events[index - 2]?.[0]
    return second === undefined ? envelope : { ...envelope, at: at(second) }
  })
  return foldAll(null, moved)
}

describe('idle time at a barrier', () => {
  it('is what each ended item waited for the slowest, by hand 9 + 6 + 0 seconds', () => {
    const state = timed(
      [2, opened('1')],
      [2, inItem(created('a', 'A'), '1', 0)],
      [2, inItem(created('b', 'A'), '1', 1)],
      [2, inItem(created('c', 'A'), '1', 2)],
      [11, ended('a')],
      [14, ended('b', 'failed')],
      [20, ended('c')],
      [20, closed('1')],
    )
    expect(barrierIdle(state)).toEqual([
      {
        barrierId: '1',
        line: 5,
        sumMs: 15_000,
        worstMs: 9_000,
        waited: 2,
        slowest: 'c',
        lastAgents: ['a', 'b', 'c'],
      },
    ])
  })

  it('counts an item from its last agent, those of a barrier inside it too, and the inner wait by itself', () => {
    const state = timed(
      [2, opened('1')],
      [2, inItem(created('a', 'A'), '1', 0)],
      [2, opened('2', 'parallel', 1)],
      [2, inItem(created('b', 'A'), '2', 0)],
      [2, inItem(created('c', 'A'), '2', 1)],
      [4, ended('a')],
      [5, ended('b')],
      [9, ended('c')],
      [9, closed('2')],
      [10, inItem(created('d', 'A'), '1', 0)],
      [12, ended('d')],
      [12, closed('1')],
    )
    const idle = barrierIdle(state)
    // Outside: the item of b and c ended at 9 and waited until 12. Inside: b waited from 5 to 9.
    expect(idle.map(({ barrierId, sumMs }) => [barrierId, sumMs])).toEqual([
      ['1', 3_000],
      ['2', 4_000],
    ])
    expect(idleTotal(idle)).toEqual({ sumMs: 7_000, worstMs: 4_000 })
  })

  it('is none in a pipeline, at a barrier still open, and for answers that were reused', () => {
    const reused: RunEvent = {
      ...ended('a'),
      type: 'agent.ended',
      agentId: 'a',
      outcome: 'succeeded',
      failure: null,
      preview: '',
      actor: null,
      reusedFrom: { runId: 'r0', agentId: 'a', spent: null },
    }
    const agents: [number, RunEvent][] = [
      [2, inItem(created('a', 'A'), '1', 0)],
      [2, inItem(created('b', 'A'), '1', 1)],
    ]
    const both = (first: RunEvent): [number, RunEvent][] => [
      [3, first],
      [9, ended('b')],
    ]
    expect(
      barrierIdle(timed([2, opened('1', 'pipeline')], ...agents, ...both(ended('a')), [9, closed('1')])),
    ).toEqual([])
    expect(barrierIdle(timed([2, opened('1')], ...agents, ...both(ended('a'))))).toEqual([])
    expect(barrierIdle(timed([2, opened('1')], ...agents, ...both(reused), [9, closed('1')]))[0]?.sumMs).toBe(
      0,
    )
  })
})
