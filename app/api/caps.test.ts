import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { budgetsSchema } from '@/lib/api/budgets'
import { problemSchema } from '@/lib/api/problem'
import { settingsSchema } from '@/lib/api/settings'
import { person } from '@/lib/core/base/actor'
import { snapshotSchema } from '@/lib/core/run/state'
import { setApp } from '@/lib/server/http/the-app'
import { sim } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from './testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.dispose())

const hang = sim({ text: 'words before the silence', fault: { kind: 'body-stall', afterTokens: 4 } })

/** What a person may paste for a number, as JSON: each is wrong for every cap. */
const rubbish = ['-1', '0', '1e13', '1e999', '"5"', '"NaN"', 'true', '[]', '{}']
const caps = [
  ['limits.usd', 'dollars'],
  ['limits.tokens', 'tokens'],
  ['limits.wallClockSeconds', 'seconds'],
  ['limits.agents', 'agents'],
  ['limits.phases.Read.usd', 'dollars'],
  ['limits.phases.Read.tokens', 'tokens'],
  ['limits.phases.Read.agents', 'agents'],
  ['limits.phases.Read.wallClockSeconds', 'seconds'],
  ['limits.perAgent.usd', 'dollars'],
  ['limits.perAgent.tokens', 'tokens'],
  ['limits.perAgent.wallClockSeconds', 'seconds'],
] as const
/** A body with a value, as JSON, at a path. */
const bodyWith = (path: string, json: string) =>
  path.split('.').reduceRight((inner, key) => `{${JSON.stringify(key)}:${inner}}`, json)
const pathOf = ({ body }: { body: unknown }) =>
  problemSchema.parse(body).errors?.map(({ path }) => path) ?? []

describe.each(caps)('%s', (path, unit) => {
  test('refuses what is no cap, at a launch and at a change, and says where and what', async () => {
    const runId = await api.launch(`return agent(${JSON.stringify(hang)})`)
    const before = snapshotSchema.parse((await api.call('GET', `/api/runs/${runId}`)).body).run.limits
    const half = unit === 'dollars' ? [] : ['1.5']
    for (const json of [...rubbish, ...half]) {
      const body = bodyWith(path, json)
      const launch = `{"script":"export const meta = {}",${body.slice(1)}`
      for (const [method, url, text] of [
        ['POST', '/api/runs', launch],
        ['PATCH', `/api/runs/${runId}`, body],
      ] as const) {
        const answer = await api.call(method, url, text)
        expect([json, answer.status, answer.type]).toEqual([json, 400, 'application/problem+json'])
        expect(pathOf(answer)).toEqual([path])
        expect(answer.text).toMatch(new RegExp(`must be .*(${unit}|second|days|agent|token)`))
      }
      expect((await api.call('PATCH', `/api/runs/${runId}`, bodyWith(path, 'NaN'))).text).toContain(
        'not JSON',
      )
    }
    expect(snapshotSchema.parse((await api.call('GET', `/api/runs/${runId}`)).body).run.limits).toEqual(
      before,
    )
    await api.testApp.app.engine.cancel(runId, person('ann'))
  })
})

describe.each(['/api/settings', '/api/budgets'])('the caps of a day under %s', (url) => {
  test.each(['dayCapTokens', 'dayCapAgents'])(
    'refuse what is no cap for %s, and change nothing with it',
    async (field) => {
      const read = async () => settingsSchema.parse((await api.call('GET', '/api/settings')).body)
      const before = await read()
      for (const json of [...rubbish, '1.5']) {
        const answer = await api.call('PUT', url, `{"dayCapUsd":7,"${field}":${json}}`)
        expect([json, answer.status, answer.type]).toEqual([json, 400, 'application/problem+json'])
        expect(pathOf(answer)).toEqual([field])
      }
      expect((await api.call('PUT', url, `{"${field}":NaN}`)).text).toContain('not JSON')
      expect(await read()).toEqual(before)
    },
  )

  test('are set, tell where they stand, outlive a restart, and are lifted by null', async () => {
    await api.ended(await api.launch('return agent("x")'))
    expect((await api.call('PUT', url, { dayCapTokens: 9_000_000, dayCapAgents: 500 })).status).toBe(200)
    await api.testApp.restart()
    setApp(api.testApp.app)
    const { tokensToday, agentsToday } = budgetsSchema.parse((await api.call('GET', '/api/budgets')).body)
    expect(tokensToday).toMatchObject({ cap: 9_000_000, reserved: 0 })
    expect(tokensToday.used).toBeGreaterThan(0)
    expect(agentsToday.cap).toBe(500)
    expect(agentsToday.used).toBeGreaterThan(0)
    expect((await api.call('PUT', url, { dayCapTokens: null, dayCapAgents: null })).status).toBe(200)
    const lifted = settingsSchema.parse((await api.call('GET', '/api/settings')).body)
    expect(lifted).toMatchObject({ dayCapTokens: null, dayCapAgents: null })
  })
})

test('caps of a phase and of every agent are kept as they were given, and each is changed alone', async () => {
  const runId = await api.launch(`return agent(${JSON.stringify(hang)})`, {
    limits: {
      phases: { Read: { wallClockSeconds: 90, usd: 1 } },
      perAgent: { usd: 0.5, wallClockSeconds: 60 },
    },
  })
  const patch = {
    limits: { phases: { Read: { wallClockSeconds: 120 } }, perAgent: { tokens: 5000, usd: null } },
  }
  const { run } = snapshotSchema.parse((await api.call('PATCH', `/api/runs/${runId}`, patch)).body)
  expect(run.limits).toMatchObject({
    phases: { Read: { nanoUsd: 1e9, tokens: null, agents: null, wallClockSeconds: 120 } },
    perAgent: { nanoUsd: null, tokens: 5000, wallClockSeconds: 60 },
  })
  await api.testApp.app.engine.cancel(runId, person('ann'))
})
