import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { problemSchema } from '@/lib/api/problem'
import { launchedSchema } from '@/lib/api/runs'
import { settingsSchema } from '@/lib/api/settings'
import { eventsOf, sim, workflow } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from '../testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.dispose())

const allow = (allowedModels: string[] | null) => api.call('PUT', '/api/settings', { allowedModels })
beforeEach(async () => {
  expect((await allow(null)).status).toBe(200)
})

const says = JSON.stringify(sim({ text: 'ok' }))
const script = workflow(`phase('Deep')\nreturn agent('x ' + ${says})`)
const launch = (more: object = {}) => api.call('POST', '/api/runs', { script, ...more })
const idOf = ({ body }: { body: unknown }) => launchedSchema.parse(body).id
const stateOf = async (more: object) => api.ended(idOf(await launch(more)))

test('are set by their short names, told with the settings, and kept over a restart', async () => {
  const answer = settingsSchema.parse((await allow(['sonnet', 'claude-haiku-5-5', 'haiku'])).body)
  expect(answer.allowedModels).toEqual(['claude-sonnet-5-5', 'claude-haiku-5-5'])
  const other = await api.call('PUT', '/api/settings', { runCapUsd: 4 })
  expect(settingsSchema.parse(other.body).allowedModels).toHaveLength(2)
  const kept = await api.app.store.getSetting('installation')
  expect(kept).toMatchObject({ allowedModels: ['claude-sonnet-5-5', 'claude-haiku-5-5'] })
})

test.each([
  ['no model at all', [], 400],
  ['an empty name', [''], 400],
  ['a list without the default model', ['haiku'], 409],
] as const)('%s is refused, and nothing changes', async (_, models, status) => {
  expect((await allow([...models])).status).toBe(status)
  expect(api.app.settings.allowedModels).toBeNull()
})

test('a default model that is not allowed is refused, together with another list it is taken', async () => {
  await allow(['sonnet'])
  const change = (body: object) => api.call('PUT', '/api/settings', body)
  expect((await change({ defaultModel: 'haiku' })).status).toBe(409)
  expect((await change({ defaultModel: 'haiku', allowedModels: ['haiku'] })).status).toBe(200)
  expect((await stateOf({})).run.model).toBe('claude-haiku-5-5')
  await change({ defaultModel: 'sonnet', allowedModels: null })
})

test.each<[string, object, string]>([
  ['the launch', { model: 'opus' }, 'model'],
  ['its fallback', { fallbackModel: 'opus' }, 'fallbackModel'],
  ['what agents may choose', { models: ['haiku', 'opus'] }, 'models'],
  ['a phase', { phases: { Deep: { model: 'opus' } } }, 'phases.Deep.model'],
])(
  '%s that names another is refused, in an estimate too, with those that are allowed',
  async (_, more, path) => {
    await allow(['sonnet', 'haiku'])
    for (const answer of [await launch(more), await api.call('POST', '/api/estimate', { script, ...more })]) {
      expect(answer.status).toBe(400)
      const { detail, errors } = problemSchema.parse(answer.body)
      expect(detail).toBe(
        'claude-opus-5-5 is not allowed in the project Default. Allowed: claude-sonnet-5-5, claude-haiku-5-5.',
      )
      expect(errors?.map((error) => error.path)).toEqual([path])
    }
    await allow(['sonnet', 'haiku', 'opus'])
    expect((await launch(more)).status).toBe(201)
  },
)

test('a script, and an agent that leads others, choose among the allowed alone', async () => {
  await allow(['sonnet', 'haiku'])
  const child = (model: string) => ({ label: model, prompt: sim({ text: 'ok' }), model })
  const lead = sim(
    { toolCalls: [{ name: 'spawn_agents', input: { agents: [child('opus'), child('haiku')] } }] },
    { toolCalls: [{ name: 'wait_for_agents', input: {} }] },
    { text: 'done' },
  )
  const chooses = workflow(`
    await agent('x ' + ${says}, { model: 'opus' })
    return agent(${JSON.stringify(lead)}, { spawn: true })`)
  const { run, agents } = await stateOf({ script: chooses })
  expect([...agents.values()].map(({ model }) => model).sort()).toEqual([
    'claude-haiku-5-5',
    ...Array(3).fill('claude-sonnet-5-5'),
  ])
  const noted = eventsOf(await api.journal(run.id), 'run.noted').map(({ message }) => message)
  expect(noted[0]).toMatch(/^claude-opus-5-5 is not allowed in this run/)
  expect((await stateOf({ models: ['haiku'] })).run.models).toEqual(['claude-haiku-5-5'])
})

test('a fork of a run whose model is allowed no more needs another; the run itself stays', async () => {
  const id = idOf(await launch({ model: 'opus' }))
  await api.ended(id)
  await allow(['sonnet'])
  const fork = (body: object) => api.call('POST', `/api/runs/${id}/fork`, body)
  expect((await fork({})).status).toBe(400)
  const override = { agents: [{ agentId: 'a1', model: 'haiku' }], model: 'sonnet' }
  expect(problemSchema.parse((await fork(override)).body).detail).toContain('claude-haiku-5-5 is not allowed')
  const { run } = await api.ended(idOf(await fork({ model: 'sonnet' })))
  expect(run).toMatchObject({ model: 'claude-sonnet-5-5', models: ['claude-sonnet-5-5'] })
})
