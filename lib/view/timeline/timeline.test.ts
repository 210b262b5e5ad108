import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Envelope, RunEvent } from '@/lib/core/run/events'
import { fold } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'
import { envelopesOf, someEvents } from '@/lib/core/testing/journals'
import { at, committed, created, ended, inItem, journalFixture } from '../testing'
import { criticalPath, pathLength } from './critical-path'
import { shownSteps } from './path-steps'
import { Replay } from './replay'
import { type AgentTrack, foldHistory, noHistory, type RunHistory } from './timeline-history'
import { agentTimeline, slotTimeline } from './timeline-lanes'
import { minimapOf } from './timeline-minimap'
import { formatMoment, idleGapsOf, panned, ticks, timeScale, zoomed } from './timeline-scale'
import { barrierIdle, endOf, isActive, lifetimeOf, timeByActivity } from './timeline-sums'

const started = (agentId: string, turn = 0): RunEvent => ({
  type: 'turn.started',
  agentId,
  turn,
  attempt: 1,
  model: 'm',
  maxTokens: 1,
  reservedNanoUsd: 0,
  account: null,
  batchId: null,
  reservedTokens: 0,
  clampedBy: null,
})
const barrier = (
  type: 'barrier.opened' | 'barrier.closed',
  barrierId: string,
  kind: 'parallel' | 'pipeline' = 'parallel',
): RunEvent =>
  type === 'barrier.opened'
    ? { type, barrierId, kind, size: 2, callSite: null, within: null }
    : { type, barrierId }
const finished: RunEvent = {
  type: 'run.ended',
  outcome: 'completed',
  reason: null,
  error: null,
  resultInputs: [],
  actor: null,
}
const repriced: RunEvent = {
  type: 'run.repriced',
  repricingId: 'p1',
  turns: 1,
  agents: [],
  costNanoUsd: 1,
  unpricedTurns: 0,
  cacheSavedNanoUsd: null,
  actor: person('ada'),
}
const waits = (agentId: string, reason: 'slot' | 'back-off'): RunEvent => ({
  type: 'agent.waiting',
  agentId,
  reason,
  until: null,
  cap: null,
})

// The fixture begins with two events of its own: the creation at 0 s, the start at 1 s.
const journal = journalFixture(
  ['A'],
  barrier('barrier.opened', 'b1'), // 2
  inItem(created('a', 'A'), 'b1', 0), // 3
  inItem(created('b', 'A'), 'b1', 1), // 4
  started('a'), // 5
  waits('b', 'slot'), // 6
  committed('a', 0), // 7
  started('b'), // 8
  ended('a'), // 9
  committed('b', 0), // 10
  ended('b'), // 11
  barrier('barrier.closed', 'b1'), // 12
  created('c', 'A', ['a', 'b']), // 13
  started('c'), // 14
  committed('c', 0), // 15
  ended('c'), // 16
)
const whole = foldHistory(noHistory, journal)
const seconds = (history: RunHistory, id: string) =>
  history.agents
    .get(id)
    ?.segments.map(({ activity, from, until }) => [
      activity,
      (from - history.origin) / 1000,
      until === null ? null : (until - history.origin) / 1000,
    ])

describe('the history of a run', () => {
  it('says what an agent did at every moment of its life', () => {
    expect(seconds(whole, 'b')).toEqual([
      ['queued', 3, 5],
      ['slot', 5, 7],
      ['streaming', 7, 9],
      ['between', 9, 10],
    ])
    expect(seconds(foldHistory(noHistory, journal.slice(0, 9)), 'b')).toEqual([
      ['queued', 3, 5],
      ['slot', 5, 7],
      ['streaming', 7, null],
    ])
  })

  it('is the same folded in two parts as folded whole, and refuses a gap', () => {
    fc.assert(
      fc.property(someEvents, fc.nat(), (events, cut) => {
        const envelopes = envelopesOf(events)
        const at = envelopes.length === 0 ? 0 : cut % envelopes.length
        const parts = foldHistory(foldHistory(noHistory, envelopes.slice(0, at)), envelopes.slice(at))
        expect(parts).toEqual(foldHistory(noHistory, envelopes))
      }),
      { numRuns: 60 },
    )
    expect(() => foldHistory(noHistory, journal.slice(1))).toThrow('event 2 came after 0')
  })

  it('has stretches that never overlap and add up to the lifetime the fold knows', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const envelopes = envelopesOf(events)
        if (envelopes.length === 0) return
        const history = foldHistory(noHistory, envelopes)
        let state: RunState | null = null
        for (const envelope of envelopes) state = fold(state, envelope)
        for (const track of history.agents.values()) {
          expectNoOverlap(track)
          const agent = state?.agents.get(track.id)
          const until = agent?.endedAt == null ? history.lastAt : Date.parse(agent.endedAt)
          const made = envelopes.find(
            ({ event }) => event.type === 'agent.created' && event.agentId === track.id,
          )
          expect(lifetimeOf(track, history.lastAt)).toBe(until - Date.parse(made?.at ?? ''))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('gives a retried agent a second life, with nothing between the two', () => {
    const events: RunEvent[] = [
      created('a', 'A'),
      started('a'),
      ended('a', 'failed'),
      { type: 'run.ended', outcome: 'failed', reason: null, error: null, resultInputs: [], actor: null },
      { type: 'run.retried', refusals: [], forgotten: ['a'], actor: person('ada') },
      { type: 'run.started' },
      started('a', 1),
      ended('a'),
    ]
    const history = foldHistory(noHistory, journalFixture(['A'], ...events))
    expect(seconds(history, 'a')).toEqual([
      ['queued', 1, 2],
      ['streaming', 2, 3],
      ['queued', 5, 7],
      ['streaming', 7, 8],
    ])
    expect(history).toMatchObject({ endedAt: null })
  })
})

describe('what is read off it', () => {
  it('counts how long answers waited at a barrier, as an independent reckoning does', () => {
    expect(barrierIdle(whole, whole.lastAt)).toEqual([
      { agentId: 'a', barrierId: 'b1', from: Date.parse(at(9)), until: Date.parse(at(12)) },
      { agentId: 'b', barrierId: 'b1', from: Date.parse(at(11)), until: Date.parse(at(12)) },
    ])
    const exported: { at: string; event: { type: string; agentId?: string } }[] = JSON.parse(
      JSON.stringify(journal),
    )
    const moment = (type: string, agentId?: string) =>
      Date.parse(exported.find(({ event }) => event.type === type && event.agentId === agentId)?.at ?? '')
    const closed = moment('barrier.closed')
    const reckoned = ['a', 'b'].reduce((sum, id) => sum + closed - moment('agent.ended', id), 0)
    expect(barrierIdle(whole, whole.lastAt).reduce((sum, { from, until }) => sum + until - from, 0)).toBe(
      reckoned,
    )
  })

  it('finds the chain that decided how long the run took', () => {
    const path = criticalPath(whole)
    expect(path.map(({ agentId }) => agentId)).toEqual(['b', 'c'])
    expect(pathLength(path)).toBe(7_000 + 3_000)
  })

  it('says of each agent of the chain its share of the run and what would shorten it', () => {
    const steps = shownSteps(whole, criticalPath(whole), 20_000)
    expect(steps.map(({ agentId, share }) => [agentId, share])).toEqual([
      ['b', 0.35],
      ['c', 0.15],
    ])
    for (const { hint, label, ms } of steps) {
      expect(hint).toMatch(/^\d+s? ?\w/)
      expect(label).not.toBe('')
      expect(ms).toBeGreaterThan(0)
    }
  })

  it('leads the path through the slowest at a barrier, whatever the next answer was built from', () => {
    const tale = journalFixture(
      ['A', 'B', 'C'],
      barrier('barrier.opened', '1'),
      inItem(created('quick', 'A'), '1', 0),
      inItem(created('slow', 'A'), '1', 1),
      ended('quick'),
      ended('slow'),
      barrier('barrier.closed', '1'),
      barrier('barrier.opened', '2'),
      inItem(created('check', 'B', ['quick']), '2', 0),
      inItem(created('other', 'B'), '2', 1),
      ended('check'),
      ended('other'),
      barrier('barrier.closed', '2'),
      created('write', 'C', ['quick', 'slow']),
      ended('write'),
    )
    const path = criticalPath(foldHistory(noHistory, tale))
    expect(path.map(({ agentId }) => agentId)).toEqual(['slow', 'other', 'write'])
  })

  it('follows an item of a pipeline by what it was built from, no matter which others ended meanwhile', () => {
    const tale = journalFixture(
      ['A'],
      barrier('barrier.opened', '1', 'pipeline'),
      inItem(created('a', 'A'), '1', 0),
      inItem(created('b', 'A'), '1', 1),
      ended('a'),
      ended('b'),
      inItem(created('a again', 'A', ['a']), '1', 0),
      inItem(created('b again', 'A'), '1', 1),
      ended('b again'),
      ended('a again'),
      barrier('barrier.closed', '1'),
    )
    const path = criticalPath(foldHistory(noHistory, tale))
    expect(path.map(({ agentId }) => agentId)).toEqual(['a', 'a again'])
  })

  it('packs what held a slot into as many rows as were busy at once', () => {
    const everybody = () => true
    expect(agentTimeline(whole, everybody).map(({ key }) => key)).toEqual(['a', 'b', 'c'])
    expect(slotTimeline(whole, everybody)).toHaveLength(1)
    fc.assert(
      fc.property(someEvents, (events) => {
        const history = foldHistory(noHistory, envelopesOf(events))
        const rows = slotTimeline(history, everybody)
        for (const row of rows) {
          if (row.kind !== 'slot') continue
          row.bars.slice(1).forEach(({ segment }, index) => {
            expect(segment.from).toBeGreaterThanOrEqual(
              row.bars[index]?.segment.until ?? Number.POSITIVE_INFINITY,
            )
          })
        }
        expect(rows.length).toBeLessThanOrEqual(history.agents.size)
      }),
      { numRuns: 40 },
    )
  })

  it('ends when the run ended, whatever is written down of it later', () => {
    const over = [ended('a'), finished, repriced]
    const history = foldHistory(noHistory, journalFixture(['A'], created('a', 'A'), ...over))
    expect(history.lastAt).toBe(Date.parse(at(5)))
    expect(endOf(history, Date.parse(at(99)))).toBe(Date.parse(at(4)))
  })

  it('loses no time in its minimap', () => {
    const scale = timeScale(whole.lastAt - whole.origin, [])
    const { active, waiting } = minimapOf(whole, scale, 7, whole.lastAt)
    const bucketMs = scale.length / 7
    const sum = (values: number[]) => values.reduce((total, one) => total + one * bucketMs, 0)
    const times = timeByActivity(whole.agents.values(), whole.lastAt)
    const busy = [...times]
      .filter(([activity]) => isActive(activity))
      .reduce((total, [, ms]) => total + ms, 0)
    const all = [...times].reduce((total, [, ms]) => total + ms, 0)
    expect(sum(active)).toBeCloseTo(busy, 3)
    expect(sum(active) + sum(waiting)).toBeCloseTo(all, 3)
  })
})

describe('the scale', () => {
  const gaps = [{ from: 1_000, until: 61_000 }]
  const scale = timeScale(70_000, gaps)

  it('draws idle gaps short and finds its way back', () => {
    expect(scale.length).toBe(10_000 + 200)
    for (const ms of [0, 500, 1_000, 31_000, 61_000, 65_000, 70_000])
      expect(scale.stretch(scale.squeeze(ms))).toBeCloseTo(ms, 6)
    expect(timeScale(70_000, []).squeeze(31_000)).toBe(31_000)
  })

  it('cuts only what is long and empty', () => {
    expect(
      idleGapsOf(
        [
          { from: 0, until: 10 },
          { from: 50, until: 100 },
          { from: 60_000, until: 61_000 },
        ],
        61_000,
      ),
    ).toEqual([{ from: 100, until: 60_000 }])
  })

  it('zooms about the pointer and stays inside the picture', () => {
    expect(zoomed({ from: 0, until: 1_000 }, 0.5, 250, 1_000)).toEqual({ from: 125, until: 625 })
    expect(zoomed({ from: 0, until: 1_000 }, 2, 250, 1_000)).toEqual({ from: 0, until: 1_000 })
    expect(panned({ from: 500, until: 900 }, 400, 1_000)).toEqual({ from: 600, until: 1_000 })
  })

  it('is labelled at round moments', () => {
    expect(ticks(400, 4_700, 5)).toEqual([1_000, 2_000, 3_000, 4_000])
    expect([formatMoment(32_000), formatMoment(130_500, true), formatMoment(3_849_000)]).toEqual([
      '00:32',
      '02:10.5',
      '1:04:09',
    ])
  })
})

describe('a replay', () => {
  const many: Envelope[] = journalFixture(
    ['A'],
    created('a', 'A'),
    ...Array.from(
      { length: 1_700 },
      (_, index): RunEvent => ({ type: 'run.logged', message: `line ${index}` }),
    ),
    ended('a'),
  )

  it('gives at every moment the state that folding one by one gives', () => {
    const replay = new Replay()
    replay.add(many.slice(0, 700))
    replay.add(many.slice(700))
    const states: RunState[] = []
    let state: RunState | null = null
    for (const envelope of many) {
      state = fold(state, envelope)
      states.push(state)
    }
    for (const count of [1, 499, 500, 501, 1_300, 1_299, 20, many.length])
      expect(replay.stateAfter(count)).toEqual(states[count - 1])
    expect(replay.stateAfter(0)).toBeNull()
  })

  it('knows how much had happened by a moment, and steps from event to event', () => {
    const replay = new Replay()
    replay.add(journal)
    expect(replay.countAt(Date.parse(at(0)) - 1)).toBe(0)
    expect(replay.countAt(Date.parse(at(3)))).toBe(4)
    expect(replay.neighbour(Date.parse(at(3)), 1)).toBe(Date.parse(at(4)))
    expect(replay.neighbour(Date.parse(at(3)), -1)).toBe(Date.parse(at(2)))
    expect(replay.neighbour(Date.parse(at(0)), -1)).toBeNull()
    expect(replay.neighbour(Date.parse(at(16)), 1)).toBeNull()
  })
})

function expectNoOverlap({ segments }: AgentTrack): void {
  segments.slice(1).forEach((segment, index) => {
    const before = segments[index]
    expect(before?.until).not.toBeNull()
    expect(segment.from).toBeGreaterThanOrEqual(before?.until ?? 0)
  })
}
