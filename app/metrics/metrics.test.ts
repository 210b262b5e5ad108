import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchedSchema } from '@/lib/api/runs'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from '../api/testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({ files: { 'plan-of-the-merger.txt': 'alpha' } })
})
afterAll(() => api.dispose())

const secret = 'The merger with Initech'

/** The value of a line of the metrics; null where there is no such line. */
async function metric(name: string): Promise<number | null> {
  const { status, text } = await api.call('GET', '/metrics')
  expect(status).toBe(200)
  const line = text.split('\n').find((one) => one.startsWith(`${name} `))
  return line === undefined ? null : Number(line.slice(name.length + 1))
}

async function launch(script: string, more: object = {}): Promise<string> {
  const body = { script: workflow(script), title: secret, workspace: api.workspace, ...more }
  return launchedSchema.parse((await api.call('POST', '/api/runs', body)).body).id
}

test('the metrics say what runs and agents there are, how they ended, and what they cost', async () => {
  expect(await metric('skein_runs_ended_total{outcome="completed"}')).toBe(0)
  await api.ended(await launch(`return agent(${JSON.stringify(`One. ${sim({ text: 'done' })}`)})`))
  expect(await metric('skein_runs_ended_total{outcome="completed"}')).toBe(1)
  const cents = await metric('skein_spend_dollars{period="day",kind="spent",simulated="false"}')
  const { today } = api.app.dispatcher.usage()
  expect(cents).toBeCloseTo(today.spentNanoUsd / 1e9, 12)
  expect(cents).toBeGreaterThan(0)
  expect(await metric('skein_store_commit_seconds_count')).toBeGreaterThan(2)
  expect(await metric('skein_event_loop_delay_seconds{quantile="0.99"}')).toBeGreaterThan(0)
  expect(await metric('skein_slots')).toBe(api.app.env.maxConcurrency)
})

test('a run at work, its agents and a draft are counted while they last', async () => {
  const waiting = await launch(`await agent('One.')\nreturn checkpoint({ title: 'Go on?' })`)
  await api.until(waiting, (_, { checkpoints }) => checkpoints.length > 0)
  const draft = await launch('return 1', { approval: 'ask' })
  expect(await metric('skein_runs{status="running"}')).toBe(1)
  expect(await metric('skein_runs{status="draft"}')).toBe(1)
  expect(await metric('skein_agents{status="succeeded"}')).toBe(1)
  for (const id of [waiting, draft]) await api.call('POST', `/api/runs/${id}/cancel`)
  await api.ended(waiting)
  expect(await metric('skein_runs{status="running"}')).toBe(0)
  expect(await metric('skein_agents{status="succeeded"}')).toBe(0)
  expect(await metric('skein_runs{status="draft"}')).toBe(0)
})

test('no line names a run, a folder or a person', async () => {
  const id = await launch(
    `await agent('One.', { label: 'Initech' })\nreturn checkpoint({ title: 'Initech?' })`,
  )
  await api.until(id, (_, { checkpoints }) => checkpoints.length > 0)
  const { text } = await api.call('GET', '/metrics')
  for (const word of ['Initech', 'merger', id, api.workspace, 'tester', api.app.env.apiKey ?? 'none'])
    expect(text).not.toContain(word)
  await api.call('POST', `/api/runs/${id}/cancel`)
})

test('an endpoint with endless names of models makes no endless metrics', async () => {
  const families = Array.from({ length: 500 }, (_, index) => `family"\n${index}`)
  const line = { inFlight: 1, window: 4, blockedUntil: null, limits: null }
  const headroom = families.map((family) => ({ ...line, family }))
  const dispatcher = { usage: () => ({ ...api.app.dispatcher.usage(), headroom }) }
  const text = await (await api.app.metrics.read({ ...api.app, dispatcher })).text()
  const lines = text.split('\n').filter((one) => one.startsWith('skein_family_requests_in_flight{'))
  expect(lines).toHaveLength(32)
  expect(lines[0]).toBe('skein_family_requests_in_flight{family="family\\"\\n0"} 1')
})

test('streams that are open are counted', async () => {
  const before = await metric('skein_streams_open')
  const leaving = new AbortController()
  const stream = await api.send('GET', '/api/events', { signal: leaving.signal })
  const reader = stream.body?.getReader()
  await reader?.read()
  expect(await metric('skein_streams_open')).toBe((before ?? 0) + 1)
  await reader?.cancel()
  leaving.abort()
  expect(await metric('skein_streams_open')).toBe(before)
})

test('two who read the metrics at once are told the same, whole', async () => {
  const lines = (text: string) => text.split('\n').filter((line) => /^skein_(runs|agents|slots)/.test(line))
  const [one, other] = await Promise.all([api.call('GET', '/metrics'), api.call('GET', '/metrics')])
  expect(lines(one.text)).toEqual(lines(other.text))
  expect(lines(one.text).length).toBeGreaterThan(8)
})

test('while hundreds of agents begin, whoever asks something else comes in between', async () => {
  const id = await launch(
    `return (await parallel(Array.from({ length: 300 }, (_, at) => () => agent('One ' + at)))).length`,
  )
  const agents = () => api.app.engine.active(id)?.journal.state.agents.size ?? 0
  const steps: number[] = []
  for (let before = 0; before < 300; before = agents()) {
    await new Promise((resolve) => setImmediate(resolve))
    steps.push(agents() - before)
  }
  expect(Math.max(...steps)).toBeLessThanOrEqual(75)
  await api.ended(id)
})
