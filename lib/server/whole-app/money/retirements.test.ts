import { afterEach, describe, expect, test } from 'vitest'
import { launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import { createClockAhead } from '@/lib/server/testing/real-clock'
import { fork } from '../../runs/fork'
import { launch } from '../../runs/launch'
import { plan } from '../../runs/plan'
import { readSettings } from '../../settings/settings'
import { sim, startTestApp, type TestApp, workflow } from '../../testing/test-app'

let app: TestApp | null = null
afterEach(async () => {
  await app?.dispose()
  app = null
})

/** An app whose clock says noon of a day. */
async function startOn(day: string): Promise<TestApp> {
  const clock = createClockAhead()
  clock.aheadMs = Date.parse(`${day}T12:00:00Z`) - Date.now()
  app = await startTestApp({ tuning: { clock } })
  return app
}

const ok = JSON.stringify(sim({ text: 'ok', tokens: 20 }))
const retired = 'claude-sonnet-4-5 was retired on 2026-11-30: ask for claude-sonnet-5-5 instead.'
const slower = /^Fast mode of claude-opus-4-8 was taken away on 2026-11-30/
const script = workflow(`return agent('q' + ${ok}, { phase: 'Read' })`)
const { signal } = new AbortController()

describe('after its last day', () => {
  test.each<[string, object, string, RegExp | string]>([
    ['a model', { model: 'claude-sonnet-4-5' }, 'model', retired],
    ['fast mode', { model: 'claude-opus-4-8', speed: 'fast' }, 'speed', slower],
    [
      'the model of a phase',
      { phases: { Read: { model: 'claude-sonnet-4-5' } } },
      'phases.Read.model',
      retired,
    ],
    [
      'the speed of a phase',
      { model: 'claude-opus-4-8', phases: { Read: { speed: 'fast' } } },
      'phases.Read.model',
      slower,
    ],
  ])('%s is refused at launch and by the plan, with its successor', async (_, more, path, message) => {
    const own = await startOn('2026-12-01')
    const body = launchSchema.parse({ script, ...more })
    const refusal = { kind: 'bad-request', message: expect.stringMatching(message), errors: [{ path }] }
    await expect(launch(own.app, body, null, person('ann'))).rejects.toMatchObject(refusal)
    await expect(plan(own.app, body, person('ann'), { dryRun: false, signal })).rejects.toMatchObject(refusal)
  })

  test('a call that asks for it is a failure that says so, and the others go on', async () => {
    const own = await startOn('2026-12-01')
    const id = await own.launch(
      `const told = async (options) => { try { return await agent('q' + ${ok}, options) } catch (error) { return error.message } }
       return [await told({ model: 'claude-sonnet-4-5' }), await told({ model: 'claude-opus-4-8', speed: 'fast' }), await told({ model: 'claude-opus-4-8' }), await told({})]`,
    )
    const state = await own.ended(id)
    expect(await own.result(id)).toEqual([retired, expect.stringMatching(slower), 'ok', 'ok'])
    expect(state.run).toMatchObject({
      status: 'completed-with-failures',
      reason: expect.stringContaining('2 calls were'),
    })
    expect(state.outcomeCounts).toMatchObject({ succeeded: 2, refusedCalls: 2 })
  })

  test('a launch in fast mode asks it only of models that still have it', async () => {
    const own = await startOn('2026-12-01')
    const id = await own.launch(`return agent('q' + ${ok}, { model: 'claude-opus-4-8' })`, {
      model: 'claude-opus-5-5',
      speed: 'fast',
    })
    const { log, outcomeCounts } = await own.ended(id)
    expect(outcomeCounts.succeeded).toBe(1)
    expect(log.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('claude-opus-4-8 has no fast mode'),
    )
  })

  test('a fork that asks for it is refused', async () => {
    const own = await startOn('2026-12-01')
    const id = await own.launch(script)
    await own.ended(id)
    await expect(fork(own.app, id, { model: 'claude-sonnet-4-5' }, person('ann'))).rejects.toThrow(retired)
    await expect(
      fork(own.app, id, { agents: [{ agentId: 'a1', model: 'claude-sonnet-4-5' }] }, person('ann')),
    ).rejects.toThrow(retired)
  })
})

test('before its last day it can be had, and plan and list of models say until when', async () => {
  const own = await startOn('2026-11-30')
  const body = launchSchema.parse({ script, model: 'claude-sonnet-4-5' })
  const { notes } = await plan(own.app, body, person('ann'), { dryRun: false, signal })
  expect(notes).toContainEqual(expect.stringContaining('can be had until 2026-11-30'))
  const { id } = await launch(own.app, body, null, person('ann'))
  expect((await own.ended(id)).run.status).toBe('completed')
  const listed = (await readSettings(own.app, person('ann'))).models.find(
    ({ id: model }) => model === 'claude-sonnet-4-5',
  )
  expect(listed).toMatchObject({ isRetired: false, retirement: expect.stringContaining('2026-11-30') })
})
