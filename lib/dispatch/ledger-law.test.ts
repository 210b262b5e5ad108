import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DaySpend, monthOf, utcDay } from '@/lib/core/base/utc-day'
import { type Payer, type Quota, quotaId, subjectKey, subjectsOf } from '@/lib/core/money/quotas'
import type { CalendarCaps } from '@/lib/core/ports/dispatcher'
import type { PhaseUse } from '@/lib/core/run/phase-use'
import { defaultLimits, type Limits } from '@/lib/core/spec/run'
import { Ledger, type Reservation } from './ledger'

const HOUR_MS = 3_600_000
const start = Date.parse('2026-11-29T20:00:00Z')
const runs = ['a', 'b'] as const
type RunName = (typeof runs)[number]

const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      run: fc.constantFrom(...runs),
      phase: fc.constantFrom('one', 'two'),
      maxTokens: fc.integer({ min: 1, max: 5000 }),
      likelyShare: fc.double({ min: 0, max: 1, noNaN: true }),
      contenders: fc.integer({ min: 1, max: 300 }),
      inputTokens: fc.integer({ min: 0, max: 800 }),
      /** Nanodollars a token of output; null for a model without a price. */
      price: fc.option(fc.integer({ min: 1, max: 25 }), { freq: 8 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      pick: fc.nat(),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      /** A turn that broke off: one that thought in silence may have used all it was allowed. */
      isLost: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('make' as const),
      run: fc.constantFrom(...runs),
      count: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 20 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
)

/** Every other one is no cap, so that none is always met behind another. */
const cap = (max: number) => fc.option(fc.integer({ min: 0, max }), { freq: 2 })
const limits = fc.record({
  nanoUsd: cap(200_000),
  tokens: cap(20_000),
  phaseUsd: cap(100_000),
  phaseTokens: cap(15_000),
})
const quota = (of: Pick<Quota, 'subject' | 'period' | 'unit'>, max: number) =>
  cap(max).map((limit): Quota[] =>
    limit === null ? [] : [{ ...of, id: quotaId(of), name: of.subject.id, limit: Math.max(1, limit) }],
  )
const people: Readonly<Record<RunName, Payer>> = {
  a: { id: 'ann', ownerId: null, project: 'default' },
  // By a key of hers: what it uses counts against both.
  b: { id: 'key', ownerId: 'ann', project: 'default' },
}
const person = { kind: 'person', id: 'ann' } as const
const key = { kind: 'key', id: 'key' } as const
const project = { kind: 'project', id: 'default' } as const
const quotas = fc
  .tuple(
    quota({ subject: person, period: 'day', unit: 'usd' }, 200_000),
    quota({ subject: person, period: 'month', unit: 'tokens' }, 60_000),
    quota({ subject: person, period: 'month', unit: 'agents' }, 50),
    quota({ subject: key, period: 'day', unit: 'tokens' }, 20_000),
    quota({ subject: key, period: 'month', unit: 'usd' }, 150_000),
    quota({ subject: key, period: 'day', unit: 'agents' }, 20),
    quota({ subject: project, period: 'month', unit: 'usd' }, 400_000),
  )
  .map((all) => all.flat())
const calendar: fc.Arbitrary<CalendarCaps> = fc.record({
  quotas,
  day: cap(250_000),
  month: cap(400_000),
  dayTokens: cap(40_000),
  dayAgents: cap(40),
})

type Use = { usd: number; tokens: number }

/** What really happened, kept apart from the ledger and its ways. */
class World {
  nowMs = start
  readonly days = new Map<string, DaySpend>()
  readonly used = new Map<string, Use>()
  /** What was booked of each run on each day: what quotas are counted from. */
  readonly booked: (Omit<DaySpend, 'unsettledNanoUsd'> & { run: RunName })[] = []
  reserved: { run: RunName; reservation: Reservation }[] = []

  day(): DaySpend {
    const day = utcDay(this.nowMs)
    const known = this.days.get(day) ?? { day, spentNanoUsd: 0, unsettledNanoUsd: 0, tokens: 0, agents: 0 }
    this.days.set(day, known)
    return known
  }

  book(run: RunName, { phase }: Reservation, usd: number, tokens: number, isLost: boolean): void {
    this.day()[isLost ? 'unsettledNanoUsd' : 'spentNanoUsd'] += usd
    this.day().tokens += tokens
    this.booked.push({ day: utcDay(this.nowMs), run, spentNanoUsd: usd, tokens, agents: 0 })
    for (const name of [run, `${run} ${phase}`]) {
      const use = this.of(name)
      this.used.set(name, { usd: use.usd + usd, tokens: use.tokens + tokens })
    }
  }

  of(name: string): Use {
    return this.used.get(name) ?? { usd: 0, tokens: 0 }
  }

  inFlight(of: (one: { run: RunName; reservation: Reservation }) => boolean): Use {
    const some = this.reserved.filter(of)
    return {
      usd: some.reduce((sum, { reservation }) => sum + (reservation.nanoUsd ?? 0), 0),
      tokens: some.reduce((sum, { reservation }) => sum + reservation.tokens, 0),
    }
  }

  month(): number {
    const name = monthOf(utcDay(this.nowMs))
    const own = [...this.days.values()].filter(({ day }) => monthOf(day) === name)
    return own.reduce((sum, { spentNanoUsd, unsettledNanoUsd }) => sum + spentNanoUsd + unsettledNanoUsd, 0)
  }
}

/** What of a quota is used and reserved, by what really happened. */
function underQuota(world: World, { subject, period, unit }: Quota): number {
  const today = utcDay(world.nowMs)
  const isOf = (run: RunName) =>
    subjectsOf(people[run]).some((one) => subjectKey(one) === subjectKey(subject))
  const used = world.booked
    .filter(
      ({ day, run }) => isOf(run) && (period === 'day' ? day === today : monthOf(day) === monthOf(today)),
    )
    .reduce((sum, one) => sum + { usd: one.spentNanoUsd, tokens: one.tokens, agents: one.agents }[unit], 0)
  const reserved = world.inFlight(({ run }) => isOf(run))
  return used + { usd: reserved.usd, tokens: reserved.tokens, agents: 0 }[unit]
}

function begin(world: World, caps: CalendarCaps, ofRun: (run: RunName) => Limits): Ledger {
  const ledger = new Ledger(
    () => world.nowMs,
    [...world.days.values()],
    caps,
    world.booked.map(({ run, ...sums }) => ({ ...people[run], ...sums, unsettledNanoUsd: 0 })),
  )
  for (const run of runs) {
    const phases = ['one', 'two'].map((title): PhaseUse => {
      const { usd, tokens } = world.of(`${run} ${title}`)
      return { title, spentNanoUsd: usd, tokens }
    })
    const { usd, tokens } = world.of(run)
    ledger.open(run, people[run], ofRun(run), usd, tokens, phases)
  }
  return ledger
}

/** Whether any cap or quota in dollars is over the turns of a phase. */
function areDollarsCapped({ day, month, quotas }: CalendarCaps, ofRun: Limits, run: RunName, phase: string) {
  const caps = [day, month, ofRun.nanoUsd, ofRun.phases[phase]?.nanoUsd ?? null]
  const subjects = new Set(subjectsOf(people[run]).map(subjectKey))
  return (
    caps.some((cap) => cap !== null) ||
    quotas.some(({ unit, subject }) => unit === 'usd' && subjects.has(subjectKey(subject)))
  )
}

test('no cap of a run, a phase, a day or a month and no quota is passed, in dollars, tokens or agents, whatever happens', () => {
  const property = fc.property(
    limits,
    limits,
    calendar,
    fc.array(act, { maxLength: 120, size: 'max' }),
    (ofA, ofB, caps, acts) => {
      const world = new World()
      const ofRun = (run: RunName): Limits => {
        const { nanoUsd, tokens, phaseUsd, phaseTokens } = run === 'a' ? ofA : ofB
        const one = { nanoUsd: phaseUsd, tokens: phaseTokens, agents: null, wallClockSeconds: null }
        return { ...defaultLimits, nanoUsd, tokens, phases: { one } }
      }
      let ledger = begin(world, caps, ofRun)
      for (const one of acts) {
        switch (one.do) {
          case 'ask': {
            const { run, phase, maxTokens, inputTokens, contenders, price } = one
            const likelyTokens = Math.max(1, Math.floor(maxTokens * one.likelyShare))
            const worstCase = (tokens: number) => (price === null ? null : inputTokens + tokens * price)
            const verdict = ledger.reserve(run, {
              phase,
              maxTokens,
              likelyTokens,
              contenders,
              inputTokens,
              worstCase,
            })
            const isUnheld = price === null && areDollarsCapped(caps, ofRun(run), run, phase)
            expect(verdict.kind === 'not-held').toBe(isUnheld)
            if (verdict.kind === 'not-held') expect(verdict.cap).toMatch(/ cap of \$|quota of /)
            else if (verdict.kind === 'reserved') {
              world.reserved.push({ run, reservation: verdict.reservation })
              expect(verdict.reservation.maxTokens).toBeLessThanOrEqual(maxTokens)
              expect(verdict.reservation.clampedBy !== null).toBe(
                verdict.reservation.maxTokens < likelyTokens,
              )
            } else if (verdict.kind === 'wait') expect(world.reserved.length).toBeGreaterThan(0)
            else
              expect(verdict.detail).toMatch(
                /cap of .* leaves .* at least\)\.$|quota of .* is used up(: .*)?\.$/,
              )
            break
          }
          case 'answer': {
            const [done] = world.reserved.splice(one.pick % Math.max(1, world.reserved.length), 1)
            if (done === undefined) break
            const usd = Math.floor((done.reservation.nanoUsd ?? 0) * one.share)
            const tokens = Math.floor(done.reservation.tokens * one.share)
            world.book(done.run, done.reservation, usd, tokens, one.isLost)
            ledger.settle(done.run, done.reservation, one.isLost ? 0 : usd, one.isLost ? usd : 0, tokens)
            break
          }
          case 'make': {
            const answer = ledger.countAgents(one.run, one.count)
            if (answer.kind === 'counted') {
              world.day().agents += one.count
              const nothing = { spentNanoUsd: 0, tokens: 0 }
              world.booked.push({ day: answer.day, run: one.run, ...nothing, agents: one.count })
            } else if (answer.reason === 'day-agent-cap')
              expect(world.day().agents + one.count).toBeGreaterThan(caps.dayAgents ?? 0)
            else {
              const broken = caps.quotas.find(({ id }) => id === answer.quota?.id)
              expect(broken && underQuota(world, broken) + one.count).toBeGreaterThan(broken?.limit ?? 0)
            }
            break
          }
          case 'wait':
            world.nowMs += one.hours * HOUR_MS
            break
          case 'crash':
            // What was in flight is lost, and counted as what it had probably come to; then all is read from
            // the rollups.
            for (const { run, reservation } of world.reserved.splice(0))
              world.book(
                run,
                reservation,
                Math.floor((reservation.nanoUsd ?? 0) * one.share),
                Math.floor(reservation.tokens * one.share),
                true,
              )
            ledger = begin(world, caps, ofRun)
            break
        }
        expectUnderAll(world, caps, ofRun)
        expectSameTotals(world, ledger)
        for (const quota of caps.quotas) {
          const { used, reserved } = ledger.quotaUse(quota)
          expect(used + reserved).toBe(underQuota(world, quota))
        }
      }
    },
  )
  fc.assert(property, { numRuns: 200 })
})

function expectUnderAll(world: World, caps: CalendarCaps, ofRun: (run: RunName) => Limits): void {
  const under = (amount: number, most: number | null) => {
    if (most !== null) expect(amount).toBeLessThanOrEqual(most)
  }
  const reserved = world.inFlight(() => true)
  const today = world.day()
  under(today.spentNanoUsd + today.unsettledNanoUsd + reserved.usd, caps.day)
  under(world.month() + reserved.usd, caps.month)
  under(today.tokens + reserved.tokens, caps.dayTokens)
  under(today.agents, caps.dayAgents)
  for (const quota of caps.quotas) under(underQuota(world, quota), quota.limit)
  for (const run of runs) {
    const { nanoUsd, tokens, phases } = ofRun(run)
    const own = world.inFlight((one) => one.run === run)
    under(world.of(run).usd + own.usd, nanoUsd)
    under(world.of(run).tokens + own.tokens, tokens)
    const inPhase = world.inFlight((one) => one.run === run && one.reservation.phase === 'one')
    under(world.of(`${run} one`).usd + inPhase.usd, phases.one?.nanoUsd ?? null)
    under(world.of(`${run} one`).tokens + inPhase.tokens, phases.one?.tokens ?? null)
  }
}

function expectSameTotals(world: World, ledger: Ledger): void {
  const { today, month, tokensToday, agentsToday } = ledger.calendar()
  const { spentNanoUsd, unsettledNanoUsd, tokens, agents } = world.day()
  const reserved = world.inFlight(() => true)
  expect(today).toMatchObject({ spentNanoUsd, unsettledNanoUsd, reservedNanoUsd: reserved.usd })
  expect(month.spentNanoUsd + month.unsettledNanoUsd).toBe(world.month())
  expect(tokensToday).toMatchObject({ used: tokens, reserved: reserved.tokens })
  expect(agentsToday.used).toBe(agents)
}
