import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { sim, type TestAppOptions, workflow } from '@/lib/server/testing/test-app'
import { serveApi } from '../api/members/testing'
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
  return { api, served, ...client }
}

const launched = z.object({ runId: z.string(), status: z.string() })
const asking = z.object({
  runId: z.string(),
  status: z.string(),
  questions: z.array(z.object({ questionId: z.string(), title: z.string(), answer: z.unknown() })),
})
const hello = workflow(`return agent(${JSON.stringify(`Say it. ${sim({ text: 'hello' })}`)})`)

describe('a client of the protocol', () => {
  test.each(['auto', 'legacy'] as const)(
    'plans, launches, waits and reads a result in words any client knows (%s)',
    async (mode) => {
      const { client, call } = await open({}, mode)
      const { tools } = await client.listTools()
      expect(tools.map(({ name }) => name)).toEqual([
        ...['workflows', 'plan', 'launch', 'status', 'answer', 'raise', 'stop', 'retry', 'fork'],
        ...['result', 'costs'],
      ])
      expect(tools.every(({ inputSchema }) => inputSchema.type === 'object')).toBe(true)
      expect((await call('workflows')).text).toContain('code-audit')
      expect((await call('plan', { script: hello })).json).toMatchObject({ agents: { likely: 1 } })
      const { runId } = launched.parse((await call('launch', { script: hello })).json)
      const done = await call('status', { runId, waitSeconds: 50 })
      expect(done.json).toMatchObject({ status: 'completed', agents: { ended: 1, of: 1 }, questions: [] })
      expect((await call('result', { runId })).json).toMatchObject({ result: 'hello', status: 'completed' })
      expect((await call('costs', { runId })).json).toMatchObject({ turns: 1 })
      expect((await call('status')).text).toContain(runId)
      expect((await call('costs', { groupBy: 'workflow' })).json).toMatchObject({
        rows: [{ workflow: 'test' }],
      })
    },
  )
})
