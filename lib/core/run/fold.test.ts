import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isEnded } from '../agent/agent'
import { endedCount } from '../agent/agent-status'
import { envelopesOf, someEvents, timeAt } from '../testing/journals'
import { envelopeSchema } from './events'
import { fold, foldAll } from './fold'
import { fromSnapshot, type RunState, snapshotSchema, toSnapshot } from './state'

describe('fold', () => {
  test('of a prefix, then of the rest, equals fold of all, and one by one as well', () => {
    fc.assert(
      fc.property(someEvents, fc.nat(), (events, cut) => {
        const envelopes = envelopesOf(events)
        const at = 1 + (cut % envelopes.length)
        const all = foldAll(null, envelopes)
        expect(foldAll(foldAll(null, envelopes.slice(0, at)), envelopes.slice(at))).toEqual(all)
        expect(envelopes.reduce<RunState | null>(fold, null)).toEqual(all)
      }),
      { numRuns: 150 },
    )
  })

  test('keeps its sums true: agents by status, by phase, money reserved, outcome counts', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const state = foldAll(null, envelopesOf(events))
        const agents = [...state.agents.values()]
        const { totals, outcomeCounts } = state
        for (const [status, count] of Object.entries(totals.agents)) {
          expect(count).toBe(agents.filter((agent) => agent.status === status).length)
          expect(count).toBe(
            state.phases.reduce(
              (sum, { counts }) => sum + (Object.entries(counts).find(([name]) => name === status)?.[1] ?? 0),
              0,
            ),
          )
        }
        expect(totals.reservedNanoUsd).toBe(
          agents.reduce((sum, { reservedNanoUsd }) => sum + reservedNanoUsd, 0),
        )
        expect(totals.unsettledNanoUsd).toBe(agents.reduce((sum, one) => sum + one.unsettledNanoUsd, 0))
        expect(totals.unsettledTokens).toBe(agents.reduce((sum, one) => sum + one.unsettledTokens, 0))
        expect(totals.turns).toBe(agents.reduce((sum, { turns }) => sum + turns, 0))
        expect(totals.spentNanoUsd).toBe(state.phases.reduce((sum, one) => sum + one.spentNanoUsd, 0))
        expect(totals.costNanoUsd === null).toBe(totals.unpricedTurns + totals.unmeteredTurns > 0)
        expect(endedCount(totals.agents)).toBe(agents.filter(isEnded).length)
        expect(
          outcomeCounts.succeeded +
            outcomeCounts.flagged +
            outcomeCounts.failed +
            outcomeCounts.cancelled +
            outcomeCounts.skipped,
        ).toBe(agents.filter(isEnded).length)
      }),
      { numRuns: 100 },
    )
  })

  test('leaves untouched agents, and the state it was given, as they are', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        let state: RunState | null = null
        for (const envelope of envelopesOf(events)) {
          const before: RunState | null = state
          const copy = before === null ? null : structuredClone(before)
          state = fold(before, envelope)
          expect(before).toEqual(copy)
          const { event } = envelope
          const touched = 'agentId' in event ? event.agentId : null
          for (const [id, agent] of before?.agents ?? [])
            if (id !== touched) expect(state.agents.get(id)).toBe(agent)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('and back over the wire is the same state', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const envelopes = envelopesOf(events)
        for (const envelope of envelopes)
          expect(envelopeSchema.parse(JSON.parse(JSON.stringify(envelope)))).toEqual(envelope)
        const state = foldAll(null, envelopes)
        expect(fromSnapshot(snapshotSchema.parse(JSON.parse(JSON.stringify(toSnapshot(state)))))).toEqual(
          state,
        )
      }),
      { numRuns: 60 },
    )
  })

  test('throws at a gap, at a repetition, at a wrong beginning and at a second creation', () => {
    const [created, approved, started] = envelopesOf([
      ...(fc.sample(someEvents, { numRuns: 1, seed: 1 })[0]?.slice(0, 3) ?? []),
    ])
    if (created === undefined || approved === undefined || started === undefined)
      throw new Error('too few events')
    const state = fold(null, created)
    expect(() => fold(state, started)).toThrow('event 3 came after 1')
    expect(() => fold(state, { ...created, seq: 1 })).toThrow('event 1 came after 1')
    expect(() => fold(null, approved)).toThrow('the first event is run.approved with seq 2')
    expect(() => fold(state, { ...created, seq: 2 })).toThrow('created twice')
    expect(() =>
      fold(state, { runId: 'run', seq: 2, at: timeAt(2), event: { type: 'agent.queued', agentId: 'a9' } }),
    ).toThrow('no agent a9')
    expect(() => foldAll(null, [])).toThrow('Nothing to fold')
  })

  test('does not count paused time twice', () => {
    const [created] = envelopesOf(fc.sample(someEvents, { numRuns: 1, seed: 1 })[0] ?? [])
    if (created === undefined) throw new Error('no event')
    const pause = {
      type: 'run.paused',
      reason: 'person',
      detail: 'd',
      phase: null,
      resumesAt: null,
      actor: null,
    } as const
    const at = (seconds: number, seq: number, event: Parameters<typeof envelopesOf>[0][number]) => ({
      runId: 'run',
      seq,
      at: timeAt(seconds),
      event,
    })
    const state = foldAll(null, [
      created,
      at(10, 2, pause),
      at(15, 3, { type: 'run.resumed', pausedMs: 0, actor: null }),
      at(20, 4, pause),
      at(27, 5, {
        type: 'run.ended',
        outcome: 'cancelled',
        reason: null,
        error: null,
        resultInputs: [],
        actor: null,
      }),
    ])
    expect(state.run).toMatchObject({ pausedMs: 12_000, pausedAt: null, status: 'cancelled' })
  })

  test('knows no pause of less than nothing when the clock is set back in it', () => {
    const [created] = envelopesOf(fc.sample(someEvents, { numRuns: 1, seed: 1 })[0] ?? [])
    if (created === undefined) throw new Error('no event')
    const pause = {
      type: 'run.paused',
      reason: 'person',
      detail: 'd',
      phase: null,
      resumesAt: null,
      actor: null,
    } as const
    const resumed = { type: 'run.resumed', pausedMs: 0, actor: null } as const
    const state = foldAll(null, [
      created,
      { runId: 'run', seq: 2, at: timeAt(90_000), event: pause },
      { runId: 'run', seq: 3, at: timeAt(3_600), event: resumed },
    ])
    expect(state.run.pausedMs).toBe(0)
  })
})
