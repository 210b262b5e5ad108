import { afterEach, expect, test } from 'vitest'
import type { Timeline } from '@/lib/core/ports/clock'
import { createVirtualClock } from '@/lib/core/testing/virtual-clock'
import { createPool, type Pool } from './pool'

type Call = { flags: Int32Array }

/** A thread whose work no system meters: it says that it has begun, and answers once it is let. */
const unmetered = new URL(
  `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'
parentPort.on('message', ({ flags }) => {
  Atomics.store(flags, 0, 1)
  Atomics.wait(flags, 1, 0)
  parentPort.postMessage({ type: 'answered', answer: 'done' })
})
parentPort.postMessage({ type: 'ready', cpuFile: null })`)}`,
)

let pool: Pool<Call, string>
afterEach(() => pool.close())

/** A call at work in such a pool, whose time passes as the test says. */
async function begin() {
  const clock = createVirtualClock()
  let aheadMs = 0
  const awake: Timeline = { ...clock.awake, now: () => clock.awake.now() + aheadMs }
  pool = createPool<Call, string>({ entry: unmetered, mostMs: 5_000, awake })
  const flags = new Int32Array(new SharedArrayBuffer(8))
  const asked = pool.ask({ flags }, { owner: 'ann' })
  while (Atomics.load(flags, 0) === 0) await new Promise(setImmediate)
  return {
    asked,
    advance: clock.advance,
    setAhead(ms: number) {
      aheadMs += ms
    },
    let() {
      Atomics.store(flags, 1, 1)
      Atomics.notify(flags, 1)
    },
  }
}

test('a clock that is set ahead ends no call, also where the system meters no thread', async () => {
  const call = await begin()
  call.setAhead(3_600_000)
  call.advance(100)
  call.let()
  expect(await call.asked).toEqual({ ok: true, answer: 'done' })
})

test('where the system meters no thread, a call is charged for all the time it has had', async () => {
  const call = await begin()
  call.advance(5_000)
  expect(await call.asked).toMatchObject({ ok: false, why: 'too-much' })
})
