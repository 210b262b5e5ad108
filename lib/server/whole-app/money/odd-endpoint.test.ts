import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '@/lib/core/base/json'
import { eventsOf, sim, startTestApp, type TestApp } from '../../testing/test-app'

/**
 * Between the app and the simulator, which refuses what the API refuses, stands an endpoint that says odd
 * things: what a turn came back with is rewritten on its way, and what the next request makes of it has to
 * pass.
 */
let app: TestApp
let rewrite: (answer: string, request: string) => string = (answer) => answer
const bodies: string[] = []
beforeAll(async () => {
  app = await startTestApp({
    files: { 'a.txt': 'alpha\n', 'emoji.json': `{"a":"${'x'.repeat(1993)}${'😀'.repeat(50)}"}\n` },
    intercept: ({ route, body }) => {
      if (route !== 'POST /v1/messages') return { do: 'forward' }
      bodies.push(body)
      return { do: 'rewrite', text: (answer) => rewrite(answer, body) }
    },
  })
})
afterAll(() => app.dispose())

const list = (path: string) => ({ name: 'list_files', input: { path } })
const answer = (input: { [key: string]: Json }) => ({ name: 'answer', input })
const isFirst = (request: string) => !request.includes('"role":"assistant"')

async function run(script: string, odd: (answer: string, request: string) => string) {
  rewrite = odd
  bodies.length = 0
  const runId = await app.launch(script, { workspace: app.workspace })
  const state = await app.ended(runId)
  const failures = eventsOf(await app.journal(runId), 'turn.failed').map(({ failure }) => failure.message)
  return { runId, agent: state.agents.get('a1'), result: await app.result(runId), failures, state }
}

const ask = (prompt: string, options: { [key: string]: Json } = {}) =>
  `return agent(${JSON.stringify(prompt)}, ${JSON.stringify(options)})`

describe('tool calls of a compatible endpoint', () => {
  const twice = sim({ toolCalls: [list('.'), list('src')] }, { text: 'seen' })

  test.each<[string, (answer: string) => string]>([
    ['the same id twice', (text) => text.replaceAll(/toolu_\w+/g, 'toolu_1')],
    ['ids of another alphabet', (text) => text.replaceAll(/"toolu_\w+"/g, '"functions.list_files:0"')],
    ['empty ids', (text) => text.replaceAll(/"toolu_\w+"/g, '""')],
    ['no ids', (text) => text.replaceAll(/"id":"toolu_\w+",/g, '')],
    ['ids that are too long', (text) => text.replaceAll(/"toolu_\w+"/g, `"${'x'.repeat(300)}"`)],
  ])('with %s are run and answered, each of them', async (_what, odd) => {
    const { agent, result, failures } = await run(ask(twice), odd)
    expect(failures).toEqual([])
    expect(result).toBe('seen')
    expect(agent).toMatchObject({ status: 'succeeded', turns: 2, toolCalls: 2 })
  })

  test('that repeat an id from turn to turn are told apart', async () => {
    const turns = sim({ toolCalls: [list('.')] }, { toolCalls: [list('.')] }, { text: 'seen' })
    const { agent, failures } = await run(ask(turns), (text) => text.replaceAll(/toolu_\w+/g, 'call_0'))
    expect(failures).toEqual([])
    expect(agent).toMatchObject({ status: 'succeeded', turns: 3 })
  })

  test('without an end of the turn of their own are run, a real answer among them', async () => {
    const end = (text: string) => text.replaceAll('"stop_reason":"tool_use"', '"stop_reason":"end_turn"')
    const looked = await run(ask(twice), end)
    expect(looked.failures).toEqual([])
    expect(looked.agent).toMatchObject({ status: 'succeeded', turns: 2, toolCalls: 2 })
    const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }
    const answered = await run(ask(sim({ toolCalls: [answer({ a: 'x' })] }), { schema }), end)
    expect(answered.result).toEqual({ a: 'x' })
    expect(answered.agent).toMatchObject({ status: 'succeeded', turns: 1 })
    const stray = await run(
      ask(sim({ toolCalls: [list('.')] }, { toolCalls: [answer({ a: 'y' })] }), { schema }),
      end,
    )
    expect(stray.failures).toEqual([])
    expect(stray.result).toEqual({ a: 'y' })
  })

  test.each<[string, string, string]>([
    ['a list', '[]', '[]'],
    ['no JSON', '{\\"path\\": oops', 'oops'],
    ['a number', '7', '7'],
  ])('with %s as their input are told so, and the agent goes on', async (_what, sent, shown) => {
    const { agent, result, runId } = await run(
      ask(sim({ toolCalls: [list('.')] }, { text: 'well' })),
      (text, request) => (isFirst(request) ? withInput(text, sent) : text),
    )
    expect(result).toBe('well')
    expect(agent).toMatchObject({ status: 'succeeded', turns: 2 })
    const told = JSON.stringify(await app.app.store.loadMessages(runId, 'a1'))
    expect(told).toContain('was no JSON object')
    expect(told).toContain(shown)
  })

  test('that are an answer and no object count as one that does not fit', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }
    const turns = Array.from({ length: 6 }, () => ({ toolCalls: [answer({ a: 'x' })] }))
    const { agent, state } = await run(ask(sim(...turns), { schema }), (text) => withInput(text, '[1]'))
    expect(agent).toMatchObject({ status: 'failed', failure: { kind: 'schema' }, turns: 5 })
    expect(state.run.status).toBe('failed')
  })
})

/** Another input for the only call of an answer: one fragment that says it all. */
function withInput(answer: string, escapedJson: string): string {
  let isSaid = false
  return answer.replaceAll(/"partial_json":"(?:[^"\\]|\\.)*"/g, () => {
    const said = isSaid ? '' : escapedJson
    isSaid = true
    return `"partial_json":"${said}"`
  })
}

describe('a reason to stop that nobody knows', () => {
  const stop = (text: string) =>
    text.replaceAll(/"stop_reason":"(end_turn|tool_use)"/g, '"stop_reason":"token_quota_reached"')

  test('ends the agent flagged, with what there is', async () => {
    const { agent, result } = await run(ask(sim({ text: 'Half of the li' })), stop)
    expect(result).toBe('Half of the li')
    expect(agent).toMatchObject({ status: 'flagged', flags: [{ kind: 'incomplete' }] })
    expect(agent?.flags[0]?.reason).toContain('token_quota_reached')
  })

  test('flags an answer that came with it, too', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } }
    const { agent, result } = await run(ask(sim({ toolCalls: [answer({ a: 'x' })] }), { schema }), stop)
    expect(result).toEqual({ a: 'x' })
    expect(agent).toMatchObject({ status: 'flagged', flags: [{ kind: 'incomplete' }] })
  })
})

describe('names the API refuses', () => {
  const schema = {
    type: 'object',
    properties: {
      件名: { type: 'string' },
      'lange Liste': {
        type: 'array',
        items: { type: 'object', properties: { größe: { type: 'integer' } }, required: ['größe'] },
      },
    },
    required: ['件名', 'lange Liste'],
    additionalProperties: false,
  }

  test('are others on the wire, and the answer has those of the author, checked by them', async () => {
    const { agent, result, failures, runId } = await run(
      ask('Describe the folder.', { schema }),
      (text) => text,
    )
    expect(failures).toEqual([])
    expect(agent?.status).toBe('succeeded')
    expect(result).toMatchObject({ 件名: expect.any(String), 'lange Liste': expect.any(Array) })
    expect(bodies.every((body) => !body.includes('"件名":{'))).toBe(true)
    const stored = JSON.stringify(await app.app.store.loadMessages(runId, 'a1'))
    expect(stored).toContain('"件名":')
  })

  test('are mapped back in a batch as well', async () => {
    const { result, agent } = await run(
      ask('Describe the folder.', { schema, delivery: 'batch' }),
      (text) => text,
    )
    expect(agent?.status).toBe('succeeded')
    expect(result).toMatchObject({ 件名: expect.any(String) })
  })
})

test('text that is cut by a tool is cut between characters', async () => {
  const calls: { name: string; input: { [key: string]: Json } }[] = [
    { name: 'read_file', input: { path: 'emoji.json' } },
    { name: 'search_files', input: { pattern: 'xxx' } },
  ]
  const { agent, failures, runId } = await run(
    ask(sim({ toolCalls: calls }, { text: 'read' })),
    (text) => text,
  )
  expect(failures).toEqual([])
  expect(agent?.status).toBe('succeeded')
  const messages = await app.app.store.loadMessages(runId, 'a1')
  for (const { message } of messages)
    for (const block of message.content) expect(String(block.content ?? '').isWellFormed()).toBe(true)
})
