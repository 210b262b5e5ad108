import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { LaunchInput } from '@/lib/api/runs'
import { dummyKey } from '@/lib/server/testing/environment'
import { sim, type TestAppOptions, workflow } from '@/lib/server/testing/test-app'
import { serveApi, startTeam } from '../api/members/testing'
import { startTestApi } from '../api/testing'
import { connectClient } from './testing'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function open(options: TestAppOptions = {}, mode: 'auto' | 'legacy' = 'auto') {
  const api = await startTestApi(options)
  closing.push(() => api.dispose())
  const served = await serveApi(api)
  closing.push(() => served.close())
  const client = await connectClient(served.url, { mode })
  closing.push(() => client.close())
  const { call } = client
  return {
    api,
    served,
    ...client,
    launch: async (input: Partial<LaunchInput>) => told.parse((await call('launch', input)).json),
    status: async (runId: string, more: object = {}) =>
      told.parse((await call('status', { runId, ...more })).json),
  }
}

const told = z.looseObject({
  runId: z.string(),
  status: z.string(),
  spent: z.string(),
  questions: z.array(
    z.object({
      questionId: z.string(),
      title: z.string(),
      detail: z.string().optional(),
      answer: z.unknown(),
    }),
  ),
})
const ask = (text: string) => `agent(${JSON.stringify(`Say it. ${sim({ text })}`)})`
const hello = workflow(`return ${ask('hello')}`)
const seconds = { waitSeconds: 50 }

describe('a client of the protocol', () => {
  test.each(['auto', 'legacy'] as const)(
    'plans, launches, waits and reads a result in words any client knows (%s)',
    async (mode) => {
      const { client, call, launch, status } = await open({}, mode)
      const { tools } = await client.listTools()
      expect(tools.map(({ name }) => name)).toEqual([
        ...['workflows', 'plan', 'launch', 'status', 'answer', 'raise', 'stop', 'retry', 'fork'],
        ...['result', 'costs'],
      ])
      expect(tools.every(({ inputSchema }) => inputSchema.type === 'object')).toBe(true)
      expect((await call('workflows')).text).toContain('code-audit')
      expect((await call('plan', { script: hello })).json).toMatchObject({ agents: { likely: 1 } })
      const { runId } = await launch({ script: hello })
      expect(await status(runId, seconds)).toMatchObject({
        status: 'completed',
        agents: { ended: 1, of: 1 },
        questions: [],
      })
      expect((await call('result', { runId })).json).toMatchObject({ result: 'hello', status: 'completed' })
      expect((await call('costs', { runId })).json).toMatchObject({ turns: 1 })
      expect((await call('status')).text).toContain(runId)
      const byWorkflow = await call('costs', { groupBy: 'workflow' })
      expect(byWorkflow.json).toMatchObject({ rows: [{ workflow: 'test' }] })
    },
  )

  test('answers the questions of a script by their ids, and is told what would fit', async () => {
    const { call, launch, status } = await open()
    const script = workflow(`
      const plan = await checkpoint({ title: 'Which files?', input: { type: 'object', properties: { glob: { type: 'string' } }, required: ['glob'] } })
      const yes = await checkpoint({ title: 'Go on?' })
      return { plan, yes }`)
    const { runId } = await launch({ script })
    const asked = await status(runId, seconds)
    expect(asked.questions).toMatchObject([{ title: 'Which files?', answer: { required: ['glob'] } }])
    const questionId = asked.questions[0]?.questionId ?? ''
    const refused = await call('answer', { runId, questionId, answer: { glob: 7 } })
    expect(refused).toMatchObject({ isError: true, text: expect.stringContaining('does not fit') })
    await call('answer', { runId, questionId, answer: { glob: '*.ts' } })
    const next = (await status(runId, seconds)).questions[0]
    expect(next).toMatchObject({ title: 'Go on?', answer: 'true or false' })
    await call('answer', { runId, questionId: next?.questionId, answer: true })
    await status(runId, seconds)
    expect((await call('result', { runId })).json).toMatchObject({
      result: { plan: { glob: '*.ts' }, yes: true },
    })
    const late = await call('answer', { runId, questionId, answer: { glob: 'x' } })
    expect(late).toMatchObject({ isError: true, text: expect.stringContaining('does not ask') })
  })

  test('starts a draft with a yes, and drops it with a no', async () => {
    const { call, launch, status } = await open()
    const first = await launch({ script: hello, approval: 'ask' })
    expect(first).toMatchObject({ status: 'draft', questions: [{ questionId: 'start' }] })
    const bad = await call('answer', { runId: first.runId, questionId: 'start', answer: 'sure' })
    expect(bad).toMatchObject({ isError: true, text: 'Answer true to start the run, or false to drop it.' })
    await call('answer', { runId: first.runId, questionId: 'start', answer: true })
    expect(await status(first.runId, seconds)).toMatchObject({ status: 'completed' })
    const second = await launch({ script: hello, approval: 'ask' })
    await call('answer', { runId: second.runId, questionId: 'start', answer: false })
    expect(await status(second.runId)).toMatchObject({ status: 'cancelled' })
  })

  test('raises a cap that a run has reached, by its question or by the tool, and may stop it there', async () => {
    const { call, launch, status } = await open()
    const long = JSON.stringify(`Write. ${sim({ text: 'x', tokens: 4000 })}`)
    const script = workflow(`for (let i = 0; i < 4; i++) await agent(${long} + i, { maxTokens: 4000 })`)
    const paused = async () => {
      const { runId } = await launch({ script, limits: { usd: 0.03 } })
      const now = await status(runId, seconds)
      expect(now.status).toBe('paused')
      expect(now.questions[0]).toMatchObject({
        title: 'Raise the dollar cap, or stop the run?',
        answer: { properties: { to: { minimum: 0.03 } } },
      })
      return { runId, questionId: now.questions[0]?.questionId }
    }
    const first = await paused()
    const unsaid = await call('answer', { ...first, answer: { do: 'raise' } })
    expect(unsaid).toMatchObject({ isError: true, text: expect.stringContaining('New cap in dollars') })
    await call('answer', { ...first, answer: { do: 'raise', to: 20 } })
    expect(await status(first.runId, seconds)).toMatchObject({ status: 'completed', cap: '$20' })
    const second = await paused()
    await call('raise', { runId: second.runId, limits: { usd: 20 } })
    expect(await status(second.runId, seconds)).toMatchObject({ status: 'completed' })
    const third = await paused()
    await call('answer', { ...third, answer: { do: 'stop' } })
    expect(await status(third.runId, seconds)).toMatchObject({ status: 'cancelled' })
  })

  test('raises the quota at which a run has paused', async () => {
    const { api, call, launch, status } = await open()
    const quota = { subject: { kind: 'project', id: 'default' }, period: 'day', unit: 'agents', amount: 1 }
    await api.call('POST', '/api/quotas', quota)
    const { runId } = await launch({ script: workflow(`await ${ask('one')}\nreturn ${ask('two')}`) })
    const { questions } = await status(runId, seconds)
    expect(questions).toMatchObject([
      {
        title: 'Raise the quota, or stop the run?',
        detail: expect.stringMatching(/^The project Default's quota of 1 agent a day is used up/),
        answer: { properties: { to: { title: 'New quota in agents', minimum: 1, default: 2 } } },
      },
    ])
    await call('answer', { runId, questionId: questions[0]?.questionId, answer: { do: 'raise', to: 5 } })
    expect(await status(runId, seconds)).toMatchObject({ status: 'completed' })
    expect(api.app.settings.quotas).toMatchObject([{ limit: 5 }])
  })

  test('stops, retries and forks runs', async () => {
    const { call, launch, status } = await open()
    const waits = workflow(`return checkpoint({ title: 'Wait?' })`)
    const { runId } = await launch({ script: waits })
    expect(told.parse((await call('stop', { runId })).json).status).toBe('cancelled')
    expect(await call('stop', { runId })).toMatchObject({
      isError: true,
      text: expect.stringContaining('nothing to cancel'),
    })
    const nothing = await launch({ script: hello })
    await status(nothing.runId, seconds)
    expect(await call('retry', { runId: nothing.runId })).toMatchObject({ isError: true })
    const script = hello.replace('return', 'return args.mark + await')
    const forked = told
      .pick({ runId: true })
      .parse((await call('fork', { runId: nothing.runId, script, args: { mark: 'again ' } })).json)
    await status(forked.runId, seconds)
    expect((await call('result', { runId: forked.runId })).json).toMatchObject({ result: 'again hello' })
  })

  test('gets a long result cut, with a link to all of it, and changes as a patch', async () => {
    const { client, call, launch, status } = await open({ files: { 'a.txt': 'one\n' } })
    const { runId } = await launch({ script: workflow(`return { text: 'é'.repeat(60000) }`) })
    await status(runId, seconds)
    const { text, links } = await call('result', { runId })
    expect(text.length).toBeLessThan(31_000)
    expect(links).toEqual([`skein://runs/${runId}/result`])
    const read = z.object({ contents: z.array(z.object({ text: z.string(), mimeType: z.string() })) })
    const whole = read.parse(await client.readResource({ uri: links[0] ?? '' }))
    expect(JSON.parse(whole.contents[0]?.text ?? '')).toEqual({ text: 'é'.repeat(60_000) })
    const listed = await client.listResources()
    expect(listed.resources.map(({ uri }) => uri)).toEqual(links)
    await expect(client.readResource({ uri: `skein://runs/${runId}/changes` })).rejects.toThrow(
      'This run changes no files',
    )
    await expect(client.readResource({ uri: 'skein://runs/none/result' })).rejects.toThrow('no run none')
  })

  test('waits no longer than it said, and leaves when its client does', async () => {
    const { api, launch, status, served } = await open()
    const { runId } = await launch({
      script: workflow('await new Promise((done) => setTimeout(done, 3600000))'),
    })
    expect(await status(runId, { waitSeconds: 0.05 })).toMatchObject({ status: 'running' })
    const leaving = new AbortController()
    const other = await connectClient(served.url)
    closing.push(() => other.close())
    const taken = new Promise<void>((resolve) => {
      const { streams } = api.app
      const take = streams.take.bind(streams)
      streams.take = (client, giveUp) => {
        const leave = take(client, giveUp)
        resolve()
        return () => {
          leave()
          left()
        }
      }
    })
    let left = () => {}
    const gone = new Promise<void>((resolve) => {
      left = resolve
    })
    const waiting = other.client.callTool(
      { name: 'status', arguments: { runId, ...seconds } },
      { signal: leaving.signal },
    )
    await taken
    leaving.abort()
    await expect(waiting).rejects.toThrow()
    await gone
  })
})

describe('who asks', () => {
  test('is known at the door: nobody without a key in a team, and a key may do what its role may', async () => {
    const team = await startTeam()
    closing.push(() => team.dispose())
    await expect(connectClient(team.url)).rejects.toThrow(/401|authoriz/i)
    await expect(connectClient(team.url, { key: 'skein_nobody' })).rejects.toThrow(/401|authoriz/i)
    const viewer = await team.makeKey(team.cookies.viewer, { name: 'v', role: 'viewer' })
    const launcher = await team.makeKey(team.cookies.launcher, { name: 'l', role: 'launcher' })
    const only = await team.makeKey(team.cookies.launcher, { name: 'o', role: 'launcher', launchOnly: true })
    const as = async ({ key }: { key: string }) => {
      const client = await connectClient(team.url, { key })
      closing.push(() => client.close())
      return client
    }
    const [viewing, launching, bound] = [await as(viewer), await as(launcher), await as(only)]
    const refused = await viewing.call('launch', { script: hello })
    expect(refused).toMatchObject({ isError: true, text: expect.stringContaining('role launcher') })
    const { runId } = told.parse(
      (await launching.call('launch', { script: hello, title: 'The merger' })).json,
    )
    await launching.call('status', { runId, ...seconds })
    expect((await viewing.call('result', { runId })).json).toMatchObject({ result: 'hello' })

    for (const name of ['status', 'result', 'costs', 'stop', 'raise', 'retry', 'fork', 'answer']) {
      const more = {
        ...(name === 'raise' ? { limits: { usd: 1 } } : {}),
        ...(name === 'answer' ? { questionId: 'start', answer: true } : {}),
      }
      const { isError, text } = await bound.call(name, { runId, ...more })
      expect({ name, isError }).toEqual({ name, isError: true })
      expect(text).toMatch(/There is no run|may only launch/)
      expect(text).not.toContain('merger')
    }
    const uri = `skein://runs/${runId}/result`
    await expect(bound.client.readResource({ uri })).rejects.toThrow('There is no run')
    expect((await bound.client.listResources()).resources).toEqual([])
    const own = told.parse((await bound.call('launch', { script: hello })).json)
    await bound.call('status', { runId: own.runId, ...seconds })
    expect((await bound.call('result', { runId: own.runId })).json).toMatchObject({ result: 'hello' })

    const shell = { write: true, shell: true, hosts: [], web: false, mcp: [] }
    const beyond = await launching.call('launch', { script: hello, permissions: shell })
    expect(beyond).toMatchObject({ isError: true, text: expect.stringContaining('Only an admin') })
    await team.ask('DELETE', `/api/keys/${launcher.shown.id}`, { cookie: team.cookies.launcher })
    await expect(launching.call('status', { runId })).rejects.toThrow(/401|authoriz/i)
    const acts = await team.ask('GET', '/api/audit?operation=launchRun', { cookie: team.cookies.owner })
    expect(await acts.text()).toContain(only.shown.id)
  })

  test('comes from no other site, by no other name, and not from a page that sends text', async () => {
    const { served } = await open()
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
    const send = (headers: Record<string, string>) =>
      served.ask('POST', '/mcp', { body: message, headers: { accept: 'application/json', ...headers } })
    expect((await send({ origin: 'https://evil.example' })).status).toBe(403)
    expect((await send({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await send({ 'content-type': 'text/plain' })).status).toBe(415)
    expect((await served.ask('GET', '/mcp')).status).toBe(405)
  })
})

describe('hostile input', () => {
  test('is refused in a bounded sentence, however large, deep or odd it is', async () => {
    const { call, served, client } = await open()
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`field-${at}`, at]))
    const answers = [
      await call('launch', wide),
      await call('launch', {
        script: hello,
        args: { text: 'x'.repeat(1_500_000) },
        title: 'y'.repeat(300_000),
      }),
      await call('status', { runId: 'z'.repeat(100_000) }),
      await call('status', { runId: '../../etc/passwd' }),
      await call('answer', { runId: 'none', questionId: '__proto__', answer: {} }),
      await call('launch', { script: 'x', workflow: 'y' }),
      await call('costs', { from: 'yesterday' }),
    ]
    for (const { isError, text } of answers) {
      expect(isError).toBe(true)
      expect(text.length).toBeLessThan(8_000)
    }
    await expect(client.callTool({ name: 'no such tool', arguments: {} })).rejects.toThrow()
    const post = (body: string) =>
      fetch(`${served.url}/mcp`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        body,
      })
    expect((await post(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).status).toBe(400)
    expect((await post('{"jsonrpc"')).status).toBe(400)
    expect((await post(JSON.stringify(Array.from({ length: 9 }, () => ({}))))).status).toBe(400)
    expect((await post(JSON.stringify({ x: 'y'.repeat(3_100_000) }))).status).toBe(413)
  })

  test('holds no stream for a client that subscribes, and never says a secret', async () => {
    const { served, call } = await open()
    const body = {
      jsonrpc: '2.0',
      id: 1,
      method: 'subscriptions/listen',
      params: {
        notifications: { toolsListChanged: true },
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': { name: 'x', version: '1' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }
    const headers = {
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
    }
    const answer = await served.ask('POST', '/mcp', { body, headers })
    expect(await answer.text()).toContain('Subscription limit reached')
    const said = [await call('workflows'), await call('plan', { script: hello }), await call('costs')]
    expect(said.map(({ text }) => text).join()).not.toContain(dummyKey)
  })
})
