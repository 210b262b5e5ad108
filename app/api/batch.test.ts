import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { launchedSchema, transcriptSchema } from '@/lib/api/runs'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from './testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.dispose())

const cut = workflow(`return agent('say ${sim({ tokens: 400 })}', { maxTokens: 100 })`)

async function ended(body: object): Promise<string> {
  const { status, body: answer } = await api.call('POST', '/api/runs', body)
  expect(status).toBe(201)
  const { id } = launchedSchema.parse(answer)
  await api.ended(id)
  return id
}

const problemSchema = z.object({
  detail: z.string(),
  errors: z.array(z.object({ path: z.string() })).optional(),
})

test('a launch says how it is delivered, and every turn how it came', async () => {
  const id = await ended({ script: cut, delivery: 'batch' })
  const run = await api.call('GET', `/api/runs/${id}`)
  expect(run.body).toMatchObject({
    run: { delivery: 'batch' },
    // What was cut went on in a batch of its own.
    batches: ['b1', 'b2'].map((batchId) => ({ batchId, status: 'ended', turns: 1 })),
  })
  const transcript = transcriptSchema.parse((await api.call('GET', `/api/runs/${id}/agents/a1`)).body)
  expect(transcript.options.delivery).toBe('batch')
  expect(transcript.turns.map(({ delivery }) => delivery)).toEqual(['batch', 'batch'])
  const costs = await api.call('GET', `/api/runs/${id}/costs`)
  expect(costs.body).toMatchObject({ lines: [{ delivery: 'batch', turns: 2 }] })
})

test.each([{ delivery: 'by post' }, { delivery: null }, { delivery: 7 }, { delivery: ['batch'] }])(
  'a launch with %j is refused, with the field named',
  async (body) => {
    const answer = await api.call('POST', '/api/runs', { script: cut, ...body })
    expect(answer.status).toBe(400)
    expect(problemSchema.parse(answer.body).errors?.map(({ path }) => path)).toEqual(['delivery'])
  },
)

test('another attempt with rubbish is refused before anything is asked', async () => {
  const id = await ended({ script: cut })
  const before = (await api.journal(id)).length
  const rubbish: [string | object, number, RegExp][] = [
    [{ maxTokens: -1 }, 400, /maxTokens/],
    [{ maxTokens: 1.5 }, 400, /maxTokens/],
    [{ maxTokens: '300000' }, 400, /maxTokens/],
    [{ maxTokens: 300_001, delivery: 'batch' }, 400, /300,000/],
    [{ delivery: 'fast' }, 400, /delivery/],
    [{ speed: 'fast' }, 400, /speed/],
    ['{"maxTokens":', 400, /not JSON/],
    [{ maxTokens: 200_000 }, 409, /at most 128,000 output tokens per turn live. Ask for it as a batch/],
  ]
  for (const [body, status, detail] of rubbish) {
    const answer = await api.call('POST', `/api/runs/${id}/agents/a1/retry`, body)
    expect(answer.type).toBe('application/problem+json')
    expect([status, answer.text]).toEqual([answer.status, expect.stringMatching(detail)])
  }
  expect(await api.journal(id)).toHaveLength(before)
})
