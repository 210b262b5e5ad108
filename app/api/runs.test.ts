import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { launchedSchema } from '@/lib/api/runs'
import { localActor } from '@/lib/core/base/actor'
import { dummyKey } from '@/lib/server/testing/environment'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from './testing'

let api: TestApi
beforeAll(async () => {
  const echo = { kind: 'status', status: 400, message: `bad key ${dummyKey} was sent` } as const
  api = await startTestApi({
    files: { 'a.txt': 'alpha\n' },
    simulator: { faults: [{ when: { match: 'ECHO' }, fault: echo }] },
  })
})
afterAll(() => api.dispose())

const quick = workflow(`return agent('hello ${sim({ text: 'hi' })}')`)
const held = workflow(
  `return agent('hello ${sim({ text: 'words before silence', fault: { kind: 'body-stall', afterTokens: 2 } })}')`,
)

async function launched(body: object): Promise<string> {
  const { status, body: answer } = await api.call('POST', '/api/runs', body)
  expect(status).toBe(201)
  return launchedSchema.parse(answer).id
}

function expectProblem(
  answer: Awaited<ReturnType<TestApi['call']>>,
  status: number,
  detail: RegExp | string,
): void {
  expect(answer.body).toMatchObject({
    status,
    type: expect.stringMatching(/^urn:skein:problem:/),
    title: expect.any(String),
  })
  expect(answer.body).toMatchObject({
    detail: typeof detail === 'string' ? expect.stringContaining(detail) : expect.stringMatching(detail),
  })
  expect(answer.status).toBe(status)
  expect(answer.type).toBe('application/problem+json')
}

describe('POST /api/runs', () => {
  test('launches a script, and the run can be read in every form', async () => {
    const id = await launched({ script: quick, title: 'A title', tags: ['one'], args: { a: [1] } })
    await api.ended(id)
    const run = await api.call('GET', `/api/runs/${id}`)
    expect(run.body).toMatchObject({
      run: {
        id,
        title: 'A title',
        tags: ['one'],
        status: 'completed',
        launchedBy: localActor,
        limits: { nanoUsd: 5e9, usd: 5 },
      },
      agents: [{ id: 'a1', status: 'succeeded' }],
      outcomeCounts: { succeeded: 1 },
    })
    expect((await api.call('GET', `/api/runs/${id}/result`)).body).toMatchObject({
      result: 'hi',
      hasResult: true,
      status: 'completed',
      outcomeCounts: { succeeded: 1, withFlaggedInputs: 0 },
      resultInputs: ['a1'],
      flaggedSources: [],
    })
    expect((await api.call('GET', `/api/runs/${id}/input`)).body).toEqual({ script: quick, args: { a: [1] } })
    const transcript = await api.call('GET', `/api/runs/${id}/agents/a1`)
    expect(transcript.body).toMatchObject({
      prompt: expect.stringContaining('hello'),
      turns: [{ index: 0 }],
      result: 'hi',
    })
    const list = await api.call('GET', '/api/runs?q=A%20title&status=completed&limit=1')
    expect(list.body).toMatchObject({ total: 1, nextOffset: null, runs: [{ id, capUsd: 5 }] })
    const events = await api.call('GET', `/api/runs/${id}/events?after=1&limit=2`, undefined, {
      accept: 'application/json',
    })
    expect(events.body).toMatchObject({ events: [{ seq: 2 }, { seq: 3 }], next: 3 })
  })

  test.each([
    ['rubbish', '{"script": ', 'not JSON'],
    ['nothing', {}, 'give one of `workflow` (a name), `script`'],
    ['both', { script: quick, workflow: 'x' }, 'give one of `workflow`'],
    ['a list', [], ''],
    ['an unknown field', { script: quick, wish: 1 }, 'wish'],
    ['a negative cap', { script: quick, limits: { usd: -1 } }, 'more than 0 dollars'],
    ['a cap of nothing', { script: quick, limits: { usd: 0 } }, 'more than 0 dollars'],
    ['an absurd cap', { script: quick, limits: { usd: 1e9 } }, 'at most 1,000,000'],
    ['a cap that is infinite', `{"script": "x", "limits": {"usd": 1e999}}`, 'limits.usd'],
    ['a cap that is text', { script: quick, limits: { usd: '5' } }, 'number of dollars'],
    ['a cap that is NaN', `{"script": "x", "limits": {"usd": NaN}}`, 'not JSON'],
    ['half an agent', { script: quick, limits: { agents: 1.5 } }, 'limits.agents'],
    ['too many agents', { script: quick, limits: { agents: 1e9 } }, 'limits.agents'],
    ['no time', { script: quick, limits: { wallClockSeconds: 0 } }, 'limits.wallClockSeconds'],
    ['an unknown limit', { script: quick, limits: { euros: 3 } }, 'euros'],
    ['an unknown effort', { script: quick, effort: 'huge' }, 'effort'],
    ['no concurrency', { script: quick, concurrency: 0 }, 'concurrency'],
  ])('refuses %s, and says where', async (_, body, detail) => {
    expectProblem(await api.call('POST', '/api/runs', body), 400, detail)
  })

  test.each([
    ['a syntax error', workflow('const = 3'), 2],
    ['an import', workflow(`import fs from 'fs'`), 2],
    ['a meta that is computed', `export const meta = { name: String(1), description: 'd' }`, 1],
    ['no meta', 'return 1', 1],
  ])('refuses a script with %s, with line and column', async (_, script, line) => {
    const answer = await api.call('POST', '/api/runs', { script })
    expectProblem(answer, 400, /line \d+, column \d+/)
    expect(answer.body).toMatchObject({ errors: [{ path: 'script', line, column: expect.any(Number) }] })
  })

  test('refuses an unknown workflow and names those there are', async () => {
    expectProblem(
      await api.call('POST', '/api/runs', { workflow: 'nothing-like-it' }),
      404,
      /There are: .*code-audit/,
    )
  })

  test('refuses a workspace outside the roots, a missing one and a file', async () => {
    symlinkSync('/etc', join(api.workspace, 'escape'))
    const at = (workspace: string) => api.call('POST', '/api/runs', { script: quick, workspace })
    expectProblem(await at('/etc'), 403, '/etc')
    expectProblem(await at(join(api.workspace, 'escape')), 403, 'escape')
    expectProblem(await at(join(api.workspace, '..')), 403, '')
    expectProblem(await at(join(api.workspace, 'missing')), 400, 'missing')
    expectProblem(await at(join(api.workspace, 'a.txt')), 400, 'a.txt')
    const inside = await api.call('POST', '/api/estimate', { script: quick, workspace: api.workspace })
    expect(inside.body).toMatchObject({ workspace: { root: api.workspace } })
  })

  test('refuses a body over the limit, whether it says so or not', async () => {
    const tooLarge = JSON.stringify({ script: quick, args: 'x'.repeat(3_000_001) })
    expectProblem(await api.call('POST', '/api/runs', tooLarge), 413, '3 MB')
    const stated = await api.call('POST', '/api/runs', '{}', { 'content-length': '9000000' })
    expectProblem(stated, 413, '3 MB')
  })

  test('refuses JSON that is nested too deeply or holds too much, before anything is made of it', async () => {
    const withArgs = (args: string) =>
      api.call('POST', '/api/runs', `{"script": ${JSON.stringify(quick)}, "args": ${args}}`)
    expectProblem(await withArgs(`${'['.repeat(200_000)}${']'.repeat(200_000)}`), 400, 'nested')
    expectProblem(await withArgs(`${'{"a":'.repeat(101)}1${'}'.repeat(101)}`), 400, 'nested')
    expectProblem(await withArgs(`[${'[],'.repeat(500_000)}[]]`), 413, 'names and values')
    const wide = await withArgs(`[${'[],'.repeat(20_000)}[]]`)
    expect(wide.status).toBe(201)
  })

  test('tells of twenty faults at most, and no longer than they can be read', async () => {
    const phases = Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`phase ${at}`, 1]))
    const answer = await api.call('POST', '/api/runs', { script: quick, phases })
    expectProblem(answer, 400, 'and 2,980 more')
    expect(answer.body).toMatchObject({ errors: expect.objectContaining({ length: 20 }) })
    const unknown = Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`unknown ${at}`, 1]))
    const told = await api.call('POST', '/api/runs', { script: quick, ...unknown })
    expectProblem(told, 400, 'more characters')
    expect(JSON.stringify(told.body).length).toBeLessThan(10_000)
    const many = Object.fromEntries(Array.from({ length: 120_000 }, (_, at) => [`p${at}`, 1]))
    expectProblem(
      await api.call('POST', '/api/runs', { script: quick, phases: many }),
      413,
      'beside free JSON',
    )
  })
})

describe('Idempotency-Key', () => {
  test('launches once for one key and body, also when both come at once', async () => {
    const send = (title: string) =>
      api.call('POST', '/api/runs', { script: quick, title }, { 'idempotency-key': 'k1' })
    const both = await Promise.all([send('same'), send('same'), send('other')])
    const ids = both.slice(0, 2).map(({ body }) => launchedSchema.parse(body).id)
    expect(new Set(ids).size).toBe(1)
    expectProblem(both[2] ?? (await send('other')), 409, 'used for another launch')
    expect(launchedSchema.parse((await send('same')).body).id).toBe(ids[0])
    expectProblem(await send('other'), 409, 'used for another launch')
    expect((await api.call('GET', '/api/runs?q=same')).body).toMatchObject({ total: 1 })
  })

  test('that failed to launch may be used again', async () => {
    const headers = { 'idempotency-key': 'k2' }
    expectProblem(await api.call('POST', '/api/runs', { workflow: 'nothing' }, headers), 404, 'nothing')
    expect((await api.call('POST', '/api/runs', { script: quick }, headers)).status).toBe(201)
  })

  test('that is too long is refused, not cut', async () => {
    const headers = { 'idempotency-key': 'x'.repeat(201) }
    expectProblem(await api.call('POST', '/api/runs', { script: quick }, headers), 400, 'Idempotency-Key')
  })
})

describe('acts', () => {
  test('on a run that has ended are a conflict that says so', async () => {
    const id = await launched({ script: quick })
    await api.ended(id)
    for (const verb of ['approve', 'pause', 'resume', 'cancel']) {
      expectProblem(await api.call('POST', `/api/runs/${id}/${verb}`), 409, 'completed')
    }
    expectProblem(await api.call('PATCH', `/api/runs/${id}`, { limits: { usd: 9 } }), 409, 'has ended')
    const renamed = await api.call('PATCH', `/api/runs/${id}`, { title: 'New name' })
    expect(renamed.body).toMatchObject({ run: { title: 'New name', limits: { usd: 5 } } })
  })

  test('pause, patch, resume and cancel a run, each with its actor', async () => {
    const id = await launched({ script: held })
    await api.heard(id, 1)
    expect((await api.call('POST', `/api/runs/${id}/pause`)).body).toMatchObject({
      status: 'paused',
      reason: 'paused by local',
    })
    expectProblem(await api.call('POST', `/api/runs/${id}/pause`), 409, 'paused already')
    expectProblem(await api.call('DELETE', `/api/runs/${id}`), 409, 'cancel it before')
    const patched = await api.call('PATCH', `/api/runs/${id}`, {
      limits: { usd: 7, tokens: 99_000 },
      concurrency: 3,
    })
    expect(patched.body).toMatchObject({
      run: { limits: { usd: 7, tokens: 99_000, agents: 1000 }, concurrency: 3 },
    })
    expectProblem(await api.call('PATCH', `/api/runs/${id}`, { limits: { usd: -7 } }), 400, 'more than 0')
    expect((await api.call('POST', `/api/runs/${id}/resume`)).body).toMatchObject({ status: 'running' })
    expect((await api.call('POST', `/api/runs/${id}/cancel`)).body).toMatchObject({
      status: 'cancelled',
      reason: 'cancelled by local',
    })
    expectProblem(await api.call('POST', `/api/runs/${id}/cancel`), 409, 'ended as cancelled at')
  })

  test('approve a draft, or cancel it', async () => {
    const id = await launched({ script: quick, approval: 'ask' })
    expect((await api.call('GET', `/api/runs/${id}`)).body).toMatchObject({ run: { status: 'draft' } })
    expectProblem(await api.call('POST', `/api/runs/${id}/resume`), 409, 'draft')
    expect((await api.call('POST', `/api/runs/${id}/approve`)).status).toBe(200)
    await api.ended(id)
    const other = await launched({ script: quick, approval: 'ask' })
    expect((await api.call('POST', `/api/runs/${other}/cancel`)).body).toMatchObject({ status: 'cancelled' })
  })

  test('deletes a run with everything that belongs to it', async () => {
    const id = await launched({ script: quick })
    await api.ended(id)
    expect((await api.call('DELETE', `/api/runs/${id}`)).status).toBe(204)
    for (const path of ['', '/events', '/result', '/input', '/agents/a1'])
      expectProblem(
        await api.call('GET', `/api/runs/${id}${path}`, undefined, { accept: 'application/json' }),
        404,
        id,
      )
  })

  test('on an unknown run or agent are not found', async () => {
    const id = 'no-such-run'
    for (const verb of ['approve', 'pause', 'resume', 'cancel'])
      expectProblem(await api.call('POST', `/api/runs/${id}/${verb}`), 404, id)
    expectProblem(await api.call('PATCH', `/api/runs/${id}`, { title: 'x' }), 404, id)
    expectProblem(await api.call('DELETE', `/api/runs/${id}`), 404, id)
    expectProblem(await api.call('GET', `/api/runs/${id}/agents/a1`), 404, 'a1')
    expectProblem(await api.call('PUT', `/api/runs/${id}/watch`, { watcher: 'w', agents: [] }), 404, id)
    expectProblem(await api.call('GET', '/api/workflows/none'), 404, 'none')
  })

  test.each([
    '/api/runs?limit=0',
    '/api/runs?limit=ten',
    '/api/runs?offset=-1',
    '/api/runs?status=happy',
    '/api/runs?limit=1e9',
  ])('refuses the query %s', async (path) => {
    expectProblem(await api.call('GET', path), 400, /limit|offset|status/)
  })

  test('answers a query text with wildcards as it is written', async () => {
    await launched({ script: quick, title: '100% sure_thing' })
    expect((await api.call('GET', '/api/runs?q=100%25')).body).toMatchObject({ total: 1 })
    expect((await api.call('GET', '/api/runs?q=sure%25thing')).body).toMatchObject({ total: 0 })
  })
})

describe('the rest of the API', () => {
  test('tells settings, and keeps what is changed', async () => {
    expect((await api.call('GET', '/api/settings')).body).toMatchObject({
      provider: 'anthropic',
      hasCredential: true,
      you: 'local',
    })
    const changed = await api.call('PUT', '/api/settings', {
      defaultModel: 'haiku',
      runCapUsd: 2,
      dayCapUsd: null,
    })
    expect(changed.body).toMatchObject({ defaultModel: 'claude-haiku-5-5', runCapUsd: 2, dayCapUsd: null })
    const odd = await api.call('PUT', '/api/settings', { defaultModel: 'constructor' })
    expect(odd.body).toMatchObject({ defaultModel: 'constructor' })
    expectProblem(await api.call('PUT', '/api/settings', { runCapUsd: -1 }), 400, 'more than 0')
    expectProblem(await api.call('PUT', '/api/settings', { simulatorSpeed: 3 }), 409, 'simulator')
    await api.call('PUT', '/api/settings', { defaultModel: 'sonnet', runCapUsd: 5, dayCapUsd: 20 })
  })

  test('tells health, workflows and workspaces', async () => {
    mkdirSync(join(api.workspace, 'inner'))
    expect((await api.call('GET', '/api/health')).body).toMatchObject({ status: 'ok', simulated: false })
    expect((await api.call('GET', '/api/workflows')).body).toMatchObject({ workflows: expect.any(Array) })
    expect((await api.call('GET', '/api/workflows/code-audit')).body).toMatchObject({
      name: 'code-audit',
      calls: expect.any(Array),
    })
    const { body } = await api.call('GET', '/api/workspaces')
    expect(JSON.stringify(body)).toContain('inner')
  })

  test('never shows the key: not in an answer, not in the log, not on disk', async () => {
    const logged = vi.spyOn(console, 'log')
    const id = await launched({
      script: workflow(`return [await agent('a'), await agent('ECHO')]`),
      workspace: api.workspace,
    })
    const state = await api.ended(id)
    expect(state.agents.get('a2')?.failure?.message).toMatch(/bad key/)
    const answers = [
      `/api/runs/${id}`,
      `/api/runs/${id}/events`,
      `/api/runs/${id}/agents/a2`,
      `/api/runs/${id}/input`,
    ]
    for (const path of [
      ...answers,
      '/api/settings',
      '/api/health',
      '/api/runs',
      '/api/events',
      '/api/openapi.json',
    ]) {
      const { text } = await api.call('GET', path, undefined, { accept: 'application/json' })
      expect(text, path).not.toContain(dummyKey)
    }
    expect(JSON.stringify(logged.mock.calls)).not.toContain(dummyKey)
    for (const entry of readdirSync(api.testApp.dataDir, { withFileTypes: true, recursive: true }))
      if (entry.isFile())
        expect(readFileSync(join(entry.parentPath, entry.name), 'latin1'), entry.name).not.toContain(dummyKey)
  })
})
