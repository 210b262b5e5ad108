import { afterEach, expect, test } from 'vitest'
import { foundAgentsSchema } from '@/lib/api/runs'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from './testing'

let api: TestApi
afterEach(() => api.dispose())

test('agents are found by what they were asked, what they answered, and what their tools said', async () => {
  api = await startTestApi()
  const told = JSON.stringify(`Say it. ${sim({ text: 'The “quoted” word is\nZEBRA-7, 100% sure_' })}`)
  const reads = JSON.stringify(
    `Read. ${sim({ toolCalls: [{ name: 'read_file', input: { path: 'a.txt' } }] }, { text: 'done' })}`,
  )
  const script = workflow(
    `return parallel([() => agent(${told}), () => agent('Count the giraffes'), () => agent(${reads})])`,
  )
  const id = await api.launch(script)
  await api.ended(id)
  const found = async (q: string) => {
    const { status, body } = await api.call('GET', `/api/runs/${id}/search?${new URLSearchParams({ q })}`)
    expect([q, status]).toEqual([q, 200])
    return foundAgentsSchema.parse(body).agents
  }
  expect(await found('zebra-7')).toEqual(['a1'])
  expect(await found('word is\nZEBRA')).toEqual(['a1'])
  expect(await found('“quoted”')).toEqual(['a1'])
  expect(await found('giraffes')).toEqual(['a2'])
  expect(await found('a.txt')).toContain('a3')
  // A pattern of the database is only text here, and words of the wire are not words of the conversation.
  for (const nothing of [
    '%giraffes%',
    'sure%',
    'g_raffes',
    'tool_use_id',
    "'; DROP TABLE messages;--",
    '\u0000',
  ])
    expect([nothing, await found(nothing)]).toEqual([nothing, []])
  for (const q of ['', '   ', 'x'.repeat(501)])
    expect((await api.call('GET', `/api/runs/${id}/search?${new URLSearchParams({ q })}`)).status).toBe(400)
  expect((await api.call('GET', `/api/runs/${id}/search`)).status).toBe(400)
  expect((await api.call('GET', '/api/runs/nobody/search?q=x')).status).toBe(404)
})
