import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkpointListSchema } from '@/lib/api/checkpoints'
import { checkpointSchema } from '@/lib/core/run/checkpoint'
import { snapshotSchema } from '@/lib/core/run/state'
import { startTestApi, type TestApi } from './testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.dispose())

const ask = `return await checkpoint({ title: 'Which file?', detail: 'Both are possible.', input: { type: 'string', enum: ['a.ts', 'b.ts'] } })`

describe('the checkpoints of a run', () => {
  test('are listed, carried by the snapshot, and answered once by a person', async () => {
    const runId = await api.launch(ask)
    await api.until(runId, ({ event }) => event.type === 'checkpoint.opened')
    const path = `/api/runs/${runId}/checkpoints`
    const listed = checkpointListSchema.parse((await api.call('GET', path)).body)
    expect(listed.checkpoints).toMatchObject([{ checkpointId: 'c1', status: 'open', title: 'Which file?' }])
    expect(snapshotSchema.parse((await api.call('GET', `/api/runs/${runId}`)).body).checkpoints).toEqual(
      listed.checkpoints,
    )

    const unfit = await api.call('POST', `${path}/c1`, { answer: 'c.ts' })
    expect(unfit).toMatchObject({ status: 400, type: 'application/problem+json' })
    expect(unfit.text).toContain('Which file?')
    expect((await api.call('POST', `${path}/c1`, {})).status).toBe(400)
    expect((await api.call('POST', `${path}/c1`, { answer: 'a.ts', more: 1 })).status).toBe(400)
    expect((await api.call('POST', `${path}/c7`, { answer: 'a.ts' })).status).toBe(404)
    expect((await api.call('POST', `/api/runs/none/checkpoints/c1`, { answer: 'a.ts' })).status).toBe(404)

    const answered = await api.call('POST', `${path}/c1`, { answer: 'a.ts' })
    expect(answered.status).toBe(200)
    expect(checkpointSchema.parse(answered.body)).toMatchObject({
      status: 'answered',
      value: 'a.ts',
      by: 'person',
    })
    await api.ended(runId)
    expect(await api.result(runId)).toBe('a.ts')
    const late = await api.call('POST', `${path}/c1`, { answer: 'b.ts' })
    expect(late).toMatchObject({ status: 409 })
    expect(late.text).toMatch(/already answered by .* at 2/)
  })

  test('of a paused run can be answered, and the answer counts once it goes on', async () => {
    const runId = await api.launch(ask)
    await api.until(runId, ({ event }) => event.type === 'checkpoint.opened')
    expect((await api.call('POST', `/api/runs/${runId}/pause`)).status).toBe(200)
    expect((await api.call('POST', `/api/runs/${runId}/checkpoints/c1`, { answer: 'b.ts' })).status).toBe(200)
    expect((await api.state(runId)).run.status).toBe('paused')
    await api.call('POST', `/api/runs/${runId}/resume`)
    await api.ended(runId)
    expect(await api.result(runId)).toBe('b.ts')
  })
})
