import type Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JsonObject } from '@/lib/core/base/json'
import { type SimulatorServer, startSimulatorServer } from '../server'
import { clientOf } from '../testing'

let server: SimulatorServer
let client: Anthropic
beforeAll(async () => {
  server = await startSimulatorServer({ speed: 0 })
  client = clientOf(server.url)
})
afterAll(() => server.close())

const search = { type: 'web_search_20260318', name: 'web_search', max_uses: 2 } as const
const fetching = {
  type: 'web_fetch_20260318',
  name: 'web_fetch',
  max_uses: 2,
  max_content_tokens: 10,
} as const
const body = (content: string, tools: Anthropic.ToolUnion[], model = 'claude-sonnet-5-5') => ({
  model,
  max_tokens: 800,
  messages: [{ role: 'user' as const, content }],
  tools,
})

test('a search is shown with what it found, marked as simulated, and counted; the answer follows it', async () => {
  const message = await client.messages.create(body('How do bees dance for flowers?', [search]))
  expect(message.content.map(({ type }) => type)).toEqual([
    'server_tool_use',
    'web_search_tool_result',
    'text',
  ])
  const [used, result] = message.content
  expect(used).toMatchObject({ name: 'web_search', input: { query: 'bees dance flowers' } })
  expect(result).toMatchObject({
    tool_use_id: used?.type === 'server_tool_use' ? used.id : '',
    content: [{ type: 'web_search_result', url: 'https://bees.example/dance', title: /simulated page/ }],
  })
  expect(message.usage.server_tool_use).toEqual({ web_search_requests: 1, web_fetch_requests: 0 })
})

test('a stream says the same as a whole message, and its input grows by what was brought', async () => {
  const asked = body('How do bees dance for flowers?', [search])
  const [whole, streamed] = [
    await client.messages.create(asked),
    await client.messages.stream(asked).finalMessage(),
  ]
  expect(streamed.content).toEqual(whole.content)
  expect(streamed.usage.server_tool_use).toEqual(whole.usage.server_tool_use)
  const plain = await client.messages.create(body('How do bees dance for flowers?', []))
  expect(whole.usage.input_tokens).toBeGreaterThan(plain.usage.input_tokens + 30)
})

/** What the simulator's tools brought when they were used so. */
async function broughtBy(lookUps: JsonObject[], tools: Anthropic.ToolUnion[], said = '') {
  const script = `${said} [[sim: ${JSON.stringify({ text: 'Done.', webLookUps: lookUps })}]]`
  const { content, usage } = await client.messages.create(body(script, tools))
  const results = content.flatMap((block) =>
    block.type === 'web_search_tool_result' || block.type === 'web_fetch_tool_result' ? [block.content] : [],
  )
  return { results, used: usage.server_tool_use }
}

const bees = 'https://bees.example/dance'

test('a page is fetched when its address was said, is cut at its bound, and brings its text', async () => {
  expect(await broughtBy([{ fetch: bees }], [fetching], `Read ${bees} please.`)).toMatchObject({
    results: [
      {
        type: 'web_fetch_result',
        url: bees,
        content: {
          type: 'document',
          source: { data: expect.stringMatching(/^This page is simulated\. .{0,20}$/) },
        },
      },
    ],
    used: { web_fetch_requests: 1 },
  })
})

test.each([
  ['an address nobody said', [{ fetch: bees }], fetching, '', 'url_not_allowed'],
  [
    'a domain that is not allowed',
    [{ fetch: bees }],
    { ...fetching, allowed_domains: ['tides.example'] },
    bees,
    'url_not_allowed',
  ],
  [
    'a page there is not',
    [{ fetch: 'https://bees.example/none' }],
    fetching,
    'https://bees.example/none',
    'url_not_accessible',
  ],
  ['what is no address', [{ fetch: 'bees' }], fetching, 'bees', 'invalid_tool_input'],
])('%s is an error that is not counted', async (_, lookUps, tool, said, code) => {
  expect(await broughtBy(lookUps, [tool], said)).toEqual({
    results: [{ type: 'web_fetch_tool_result_error', error_code: code }],
    used: null,
  })
})

test('more searches than are allowed fail, and what is on no allowed domain is not found', async () => {
  const three = [{ search: 'bees' }, { search: 'tides' }, { search: 'runtime' }]
  expect(await broughtBy(three, [search])).toMatchObject({
    results: [[{ url: bees }], [{ url: /tides/ }], { error_code: 'max_uses_exceeded' }],
    used: { web_search_requests: 2 },
  })
  const narrow = { ...search, allowed_domains: ['tides.example'] }
  expect(await broughtBy([{ search: 'bees' }], [narrow])).toMatchObject({ results: [[]] })
})

test.each([
  ['a version there is not', { ...search, type: 'web_search_20990101' }, 'Input should be one of'],
  ['another name', { ...search, name: 'search' }, "Input should be 'web_search'"],
  ['no uses', { ...search, max_uses: 0 }, 'greater than 0'],
  ['half a token', { ...fetching, max_content_tokens: 0.5 }, 'greater than 0'],
  ['a field of the other', { ...search, max_content_tokens: 5 }, 'Extra inputs'],
  ['a scheme in a domain', { ...search, allowed_domains: ['https://a.example'] }, 'without scheme'],
  ['both lists', { ...search, allowed_domains: ['a.b'], blocked_domains: ['c.d'] }, 'only one of'],
  ['citations that are no switch', { ...fetching, citations: true }, 'valid boolean'],
])('a tool with %s is refused', async (_, tool, words) => {
  const response = await fetch(`${server.url}/v1/messages`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer k',
      'anthropic-version': '2026-10-21',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ ...body('x', []), tools: [tool] }),
  })
  expect(response.status).toBe(400)
  expect(await response.text()).toContain(words)
})

test('a model from before has the first versions alone', async () => {
  await expect(client.messages.create(body('x', [search], 'claude-haiku-4-5'))).rejects.toThrow(
    'not supported on',
  )
  const basic = { ...search, type: 'web_search_20250305' as const }
  expect(await client.messages.create(body('x', [basic], 'claude-haiku-4-5'))).toMatchObject({
    type: 'message',
  })
})

test('a turn that paused in the tools goes on from its own message, and one that did not is a prefill', async () => {
  const script = `[[sim: [{"webLookUps": [{"search": "bees"}], "text": "And", "stopReason": "pause_turn"}, {"text": "so on."}]]]`
  const asked = body(script, [search])
  const paused = await client.messages.create(asked)
  expect(paused.stop_reason).toBe('pause_turn')
  const messages = [...asked.messages, { role: 'assistant' as const, content: paused.content }]
  expect(await client.messages.create({ ...asked, messages })).toMatchObject({
    content: [{ text: 'so on.' }],
  })
  const prefilled = [...asked.messages, { role: 'assistant' as const, content: 'And' }]
  await expect(client.messages.create({ ...asked, messages: prefilled })).rejects.toThrow('prefill')
})
