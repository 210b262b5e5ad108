import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LaunchInput, launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import { runSpecSchema } from '@/lib/core/spec/run'
import { calibration } from '../../runs/calibration'
import { fork } from '../../runs/fork'
import { launch } from '../../runs/launch'
import { plan } from '../../runs/plan'
import { eventsOf, startTestApp, type TestApp, workflow } from '../../testing/test-app'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.dispose())

const named = (name: string) =>
  workflow(`return await parallel(args.names.map((name) => () => agent('Tell about ' + name)))`, name)
const bodyOf = (name: string, more: Partial<LaunchInput> = {}) =>
  launchSchema.parse({ script: named(name), args: { names: ['a', 'b', 'c'] }, ...more })
const planned = (body: LaunchInput, dryRun: boolean) =>
  plan(app.app, body, person('tester'), { dryRun, signal: new AbortController().signal })
const launched = async (body: LaunchInput) => {
  const { id } = await launch(app.app, body, null, person('tester'))
  await app.until(id, ({ event }) => event.type === 'run.created')
  return id
}
const estimateOf = async (id: string) => (await app.state(id)).run.estimate

test('a run keeps its estimate, in its journal and through a restart', async () => {
  const body = bodyOf('kept')
  const { agents, costNanoUsd, tokens, seconds, basis } = await planned(body, false)
  const id = await launched(body)
  const kept = { agents, costNanoUsd, tokens, seconds, basis }
  expect(await estimateOf(id)).toEqual(kept)
  expect(eventsOf(await app.journal(id), 'run.created')[0]?.spec.estimate).toEqual(kept)
  await app.ended(id)
  await app.restart()
  expect(await estimateOf(id)).toEqual(kept)
})

test('a plan that was counted before is the one that is saved, whatever caps and names were changed since', async () => {
  const body = bodyOf('counted-first')
  const trial = await planned(body, true)
  await planned(body, false)
  const id = await launched({ ...body, limits: { usd: 2 }, title: 'Under a name', tags: ['x'] })
  expect(await estimateOf(id)).toMatchObject({ agents: { low: 3, likely: 3, high: 3 }, basis: trial.basis })
  const other = await launched({ ...body, args: { names: ['a'] } })
  expect((await estimateOf(other))?.basis).not.toBe(trial.basis)
  await Promise.all([app.ended(id), app.ended(other)])
})

test('dry runs, forks and goals keep none, and old journals had none', async () => {
  const dryRun = await launched(bodyOf('no-estimate', { dryRun: true }))
  expect(await estimateOf(dryRun)).toBeNull()
  const origin = await launched(bodyOf('no-estimate'))
  await Promise.all([app.ended(dryRun), app.ended(origin)])
  const forked = await fork(app.app, origin, {}, person('tester'))
  expect(await estimateOf(forked.id)).toBeNull()
  await app.ended(forked.id)
  const goal = await launched(launchSchema.parse({ goal: 'find out', approval: 'ask' }))
  expect(await estimateOf(goal)).toBeNull()
  const { estimate: _, ...old } = runSpecSchema.parse((await app.state(origin)).run)
  expect(runSpecSchema.parse(old).estimate).toBeNull()
})

test('the plan tells how earlier estimates held: of this workflow from three on, else of all, real and simulated apart', async () => {
  const run = async (name: string, more: Partial<LaunchInput> = {}) =>
    app.ended(await launched(bodyOf(name, more)))
  for (const _ of [1, 2]) await run('calibrated')
  await run('calibrated', { dryRun: true })
  const before = (await planned(bodyOf('calibrated'), false)).calibration
  expect(before).toMatchObject({ of: 'all' })
  expect(before?.runs).toBeGreaterThanOrEqual(3)

  const last = await run('calibrated')
  const { estimate } = last.run
  const { calibration: told } = await planned(bodyOf('calibrated'), false)
  expect(told).toMatchObject({ of: 'workflow', runs: 3 })
  expect(estimate?.basis).toContain('2 earlier runs')
  // Rests on two equal runs before it, so it holds.
  expect(last.totals.costNanoUsd).toBeGreaterThanOrEqual(estimate?.costNanoUsd?.low ?? Number.NaN)
  expect(last.totals.costNanoUsd).toBeLessThanOrEqual(estimate?.costNanoUsd?.high ?? Number.NaN)
  expect(told?.within).toBeGreaterThanOrEqual(1)

  expect(await calibration(app.app, 'calibrated', true)).toBeNull()
  expect(await app.app.store.estimatedRuns({ workflow: null, simulated: false, runs: 2 })).toHaveLength(2)
  // A run that is stopped is looked back on and said not to tell anything; one that never began is no run.
  const stopped = await launched(bodyOf('calibrated', { limits: { usd: 0.001 }, onLimit: 'end' }))
  const draft = await launched(bodyOf('calibrated', { approval: 'ask' }))
  await app.app.engine.cancel(draft, person('tester'))
  expect((await app.ended(draft)).run.status).toBe('cancelled')
  expect((await app.ended(stopped)).run.status).toBe('stopped-at-limit')
  expect((await planned(bodyOf('calibrated'), false)).calibration).toMatchObject({
    of: 'workflow',
    runs: 4,
    within: told?.within,
    stoppedEarly: 1,
    unpriced: 0,
  })
  const strange = `'; DROP TABLE runs; --`
  expect(await app.app.store.estimatedRuns({ workflow: strange, simulated: false, runs: 20 })).toEqual([])
})
