import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FailureKind, failure } from '@/lib/core/agent/failure'
import type { Governor, Permit, RateLimits } from '@/lib/core/ports/ports'
import { createVirtualClock } from '@/lib/core/testing/virtual-clock'
import { createGovernor } from './governor'

const noLimits: RateLimits = {
  requestsRemaining: null,
  requestsLimit: null,
  requestsResetAt: null,
  inputTokensRemaining: null,
  inputTokensLimit: null,
  inputTokensResetAt: null,
  outputTokensRemaining: null,
  outputTokensLimit: null,
  outputTokensResetAt: null,
}
const refused = (kind: FailureKind, retryAfterMs: number | null = null) =>
  failure(kind, 'no', { retryAfterMs })

/** A crowd that asks a governor, and what each of them got. */
function crowd(governor: Governor, family = 'opus') {
  const permits: Permit[] = []
  const waits: (number | null)[] = []
  const aborted: unknown[] = []
  return {
    permits,
    waits,
    aborted,
    async ask(count: number, signal = new AbortController().signal) {
      for (let index = 0; index < count; index++) {
        governor
          .admit(family, signal, (until) => waits.push(until))
          .then(
            (permit) => permits.push(permit),
            (reason) => aborted.push(reason),
          )
      }
      await settled()
    },
  }
}

/** Lets promises that can go on go on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

function setUp(maxConcurrency?: number) {
  const clock = createVirtualClock(Date.parse('2026-11-22T10:00:00Z'))
  const governor = createGovernor({ clock, ...(maxConcurrency ? { maxConcurrency } : {}) })
  return { clock, governor, agents: crowd(governor) }
}

test('500 agents are all in flight once the first headers say that there is room', async () => {
  const { clock, agents } = setUp()
  await agents.ask(500)
  expect(agents.permits).toHaveLength(16)
  agents.permits[0]?.headers({ ...noLimits, requestsRemaining: 980, requestsLimit: 1000 })
  clock.advance(0)
  await settled()
  expect(agents.permits).toHaveLength(500)
})

test('without a word about limits what leaves doubles with every round of answers', async () => {
  const { clock, agents } = setUp()
  await agents.ask(500)
  const seen = []
  for (let round = 0; round < 6; round++) {
    seen.push(agents.permits.length)
    for (const permit of [...agents.permits]) permit.headers(noLimits)
    clock.advance(0)
    await settled()
  }
  expect(seen).toEqual([16, 48, 112, 240, 496, 500])
})

test('what the server says is left is not exceeded, and refills over the minute', async () => {
  const { clock, agents } = setUp()
  await agents.ask(200)
  // 16 are in flight, 15 of them perhaps not counted yet: 45 are left.
  agents.permits[0]?.headers({ ...noLimits, requestsRemaining: 60, requestsLimit: 60 })
  clock.advance(0)
  await settled()
  expect(agents.permits).toHaveLength(16 + 45)
  for (const permit of agents.permits.slice(1)) permit.settle(null)
  await settled()
  const before = agents.permits.length
  clock.advance(10_000)
  await settled()
  expect(agents.permits.length - before).toBe(10)
})

test('one refusal delays all, not each: one moment, one probe, and then the window opens again', async () => {
  const { clock, agents, governor } = setUp()
  await agents.ask(100)
  const first = agents.permits.splice(0)
  first[0]?.headers(noLimits)
  first[0]?.settle(refused('rate-limit', 7000))
  const until = clock.now() + 7000
  expect(agents.waits.slice(-84)).toEqual(Array(84).fill(until))
  expect(governor.headroom()).toMatchObject([{ window: 8, blockedUntil: new Date(until).toISOString() }])
  // The other fifteen were sent before the refusal was known: they neither shrink the window nor move the
  // moment.
  for (const permit of first.slice(1)) permit.settle(refused('rate-limit', 5000))
  expect(governor.headroom()).toMatchObject([
    { window: 8, blockedUntil: new Date(until).toISOString(), inFlight: 0 },
  ])
  clock.advance(6999)
  await settled()
  expect(agents.permits).toHaveLength(0)
  clock.advance(1)
  await settled()
  expect(agents.permits).toHaveLength(1)
  clock.advance(60_000)
  expect(agents.permits).toHaveLength(1)
  agents.permits[0]?.headers(noLimits)
  clock.advance(0)
  await settled()
  expect(agents.permits).toHaveLength(8)
  expect(governor.headroom()).toMatchObject([{ blockedUntil: null }])
})

test('the window recovers with success', async () => {
  const { clock, agents, governor } = setUp()
  await agents.ask(2000)
  agents.permits.shift()?.settle(refused('overloaded', 1000))
  clock.advance(1000)
  for (let round = 0; round < 60; round++) {
    await settled()
    for (const permit of agents.permits.splice(0)) permit.settle(null)
  }
  expect(governor.headroom()[0]?.window).toBeGreaterThan(100)
})

test('a probe that is refused blocks again, for longer each time when the server names no pause', async () => {
  const { clock, agents } = setUp()
  await agents.ask(40)
  agents.permits.splice(0)[0]?.settle(refused('overloaded'))
  const pauses = []
  for (let round = 0; round < 8; round++) {
    const from = clock.now()
    while (agents.permits.length === 0) {
      clock.advance(500)
      await settled()
    }
    pauses.push(clock.now() - from)
    expect(agents.permits).toHaveLength(1)
    agents.permits.splice(0)[0]?.settle(refused('overloaded'))
  }
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
})

test('a reset later than the asked pause wins when the limit is used up, unless it is nonsense', async () => {
  const { clock, agents, governor } = setUp()
  await agents.ask(20)
  const resetAt = (ms: number) => new Date(clock.now() + ms).toISOString()
  const usedUp = { ...noLimits, inputTokensRemaining: 0, inputTokensResetAt: resetAt(30_000) }
  agents.permits[0]?.headers(usedUp)
  agents.permits[0]?.settle(refused('rate-limit', 2000))
  expect(governor.headroom()[0]?.blockedUntil).toBe(resetAt(30_000))
  agents.permits[1]?.headers({ ...usedUp, inputTokensResetAt: resetAt(86_400_000_000) })
  agents.permits[1]?.settle(refused('rate-limit', 2000))
  expect(governor.headroom()[0]?.blockedUntil).toBe(resetAt(30_000))
})

test('a failure that is no limit does not shrink the window, and a probe that dies of one is followed by another', async () => {
  const { clock, agents, governor } = setUp()
  await agents.ask(40)
  agents.permits.splice(0, 1)[0]?.settle(refused('connection'))
  await settled()
  expect(governor.headroom()).toMatchObject([{ window: 16, inFlight: 16, blockedUntil: null }])
  agents.permits.splice(0)[0]?.settle(refused('rate-limit', 1000))
  clock.advance(1000)
  await settled()
  expect(agents.permits).toHaveLength(1)
  agents.permits.splice(0)[0]?.settle(refused('connection'))
  await settled()
  expect(agents.permits).toHaveLength(1)
})

test('families have windows of their own but share the concurrency, first come first served', async () => {
  const { clock, governor, agents } = setUp(20)
  await agents.ask(16)
  const others = crowd(governor, 'haiku')
  await others.ask(30)
  expect(others.permits).toHaveLength(4)
  await agents.ask(5)
  for (const permit of agents.permits.splice(0)) permit.settle(null)
  await settled()
  clock.advance(0)
  expect(others.permits).toHaveLength(16)
  expect(agents.permits).toHaveLength(4)
})

test('an abort while waiting leaves nothing behind', async () => {
  const { clock, agents, governor } = setUp()
  await agents.ask(16)
  const run = new AbortController()
  await agents.ask(100, run.signal)
  agents.permits[0]?.settle(refused('rate-limit', 9000))
  run.abort(new Error('cancelled'))
  await settled()
  expect(agents.aborted).toHaveLength(100)
  expect(agents.aborted[0]).toMatchObject({ message: 'cancelled' })
  expect(clock.pending).toBe(0)
  for (const permit of agents.permits.slice(1)) permit.settle(null)
  expect(governor.headroom()).toMatchObject([{ inFlight: 0 }])
  await agents.ask(1, AbortSignal.abort(new Error('too late')))
  expect(agents.aborted).toHaveLength(101)
})

test('a permit that is settled twice counts once', async () => {
  const { agents, governor } = setUp()
  await agents.ask(2)
  agents.permits[0]?.settle(null)
  agents.permits[0]?.settle(refused('rate-limit'))
  expect(governor.headroom()).toMatchObject([{ inFlight: 1, blockedUntil: null }])
})

test('agents leave in the order they came', async () => {
  const { governor } = setUp()
  const left: number[] = []
  const permits: Permit[] = []
  for (let index = 0; index < 60; index++) {
    governor
      .admit('opus', new AbortController().signal, () => {})
      .then((permit) => {
        left.push(index)
        permits.push(permit)
      })
  }
  while (left.length < 60) {
    await settled()
    permits.shift()?.settle(null)
  }
  expect(left).toEqual(Array.from({ length: 60 }, (_, index) => index))
})

test('whatever becomes of requests, everybody leaves in the end and nothing stays counted', async () => {
  const outcome = fc.constantFrom(
    'fine',
    'rate-limit',
    'overloaded',
    'connection',
    'headers-then-limit',
    'aborted',
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(outcome, { minLength: 1, maxLength: 60 }),
      fc.nat(60),
      async (outcomes, remaining) => {
        const { clock, governor, agents } = setUp(40)
        const total = 120
        const run = new AbortController()
        await agents.ask(total / 2, run.signal)
        await agents.ask(total / 2)
        let step = 0
        for (let round = 0; round < 3000 && step + agents.aborted.length < total; round++) {
          const inFlightTurn = governor.headroom()[0]?.inFlight ?? 0
          expect(inFlightTurn).toBe(agents.permits.length)
          expect(inFlightTurn).toBeLessThanOrEqual(40)
          const permit = agents.permits.shift()
          if (permit === undefined) {
            clock.advance(5_000)
          } else {
            const what = outcomes[step++] ?? 'fine'
            if (what !== 'connection')
              permit.headers({ ...noLimits, requestsRemaining: remaining, requestsLimit: 600 })
            if (what === 'aborted') run.abort()
            if (step % 3 === 0) clock.advance(1)
            permit.settle(limitOf(what))
          }
          await settled()
        }
        expect(step + agents.aborted.length).toBe(total)
        expect(governor.headroom()).toMatchObject([{ inFlight: 0 }])
      },
    ),
    { numRuns: 25 },
  )
})

function limitOf(what: string) {
  if (what === 'rate-limit' || what === 'headers-then-limit') return refused('rate-limit', 700)
  if (what === 'overloaded') return refused('overloaded')
  return what === 'connection' ? refused('connection') : null
}
