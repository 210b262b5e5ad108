import { describe, expect, test } from 'vitest'
import type { DaySpend } from '@/lib/core/base/utc-day'
import type { Payer } from '@/lib/core/money/quotas'
import { type CalendarCaps, noCalendarCaps } from '@/lib/core/ports/dispatcher'
import { noPhaseLimits, type PhaseLimits } from '@/lib/core/spec/phase-settings'
import { defaultLimits, type Limits } from '@/lib/core/spec/run'
import { Ledger, type Quote } from './ledger'

const limits = (nanoUsd: number | null, tokens: number | null = null): Limits => ({
  ...defaultLimits,
  nanoUsd,
  tokens,
})
const inPhase = (caps: Partial<PhaseLimits>) => ({ ...noPhaseLimits, ...caps })
const noCaps = noCalendarCaps
const ann: Payer = { id: 'ann', ownerId: null, project: 'default' }
const spent = (day: string, spentNanoUsd: number, unsettledNanoUsd = 0): DaySpend => ({
  day,
  spentNanoUsd,
  unsettledNanoUsd,
  tokens: 0,
  agents: 0,
})
const quote = (maxTokens: number, inputTokens = 100, phase = 'one'): Quote => ({
  phase,
  maxTokens,
  likelyTokens: maxTokens,
  contenders: 1,
  inputTokens,
  worstCase: (tokens) => inputTokens + tokens * 10,
})
const never = new AbortController().signal

describe('the ledger', () => {
  test('near a cap lets a turn wait, then clamps the last one, then says that the cap is reached', () => {
    const ledger = new Ledger(() => 0, [], noCaps)
    ledger.open('a', ann, limits(50_000), 0, 0)
    const first = ledger.reserve('a', quote(4000))
    expect(first).toMatchObject({ kind: 'reserved', reservation: { nanoUsd: 40_100, clampedBy: null } })
    expect(ledger.reserve('a', quote(4000))).toEqual({ kind: 'wait', on: 'a', cap: 'usd-cap', quota: null })
    if (first.kind === 'reserved') ledger.settle('a', first.reservation, 20_000, 0, 0)
    const second = ledger.reserve('a', quote(4000))
    expect(second).toMatchObject({
      kind: 'reserved',
      reservation: { maxTokens: 2990, clampedBy: { reason: 'usd-cap', phase: null } },
    })
    if (second.kind === 'reserved') ledger.settle('a', second.reservation, 0, 29_000, 0)
    expect(ledger.reserve('a', quote(4000))).toMatchObject({ kind: 'capped', reason: 'usd-cap' })
    ledger.change('a', limits(500_000))
    expect(ledger.reserve('a', quote(4000)).kind).toBe('reserved')
  })

  test('counts tokens too, and says which cap it is', () => {
    const ledger = new Ledger(() => 0, [], noCaps)
    const unpriced = { ...quote(2500), worstCase: () => null }
    ledger.open('a', ann, limits(null, 3000), 0, 0)
    expect(ledger.reserve('a', unpriced)).toMatchObject({ kind: 'reserved' })
    expect(ledger.reserve('a', unpriced)).toEqual({ kind: 'wait', quota: null, on: 'a', cap: 'token-cap' })
    ledger.open('b', ann, limits(null, 900), 0, 0)
    expect(ledger.reserve('b', unpriced)).toMatchObject({ reason: 'token-cap' })
    ledger.setCaps({ ...noCaps, day: 1000 })
    expect(ledger.reserve('b', quote(800))).toMatchObject({ reason: 'day-cap' })
  })

  test('holds no turn without a price under a cap in dollars, and says which cap it is', () => {
    const ledger = new Ledger(() => 0, [], { ...noCaps, day: 20_000_000_000 })
    const unpriced = { ...quote(2500), worstCase: () => null }
    ledger.open('a', ann, limits(5_000_000_000), 0, 0)
    expect(ledger.reserve('a', unpriced)).toEqual({ kind: 'not-held', cap: "the run's cap of $5" })
    ledger.change('a', limits(null))
    expect(ledger.reserve('a', unpriced)).toEqual({ kind: 'not-held', cap: 'the daily cap of $20' })
    expect(ledger.reserve('a', quote(2500))).toMatchObject({ kind: 'reserved' })
  })

  test('begins a new day with nothing spent, and what is in flight is carried over', () => {
    let now = Date.parse('2026-11-22T23:59:59Z')
    const ledger = new Ledger(() => now, [spent('2026-11-22', 900, 50)], {
      ...noCaps,
      day: 30_000,
    })
    ledger.open('a', ann, limits(null), 0, 0)
    const verdict = ledger.reserve('a', quote(2000))
    now += 2000
    expect(ledger.calendar().today).toMatchObject({
      spentNanoUsd: 0,
      unsettledNanoUsd: 0,
      reservedNanoUsd: 20_100,
    })
    if (verdict.kind === 'reserved') ledger.settle('a', verdict.reservation, 7, 3, 0)
    expect(ledger.calendar().today).toMatchObject({
      spentNanoUsd: 7,
      unsettledNanoUsd: 3,
      reservedNanoUsd: 0,
    })
  })

  test('holds under the cap of a month too, over its days, and not over the end of it', () => {
    let now = Date.parse('2026-11-30T12:00:00Z')
    const spentByDay = [
      spent('2026-10-31', 90_000),
      spent('2026-11-01', 20_000, 1000),
      spent('2026-11-29', 8900),
    ]
    const ledger = new Ledger(() => now, spentByDay, { ...noCaps, month: 60_000 })
    ledger.open('a', ann, limits(null), 0, 0)
    const first = ledger.reserve('a', quote(2000))
    expect(first).toMatchObject({ kind: 'reserved', reservation: { clampedBy: null } })
    expect(ledger.calendar().month).toMatchObject({
      spentNanoUsd: 28_900,
      unsettledNanoUsd: 1000,
      reservedNanoUsd: 20_100,
    })
    expect(ledger.reserve('a', quote(2000))).toEqual({ kind: 'wait', on: '', cap: 'month-cap', quota: null })
    if (first.kind === 'reserved') ledger.settle('a', first.reservation, 20_000, 0, 0)
    const capped = ledger.reserve('a', quote(2000))
    expect(capped).toMatchObject({ kind: 'capped', reason: 'month-cap' })
    expect(capped.kind === 'capped' && capped.detail).toMatch(/monthly cap .* at least\)\.$/)
    now = Date.parse('2026-12-01T00:00:00Z')
    expect(ledger.reserve('a', quote(2000)).kind).toBe('reserved')
  })

  test('finds a day again when the clock jumps away and comes back', () => {
    let now = Date.parse('2026-11-22T10:00:00Z')
    const ledger = new Ledger(() => now, [spent('2026-11-21', 700)], {
      ...noCaps,
      day: 30_000,
    })
    ledger.open('a', ann, limits(null), 0, 0)
    const verdict = ledger.reserve('a', quote(2000))
    if (verdict.kind === 'reserved') ledger.settle('a', verdict.reservation, 20_000, 0, 0)
    now -= 86_400_000
    expect(ledger.calendar().today.spentNanoUsd).toBe(700)
    now += 86_400_000
    expect(ledger.calendar().today.spentNanoUsd).toBe(20_000)
    expect(ledger.reserve('a', quote(2000))).toMatchObject({ kind: 'capped', reason: 'day-cap' })
    expect(ledger.calendar().month.spentNanoUsd).toBe(20_700)
  })

  test('wakes a run whose room came back, whoever else waits and whoever leaves', async () => {
    const ledger = new Ledger(() => 0, [], noCaps)
    ledger.open('a', ann, limits(25_000), 0, 0)
    ledger.open('b', ann, limits(25_000), 0, 0)
    ledger.reserve('a', quote(2000))
    const reserved = ledger.reserve('b', quote(2000))
    const leaving = new AbortController()
    const woken: string[] = []
    const wait = (run: string, position: number, signal = never) =>
      ledger.changed({ position, signal }, run).then(
        () => woken.push(`${run}${position}`),
        () => woken.push(`${run}${position} left`),
      )
    const all = [wait('a', 0), wait('b', 5), wait('b', 2, leaving.signal), wait('b', 3)]
    leaving.abort()
    if (reserved.kind === 'reserved') ledger.settle('b', reserved.reservation, 0, 0, 0)
    await Promise.all(all.slice(2))
    expect(woken.sort()).toEqual(['b2 left', 'b3'])
    ledger.pass('b', 'one')
    await all[1]
    expect(woken).toContain('b5')
  })

  test('holds a phase under its own cap, and lets the others of the run go on', () => {
    const ledger = new Ledger(() => 0, [], noCaps)
    const phases = { one: inPhase({ nanoUsd: 30_000 }) }
    ledger.open('a', ann, { ...limits(1_000_000), phases }, 0, 0)
    const first = ledger.reserve('a', quote(2500))
    expect(first.kind).toBe('reserved')
    expect(ledger.reserve('a', quote(2500))).toEqual({
      kind: 'wait',
      on: 'a\none',
      cap: 'phase-usd-cap',
      quota: null,
    })
    expect(ledger.reserve('a', quote(2500, 100, 'two')).kind).toBe('reserved')
    if (first.kind === 'reserved') ledger.settle('a', first.reservation, 24_000, 0, 100)
    expect(ledger.reserve('a', quote(2500))).toMatchObject({
      kind: 'capped',
      reason: 'phase-usd-cap',
      phase: 'one',
    })
    ledger.change('a', { ...limits(1_000_000), phases: { one: inPhase({ nanoUsd: 60_000 }) } })
    expect(ledger.reserve('a', quote(2500)).kind).toBe('reserved')
  })

  test('counts what a phase had used before it was opened, in tokens too', () => {
    const ledger = new Ledger(() => 0, [], noCaps)
    const phases = { one: inPhase({ tokens: 5000 }) }
    const used = [{ title: 'one', spentNanoUsd: 7, tokens: 4500 }]
    ledger.open('a', ann, { ...limits(null), phases }, 7, 4500, used)
    expect(ledger.reserve('a', quote(2500))).toMatchObject({ kind: 'capped', reason: 'phase-token-cap' })
    expect(ledger.reserve('a', quote(2500, 100, 'two')).kind).toBe('reserved')
  })

  test('a phase that waits does not keep the news from another', async () => {
    const ledger = new Ledger(() => 0, [], noCaps)
    const cap = inPhase({ nanoUsd: 25_000 })
    ledger.open('a', ann, { ...limits(null), phases: { one: cap, two: cap } }, 0, 0)
    ledger.reserve('a', quote(2000))
    const second = ledger.reserve('a', quote(2000, 100, 'two'))
    const woken: string[] = []
    const wait = (phase: string) =>
      ledger.changed({ position: 0, signal: never }, `a\n${phase}`).then(() => woken.push(phase))
    void wait('one')
    const two = wait('two')
    if (second.kind === 'reserved') ledger.settle('a', second.reservation, 0, 0, 0)
    await two
    expect(woken).toEqual(['two'])
  })

  describe.each<[string, Limits, Partial<CalendarCaps>, string, string | null]>([
    ["the run's cap of $0.0000", limits(30_000), {}, 'usd-cap', null],
    ["the run's cap of 2,500 tokens", limits(null, 2500), {}, 'token-cap', null],
    ['the daily cap of $0.0000', limits(null), { day: 30_000 }, 'day-cap', null],
    ['the monthly cap of $0.0000', limits(null), { month: 30_000 }, 'month-cap', null],
    ['the daily cap of 2,500 tokens', limits(null), { dayTokens: 2500 }, 'day-token-cap', null],
    [
      "the “one” phase's cap of $0.0000",
      { ...limits(null), phases: { one: inPhase({ nanoUsd: 30_000 }) } },
      {},
      'phase-usd-cap',
      'one',
    ],
    [
      "the “one” phase's cap of 2,500 tokens",
      { ...limits(null), phases: { one: inPhase({ tokens: 2500 }) } },
      {},
      'phase-token-cap',
      'one',
    ],
  ])('near %s', (name, own, caps, reason, phase) => {
    const sentence = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`

    test('a turn that is clamped names it, and the next is told so', () => {
      const ledger = new Ledger(() => 0, [], { ...noCaps, ...caps })
      ledger.open('a', ann, own, 0, 0)
      const clamped = ledger.reserve('a', quote(4000))
      const cut = `The last turn was cut short: ${name} left room for no more.`
      expect(clamped).toMatchObject({
        reservation: { clampedBy: { reason, phase, detail: expect.stringContaining(cut) } },
      })
      if (clamped.kind === 'reserved')
        ledger.settle(
          'a',
          clamped.reservation,
          clamped.reservation.nanoUsd ?? 0,
          0,
          clamped.reservation.tokens,
        )
      const capped = ledger.reserve('a', quote(4000))
      expect(capped).toMatchObject({
        kind: 'capped',
        reason,
        phase,
        detail: expect.stringContaining(sentence),
      })
    })

    test('it stops turns when it is lower than what was spent already, and never says that less than nothing is left', () => {
      const ledger = new Ledger(() => 0, [], { ...noCaps, ...caps })
      ledger.open('a', ann, limits(null), 0, 0)
      const free = ledger.reserve('a', quote(1000))
      ledger.setCaps(noCaps)
      if (free.kind === 'reserved') ledger.settle('a', free.reservation, 90_000, 0, 9000)
      ledger.setCaps({ ...noCaps, ...caps })
      ledger.change('a', own)
      const verdict = ledger.reserve('a', quote(1000))
      expect(verdict).toMatchObject({ kind: 'capped', reason })
      expect(verdict.kind === 'capped' && verdict.detail).toMatch(/ leaves (\$0|0), too (little|few) /)
    })
  })

  test('names the cap that leaves least when several are near', () => {
    const ledger = new Ledger(() => 0, [], { ...noCaps, dayTokens: 1900 })
    ledger.open('a', ann, limits(30_000), 0, 0)
    expect(ledger.reserve('a', quote(4000))).toMatchObject({
      reservation: { maxTokens: 1800, clampedBy: { reason: 'day-token-cap' } },
    })
  })

  test('waits for a cap that others in flight may free, though another one is met first', () => {
    const ledger = new Ledger(() => 0, [], { ...noCaps, day: 30_000 })
    ledger.open('a', ann, limits(20_000), 0, 0)
    ledger.open('b', ann, limits(null), 0, 0)
    const other = ledger.reserve('b', quote(2500))
    expect(ledger.reserve('a', quote(4000))).toEqual({ kind: 'wait', on: '', cap: 'day-cap', quota: null })
    if (other.kind === 'reserved') ledger.settle('b', other.reservation, 0, 0, 0)
    expect(ledger.reserve('a', quote(4000))).toMatchObject({
      reservation: { clampedBy: { reason: 'usd-cap' } },
    })
  })

  test('counts tokens and agents of a day from its totals, and begins the next day with none', () => {
    let now = Date.parse('2026-11-22T23:00:00Z')
    const spentByDay = [{ ...spent('2026-11-22', 0), tokens: 8000, agents: 7 }]
    const ledger = new Ledger(() => now, spentByDay, { ...noCaps, dayTokens: 9000, dayAgents: 9 })
    ledger.open('a', ann, limits(null), 0, 0)
    expect(ledger.reserve('a', quote(1500))).toMatchObject({ kind: 'capped', reason: 'day-token-cap' })
    expect(ledger.countAgents('a', 3)).toEqual({
      kind: 'capped',
      reason: 'day-agent-cap',
      quota: null,
      detail: 'The daily cap of 9 agents leaves 2, and 3 were requested.',
    })
    expect(ledger.countAgents('a', 2)).toEqual({ kind: 'counted', day: '2026-11-22' })
    expect(ledger.countAgents('a', 1)).toMatchObject({ kind: 'capped' })
    now += 3_600_000
    expect(ledger.countAgents('a', 9)).toEqual({ kind: 'counted', day: '2026-11-23' })
    expect(ledger.reserve('a', quote(1500)).kind).toBe('reserved')
    expect(ledger.calendar()).toMatchObject({
      tokensToday: { used: 0, reserved: 1600 },
      agentsToday: { used: 9, cap: 9 },
    })
  })

  test('lets turns that wait for the tokens of a day go on when they are raised', async () => {
    const ledger = new Ledger(() => 0, [], { ...noCaps, dayTokens: 3000 })
    ledger.open('a', ann, limits(null), 0, 0)
    expect(ledger.reserve('a', quote(2000)).kind).toBe('reserved')
    expect(ledger.reserve('a', quote(2000))).toEqual({
      kind: 'wait',
      on: '',
      cap: 'day-token-cap',
      quota: null,
    })
    const woken = ledger.changed({ position: 0, signal: never }, '')
    ledger.setCaps({ ...noCaps, dayTokens: 9000 })
    await woken
    expect(ledger.reserve('a', quote(2000)).kind).toBe('reserved')
  })
})
