import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { launchedSchema } from '@/lib/api/runs'
import { type LogSettings, setLog } from '@/lib/server/log/log'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from './testing'

let api: TestApi
let before: LogSettings
let lines: string[]
beforeEach(async () => {
  api = await startTestApi({ files: { 'a.txt': 'alpha' } })
  lines = []
  for (const name of ['info', 'warn', 'error'] as const)
    vi.spyOn(console, name).mockImplementation((line: unknown) => void lines.push(String(line)))
  before = setLog({ format: 'json', level: 'debug', secrets: api.app.env.secrets })
})
afterEach(async () => {
  setLog(before)
  vi.mocked(console.error).mockClear()
  await api.dispose()
})

const lineSchema = z.looseObject({ time: z.string(), level: z.string(), message: z.string() })
const written = () => lines.map((line) => lineSchema.parse(JSON.parse(line)))

test('a run tells in the log how it went, by ids alone; a request is known by its id and no other line is', async () => {
  const script = workflow(
    `await agent('Of the merger. ' + ${JSON.stringify(sim({ text: 'the merger' }))}, { label: 'the merger' })`,
  )
  const body = { script, title: 'The merger', workspace: api.workspace }
  const { id } = launchedSchema.parse((await api.call('POST', '/api/runs', body)).body)
  await api.ended(id)
  await api.call('GET', `/api/runs/${id}`, undefined, { 'x-request-id': 'from-the-proxy' })
  const ofRun = written().filter(({ run }) => run === id)
  expect(ofRun.map(({ message }) => message)).toEqual(
    expect.arrayContaining(
      ['run.created', 'run.started', 'agent.ended: succeeded', `GET /api/runs/${id} 200`].map((one) =>
        expect.stringContaining(one),
      ),
    ),
  )
  expect(ofRun).toContainEqual(expect.objectContaining({ agent: 'a1', project: 'default' }))
  expect(ofRun.filter(({ request }) => request === 'from-the-proxy')).toHaveLength(1)
  // A run outlives the request that launched it, and is none of its lines.
  expect(
    ofRun.filter(({ message }) => message.startsWith('run.ended')).map(({ request }) => request),
  ).toEqual([undefined])
  const text = lines.join('\n')
  for (const word of ['merger', api.workspace, api.app.env.apiKey ?? 'none']) expect(text).not.toContain(word)
})

test('a fault of ours is written with its request and run, and the answer names the request', async () => {
  vi.spyOn(api.app.store, 'loadResult').mockRejectedValue(new Error(`no ${api.app.env.apiKey}`))
  const { id } = launchedSchema.parse(
    (await api.call('POST', '/api/runs', { script: workflow('return 1') })).body,
  )
  await api.ended(id)
  const answer = await api.call('GET', `/api/runs/${id}/result`)
  expect(answer.status).toBe(500)
  const [fault] = written().filter(({ level }) => level === 'error')
  expect(fault).toMatchObject({ run: id, request: answer.headers.get('x-request-id') })
  expect(fault?.message).toBe('no [redacted]')
})
