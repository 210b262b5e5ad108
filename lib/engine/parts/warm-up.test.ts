import { expect, test } from 'vitest'
import { noUsage } from '@/lib/core/money/usage'
import { createVirtualClock } from '@/lib/core/testing/virtual-clock'
import { WarmUps } from './warm-up'

const never = new AbortController().signal
const cached = { ...noUsage, cacheWrite5mTokens: 900 }
const ask = (told: number[] = [], nowMs = 0, signal = never, mostMs = 60_000) => ({
  ...{ nowMs, mostMs, signal },
  onWait: (untilMs: number) => void told.push(untilMs),
})

test('the first leads, the others wait until its response has begun, and later ones find it warm', async () => {
  const warmUps = new WarmUps(createVirtualClock())
  const lead = await warmUps.pass('a', ask())
  const told: number[] = []
  const followers = Promise.all([warmUps.pass('a', ask(told)), warmUps.pass('a', ask(told))])
  expect(told).toEqual([60_000, 60_000])
  lead?.begun(cached)
  expect(await followers).toEqual([null, null])
  expect(await warmUps.pass('a', ask(told, 200_000))).toBeNull()
  expect(told).toHaveLength(2)
})

test('another beginning is led by its own first, and a cold one once more', async () => {
  const warmUps = new WarmUps(createVirtualClock())
  const lead = await warmUps.pass('a', ask())
  expect(await warmUps.pass('b', ask())).not.toBeNull()
  lead?.begun(cached)
  expect(await warmUps.pass('a', ask([], 301_000))).not.toBeNull()
})

test('nobody waits for a first that has gone, for longer than allowed, or after being stopped', async () => {
  const clock = createVirtualClock()
  const warmUps = new WarmUps(clock)
  const lead = await warmUps.pass('a', ask())
  const follower = warmUps.pass('a', ask())
  lead?.done()
  expect(await follower).toBeNull()
  expect(await warmUps.pass('a', ask())).not.toBeNull()
  const bounded = warmUps.pass('a', ask([], 0, never, 1000))
  clock.skip(3_600_000)
  clock.advance(1000)
  expect(await bounded).toBeNull()
  const stop = new AbortController()
  const stopped = warmUps.pass('a', ask([], 0, stop.signal))
  stop.abort(new Error('stopped'))
  await expect(stopped).rejects.toThrow('stopped')
})

test('a provider that caches nothing is not waited for again', async () => {
  const warmUps = new WarmUps(createVirtualClock())
  const lead = await warmUps.pass('a', ask())
  lead?.begun(noUsage)
  const told: number[] = []
  expect(await warmUps.pass('a', ask(told, 400_000))).toBeNull()
  expect(told).toEqual([])
})
