import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Limits } from '@/lib/core/run'
import { type Hold, Ledger, type Quote } from './ledger'

const limits = (nanoUsd: number | null, tokens: number | null = null): Limits => ({
  nanoUsd,
  tokens,
  agents: 1000,
  wallClockSeconds: null,
  items: 4096,
  phases: {},
})
const noCaps = { day: null, month: null }
const quote = (maxTokens: number, inputTokens = 100, phase = 'one'): Quote => ({
  phase,
  maxTokens,
  inputTokens,
  worstCase: (tokens) => inputTokens + tokens * 10,
})
const never = new AbortController().signal

describe('the ledger', () => {
  test('holds no more than the caps of the runs and of the day, of their phases too, whatever is held and settled', () => {
    const act = fc.record({
      run: fc.constantFrom('a', 'b'),
      phase: fc.constantFrom('one', 'two'),
      maxTokens: fc.integer({ min: 1, max: 5000 }),
      settles: fc.boolean(),
      pick: fc.nat(),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      isLost: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200_000 }),
        fc.integer({ min: 0, max: 200_000 }),
        fc.integer({ min: 0, max: 300_000 }),
        fc.integer({ min: 0, max: 150_000 }),
        fc.array(act, { maxLength: 120 }),
        (capA, capB, dayCap, phaseCap, acts) => {
          const caps = { a: capA, b: capB }
          const ledger = new Ledger(() => 0, [], { day: dayCap, month: null })
          const phases = { one: { nanoUsd: phaseCap, tokens: null, agents: null } }
          ledger.open('a', { ...limits(capA), phases }, 0, 0)
          ledger.open('b', limits(capB), 0, 0)
          const held: { run: 'a' | 'b'; hold: Hold }[] = []
          const spent = { a: 0, b: 0 }
          let ofPhase = 0
          for (const { run, phase, maxTokens, settles, pick, share, isLost } of acts) {
            const done = settles ? held.splice(pick % Math.max(1, held.length), 1)[0] : undefined
            if (done !== undefined) {
              const cost = Math.floor((done.hold.nanoUsd ?? 0) * share)
              spent[done.run] += cost
              if (done.run === 'a' && done.hold.phase === 'one') ofPhase += cost
              ledger.settle(done.run, done.hold, isLost ? 0 : cost, isLost ? cost : 0, 10)
            } else {
              const verdict = ledger.reserve(run, quote(maxTokens, 100, phase))
              if (verdict.kind === 'held') {
                held.push({ run, hold: verdict.hold })
                expect(verdict.hold.clamped).toBe(verdict.hold.maxTokens < maxTokens)
              } else if (verdict.kind === 'wait') expect(held.length).toBeGreaterThan(0)
            }
            const heldOf = (of: string) =>
              held.reduce((sum, one) => sum + (of === one.run || of === 'day' ? (one.hold.nanoUsd ?? 0) : 0), 0)
            for (const of of ['a', 'b'] as const) expect(spent[of] + heldOf(of)).toBeLessThanOrEqual(caps[of])
            expect(spent.a + spent.b + heldOf('day')).toBeLessThanOrEqual(dayCap)
            const inPhase = held.filter(({ run: of, hold }) => of === 'a' && hold.phase === 'one')
            const heldInPhase = inPhase.reduce((sum, { hold }) => sum + (hold.nanoUsd ?? 0), 0)
            expect(ofPhase + heldInPhase).toBeLessThanOrEqual(phaseCap)
            expect(ledger.calendar().today.heldNanoUsd).toBe(heldOf('day'))
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  test('near a cap lets a turn wait, then clamps the last one, then says that the cap is reached', () => {
    const ledger = new Ledger(() => 0, [], noCaps)
    ledger.open('a', limits(50_000), 0, 0)
    const first = ledger.reserve('a', quote(4000))
    expect(first).toMatchObject({ kind: 'held', hold: { nanoUsd: 40_100, clamped: false } })
    expect(ledger.reserve('a', quote(4000))).toEqual({ kind: 'wait', on: 'run' })
    if (first.kind === 'held') ledger.settle('a', first.hold, 20_000, 0, 0)
    const second = ledger.reserve('a', quote(4000))
    expect(second).toMatchObject({ kind: 'held', hold: { maxTokens: 2990, clamped: true } })
    if (second.kind === 'held') ledger.settle('a', second.hold, 0, 29_000, 0)
    expect(ledger.reserve('a', quote(4000))).toMatchObject({ kind: 'capped', reason: 'usd-cap' })
    ledger.change('a', limits(500_000))
    expect(ledger.reserve('a', quote(4000)).kind).toBe('held')
  })

  test('counts tokens too, and says which cap it is', () => {
    const ledger = new Ledger(() => 0, [], { day: 1000, month: null })
    ledger.open('a', limits(null, 3000), 0, 0)
    expect(ledger.reserve('a', { ...quote(2500), worstCase: () => null })).toMatchObject({ kind: 'held' })
    expect(ledger.reserve('a', { ...quote(2500), worstCase: () => null })).toEqual({ kind: 'wait', on: 'run' })
    ledger.open('b', limits(null, 900), 0, 0)
    expect(ledger.reserve('b', { ...quote(2500), worstCase: () => null })).toMatchObject({ reason: 'token-cap' })
    expect(ledger.reserve('b', quote(800))).toMatchObject({ reason: 'day-cap' })
  })

  test('begins a new day with nothing spent, and what is in the air is carried over', () => {
    let now = Date.parse('2026-11-22T23:59:59Z')
    const ledger = new Ledger(() => now, [{ day: '2026-11-22', spentNanoUsd: 900, unsettledNanoUsd: 50 }], {
      day: 30_000,
      month: null,
    })
    ledger.open('a', limits(null), 0, 0)
    const verdict = ledger.reserve('a', quote(2000))
    now += 2000
    expect(ledger.calendar().today).toMatchObject({ spentNanoUsd: 0, unsettledNanoUsd: 0, heldNanoUsd: 20_100 })
    if (verdict.kind === 'held') ledger.settle('a', verdict.hold, 7, 3, 0)
    expect(ledger.calendar().today).toMatchObject({ spentNanoUsd: 7, unsettledNanoUsd: 3, heldNanoUsd: 0 })
  })

  test('holds under the cap of a month too, over its days, and not over the end of it', () => {
    let now = Date.parse('2026-11-30T12:00:00Z')
    const books = [
      { day: '2026-10-31', spentNanoUsd: 90_000, unsettledNanoUsd: 0 },
      { day: '2026-11-01', spentNanoUsd: 20_000, unsettledNanoUsd: 1000 },
      { day: '2026-11-29', spentNanoUsd: 8900, unsettledNanoUsd: 0 },
    ]
    const ledger = new Ledger(() => now, books, { day: null, month: 60_000 })
    ledger.open('a', limits(null), 0, 0)
    const first = ledger.reserve('a', quote(2000))
    expect(first).toMatchObject({ kind: 'held', hold: { clamped: false } })
    expect(ledger.calendar().month).toMatchObject({ spentNanoUsd: 28_900, unsettledNanoUsd: 1000, heldNanoUsd: 20_100 })
    expect(ledger.reserve('a', quote(2000))).toEqual({ kind: 'wait', on: 'day' })
    if (first.kind === 'held') ledger.settle('a', first.hold, 20_000, 0, 0)
    const capped = ledger.reserve('a', quote(2000))
    expect(capped).toMatchObject({ kind: 'capped', reason: 'month-cap' })
    expect(capped.kind === 'capped' && capped.detail).toMatch(/month's cap .* next month \(UTC\)/)
    now = Date.parse('2026-12-01T00:00:00Z')
    expect(ledger.reserve('a', quote(2000)).kind).toBe('held')
  })

  test('finds a day again when the clock jumps away and comes back', () => {
    let now = Date.parse('2026-11-22T10:00:00Z')
    const ledger = new Ledger(() => now, [{ day: '2026-11-21', spentNanoUsd: 700, unsettledNanoUsd: 0 }], {
      day: 30_000,
      month: null,
    })
    ledger.open('a', limits(null), 0, 0)
    const verdict = ledger.reserve('a', quote(2000))
    if (verdict.kind === 'held') ledger.settle('a', verdict.hold, 20_000, 0, 0)
    now -= 86_400_000
    expect(ledger.calendar().today.spentNanoUsd).toBe(700)
    now += 86_400_000
    expect(ledger.calendar().today.spentNanoUsd).toBe(20_000)
    expect(ledger.reserve('a', quote(2000))).toMatchObject({ kind: 'capped', reason: 'day-cap' })
    expect(ledger.calendar().month.spentNanoUsd).toBe(20_700)
  })

  test('wakes a run whose room came back, whoever else waits and whoever leaves', async () => {
    const ledger = new Ledger(() => 0, [], noCaps)
    ledger.open('a', limits(25_000), 0, 0)
    ledger.open('b', limits(25_000), 0, 0)
    ledger.reserve('a', quote(2000))
    const held = ledger.reserve('b', quote(2000))
    const leaving = new AbortController()
    const woken: string[] = []
    const wait = (run: string, position: number, signal = never) =>
      ledger.changed({ runId: run, phase: 'one', position, signal }, 'run').then(
        () => woken.push(`${run}${position}`),
        () => woken.push(`${run}${position} left`),
      )
    const all = [wait('a', 0), wait('b', 5), wait('b', 2, leaving.signal), wait('b', 3)]
    leaving.abort()
    if (held.kind === 'held') ledger.settle('b', held.hold, 0, 0, 0)
    await Promise.all(all.slice(2))
    expect(woken.sort()).toEqual(['b2 left', 'b3'])
    ledger.pass('b', 'one')
    await all[1]
    expect(woken).toContain('b5')
  })

  test('holds a phase under its own cap, and lets the others of the run go on', () => {
    const ledger = new Ledger(() => 0, [], noCaps)
    const phases = { one: { nanoUsd: 30_000, tokens: null, agents: null } }
    ledger.open('a', { ...limits(1_000_000), phases }, 0, 0)
    const first = ledger.reserve('a', quote(2500))
    expect(first.kind).toBe('held')
    expect(ledger.reserve('a', quote(2500))).toEqual({ kind: 'wait', on: 'phase' })
    expect(ledger.reserve('a', quote(2500, 100, 'two')).kind).toBe('held')
    if (first.kind === 'held') ledger.settle('a', first.hold, 24_000, 0, 100)
    expect(ledger.reserve('a', quote(2500))).toMatchObject({ kind: 'capped', reason: 'phase-usd-cap', phase: 'one' })
    ledger.change('a', { ...limits(1_000_000), phases: { one: { nanoUsd: 60_000, tokens: null, agents: null } } })
    expect(ledger.reserve('a', quote(2500)).kind).toBe('held')
  })

  test('counts what a phase had used before it was opened, in tokens too', () => {
    const ledger = new Ledger(() => 0, [], noCaps)
    const phases = { one: { nanoUsd: null, tokens: 5000, agents: null } }
    const used = [{ title: 'one', spentNanoUsd: 7, tokens: 4500 }]
    ledger.open('a', { ...limits(null), phases }, 7, 4500, used)
    expect(ledger.reserve('a', quote(2500))).toMatchObject({ kind: 'capped', reason: 'phase-token-cap' })
    expect(ledger.reserve('a', quote(2500, 100, 'two')).kind).toBe('held')
  })

  test('a phase that waits does not keep the news from another', async () => {
    const ledger = new Ledger(() => 0, [], noCaps)
    const cap = { nanoUsd: 25_000, tokens: null, agents: null }
    ledger.open('a', { ...limits(null), phases: { one: cap, two: cap } }, 0, 0)
    ledger.reserve('a', quote(2000))
    const second = ledger.reserve('a', quote(2000, 100, 'two'))
    const woken: string[] = []
    const wait = (phase: string) =>
      ledger.changed({ runId: 'a', phase, position: 0, signal: never }, 'phase').then(() => woken.push(phase))
    void wait('one')
    const two = wait('two')
    if (second.kind === 'held') ledger.settle('a', second.hold, 0, 0, 0)
    await two
    expect(woken).toEqual(['two'])
  })
})
