import { afterEach, describe, expect, test } from 'vitest'
import type { LaunchInput } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import { allTokens } from '@/lib/core/money/token-counts'
import type { Envelope } from '@/lib/core/run/events'
import type { RunState } from '@/lib/core/run/state'
import { getCosts } from '../../runs/run-costs'
import { changeSettings } from '../../settings/settings'
import { eventsOf, sim, startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp | null = null
afterEach(async () => {
  await app?.dispose()
  app = null
})

type Rewrite = (usage: string) => string
const withoutUsage: Record<string, Rewrite> = {
  'is missing': (line) => line.replaceAll(/,?"usage":\{(?:[^{}]|\{[^{}]*\})*\}/g, ''),
  'is all zero': (line) => line.replaceAll(/"([a-z0-9_]*_tokens)":\d+/g, '"$1":0'),
  'is text': (line) => line.replaceAll(/"((?:in|out)put_tokens)":(\d+)/g, '"$1":"$2"'),
  'is a fraction': (line) => line.replaceAll(/"input_tokens":(\d+)/g, '"input_tokens":$1.5'),
  'is negative': (line) => line.replaceAll(/"output_tokens":(\d+)/g, '"output_tokens":-$1'),
  'has the output alone': (line) => line.replaceAll(/"input_tokens":\d+,?/g, ''),
}

async function start(rewrite: Rewrite): Promise<TestApp> {
  app = await startTestApp({
    intercept: ({ route }) =>
      route === 'POST /v1/messages' || route.endsWith('/results')
        ? { do: 'rewrite', text: rewrite }
        : { do: 'forward' },
  })
  return app
}

const isPaused = (_: Envelope, state: RunState) => state.run.status === 'paused'
const long = sim({ text: 'x'.repeat(4000) })
const sixty = `return (await parallel(Array.from({ length: 60 }, (_, i) => () => agent('q' + i + ${JSON.stringify(long)}, { maxTokens: 2000, phase: 'Read' })))).filter(Boolean).length`

describe.each(Object.entries(withoutUsage))('an answer whose usage %s', (_, rewrite) => {
  test.each(['live', 'batch'] as const)('is unsettled and holds against the cap, %s', async (delivery) => {
    const own = await start(rewrite)
    const id = await own.launch(sixty, { delivery, limits: { usd: 0.06 } })
    await own.until(id, isPaused)
    const state = await own.state(id)
    const { spentNanoUsd, unsettledNanoUsd, reservedNanoUsd, unmeteredTurns, costNanoUsd } = state.totals
    expect(state.run.pauseReason).toBe('usd-cap')
    expect(unmeteredTurns).toBeGreaterThan(0)
    expect(unmeteredTurns).toBeLessThan(10)
    expect(costNanoUsd).toBeNull()
    expect(unsettledNanoUsd).toBeGreaterThan(10_000_000)
    expect(spentNanoUsd + unsettledNanoUsd + reservedNanoUsd).toBeLessThanOrEqual(60_000_000)
    expect(state.log.filter(({ message }) => message.includes('had no valid `usage`'))).toHaveLength(1)
    const { unsettled, lines } = await getCosts(own.app, id)
    expect(unsettled.reduce((sum, line) => sum + line.unsettledNanoUsd, 0)).toBe(unsettledNanoUsd)
    expect(lines).toMatchObject([{ isMetered: false, isPriced: false }])
  })
})

const none = withoutUsage['is missing'] ?? String

test.each<[string, LaunchInput['limits'], string]>([
  ['tokens of the run', { tokens: 20_000 }, 'token-cap'],
  ['dollars of a phase', { phases: { Read: { usd: 0.06 } } }, 'phase-usd-cap'],
  ['tokens of a phase', { phases: { Read: { tokens: 20_000 } } }, 'phase-token-cap'],
])(
  'an answer without usage counts against a cap of %s, and after a restart still does',
  async (_, limits, reason) => {
    const own = await start(none)
    const id = await own.launch(sixty, { limits })
    await own.until(id, isPaused)
    const before = await own.state(id)
    expect(before.run.pauseReason).toBe(reason)
    await own.restart()
    await own.app.engine.resume(id, person('ann'))
    await own.until(id, ({ event, seq }) => event.type === 'run.paused' && seq > before.seq)
    const after = await own.state(id)
    expect(after.totals.turns - before.totals.turns).toBeLessThanOrEqual(1)
    expect(after.log.filter(({ message }) => message.includes('had no valid `usage`'))).toHaveLength(1)
  },
)

test.each([
  ['dollars', { dayCapUsd: 0.06 }, 'day-cap'],
  ['tokens', { dayCapTokens: 20_000 }, 'day-token-cap'],
] as const)('an answer without usage counts against a day’s cap of %s', async (_, caps, reason) => {
  const own = await start(none)
  await changeSettings(own.app, caps, person('ann'))
  const id = await own.launch(sixty)
  await own.until(id, isPaused)
  expect((await own.state(id)).run.pauseReason).toBe(reason)
})

test('an agent’s own caps count what its turns did not say', async () => {
  const own = await start(none)
  const wrong = sim({ fault: { kind: 'bad-schema' } })
  const schema = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } }
  const ask = (text: string, limits: object) =>
    `agent(${JSON.stringify(`${text} ${wrong}`)}, ${JSON.stringify({ schema, limits, maxTokens: 1000 })})`
  const id = await own.launch(`await ${ask('one', { usd: 0.016 })}\nawait ${ask('two', { tokens: 3500 })}`)
  const { agents } = await own.ended(id)
  for (const agent of agents.values())
    expect(agent).toMatchObject({ costNanoUsd: null, spentNanoUsd: 0, failure: { kind: 'agent-limit' } })
})

test('a script that spends to its own target comes to its end', async () => {
  const own = await start(none)
  const id = await own.launch(
    `let asked = 0
     while (budget.remaining() > 0) { await agent('ask ' + asked + ${JSON.stringify(long)}); asked += 1 }
     return asked`,
    { budget: { outputTokens: 2500 } },
  )
  await own.ended(id)
  expect(await own.result(id)).toBe(3)
})

test('a turn that breaks off counts a prompt that nobody had counted', async () => {
  const own = await start(none)
  const broken = sim({ text: 'half of it', fault: { kind: 'truncate', afterTokens: 2 } })
  const id = await own.launch(`return agent('cut ${broken}', { retries: 0 })`)
  const state = await own.ended(id)
  const [failed] = eventsOf(await own.journal(id), 'turn.failed')
  expect(failed?.unsettledTokens ?? 0).toBeGreaterThan(100)
  expect(state.totals.unsettledNanoUsd).toBeGreaterThan(0)
  expect(allTokens(state.totals)).toBe(0)
})
