import { expect, test } from 'vitest'
import { defaultLimits } from '@/lib/core/spec/run'
import { harnessPerTest } from '../testing/per-test'
import { fails, says } from '../testing/replies'
import type { Reply } from '../testing/scripted-provider'
import { workspace } from '../testing/scripted-surroundings'

const open = harnessPerTest()
// A beginning that is long enough to be cached: the definition of its tool alone has more than enough tokens.
const tools = Object.fromEntries(
  Array.from({ length: 60 }, (_, at) => [`tool_with_a_rather_long_name_${at}`, () => 'x']),
)
const spec = { workspace, cacheWarmUpSeconds: 15 }
const wave = (count: number, options = '{}') =>
  `return parallel(Array.from({ length: ${count} }, (_, at) => () => agent('q' + at, ${options})))`
const caching = (afterMs: number): Reply => says('ok', afterMs, { cacheWrite5mTokens: 5000 })

test('the first of many that begin alike goes ahead; the others follow once it has begun to answer', async () => {
  const own = open({ reply: () => caching(500), tools })
  const runId = await own.launch(wave(5), spec)
  await own.until(() => own.sent.length === 1)
  await own.until(async () => (await own.state(runId)).agents.get('a5')?.reason === 'cache-warm-up')
  expect(own.sent).toHaveLength(1)
  await own.until(() => own.sent.length === 5)
  expect((await own.state(runId)).totals.turns).toBe(0)
  expect((await own.ended(runId)).outcomeCounts.succeeded).toBe(5)
})

test('nobody waits for longer than the launch says', async () => {
  let isFirst = true
  const own = open({
    reply: () => {
      if (!isFirst) return says('ok')
      isFirst = false
      return { kind: 'failure', failure: 'overloaded', retryAfterMs: null, afterMs: 60_000 }
    },
    tools,
  })
  const runId = await own.launch(wave(3), { ...spec, cacheWarmUpSeconds: 2 })
  const began = own.clock.awake.now()
  await own.until(() => own.sent.length >= 3)
  expect(own.clock.awake.now() - began).toBeLessThan(3000)
  await own.ended(runId)
})

test('a first one that fails lets the next one go ahead', async () => {
  let isFirst = true
  const own = open({
    reply: () => {
      if (!isFirst) return caching(10)
      isFirst = false
      return fails('invalid-request')
    },
    tools,
  })
  const runId = await own.launch(wave(4), spec)
  expect((await own.ended(runId)).outcomeCounts).toMatchObject({ succeeded: 3, failed: 1 })
})

test.each([
  ['a launch that does not want it', { workspace, cacheWarmUpSeconds: 0 }, '{}'],
  ['agents that do not come back with their beginning', spec, '{ tools: [] }'],
  ['a beginning that is too short to be cached', spec, `{ tools: ['tool_with_a_rather_long_name_1'] }`],
  [
    'a model nobody knows',
    { ...spec, limits: { ...defaultLimits, nanoUsd: null } },
    `{ model: 'claude-nobody-9' }`,
  ],
])('%s: all leave at once', async (_, launched, options) => {
  const own = open({ reply: () => caching(500), tools })
  const runId = await own.launch(wave(4, options), launched)
  await own.until(() => own.sent.length === 4)
  expect((await own.state(runId)).totals.turns).toBe(0)
  await own.ended(runId)
})
