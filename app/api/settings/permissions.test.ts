import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { problemSchema } from '@/lib/api/problem'
import { launchedSchema } from '@/lib/api/runs'
import { settingsSchema } from '@/lib/api/settings'
import { leastAtFirst, noBounds, noPermissions } from '@/lib/core/spec/permissions'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from '../testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({ files: { 'a.txt': 'a\n' } })
})
afterAll(() => api.dispose())

const change = (body: object) => api.call('PUT', '/api/settings', body)
beforeEach(async () => {
  expect((await change({ permissionBounds: noBounds, initialPermissions: leastAtFirst })).status).toBe(200)
})

const script = workflow(`return agent('x ' + ${JSON.stringify(sim({ text: 'ok' }))})`)
const launch = (more: object = {}) =>
  api.call('POST', '/api/runs', { script, workspace: api.workspace, ...more })
const idOf = ({ body }: { body: unknown }) => launchedSchema.parse(body).id
const runOf = async (more: object) => (await api.ended(idOf(await launch(more)))).run

test('are bounded and granted by the settings, and kept over a restart', async () => {
  const permissionBounds = { ...noBounds, shell: false, hosts: ['*.example.org'] }
  const initialPermissions = { ...leastAtFirst, write: true, whenNotPermitted: 'ask' as const }
  const saved = settingsSchema.parse((await change({ permissionBounds, initialPermissions })).body)
  expect(saved).toMatchObject({ permissionBounds, initialPermissions })
  expect(await api.app.store.getSetting('installation')).toMatchObject({
    permissionBoundsOf: { default: permissionBounds },
    initialPermissionsOf: { default: initialPermissions },
  })
})

test.each<[string, object, object, string]>([
  ['writing', { write: false }, { write: true }, 'write'],
  ['commands', { shell: false }, { shell: true }, 'shell'],
  ['the web', { web: false }, { web: true }, 'web'],
  ['another host', { hosts: ['*.example.org'] }, { shell: true, hosts: ['example.net'] }, 'hosts'],
])(
  '%s that the project does not allow is refused at launch and in an estimate',
  async (_, off, asks, path) => {
    await change({ permissionBounds: { ...noBounds, ...off } })
    const permissions = { ...noPermissions, ...asks }
    const answers = [
      await launch({ permissions }),
      await api.call('POST', '/api/estimate', { script, workspace: api.workspace, permissions }),
    ]
    for (const answer of answers) {
      expect(answer.status).toBe(400)
      const { detail, errors } = problemSchema.parse(answer.body)
      expect(detail).toMatch(
        /^Runs of the project Default may not .* An admin changes that in the settings\.$/,
      )
      expect(errors?.map((error) => error.path)).toEqual([`permissions.${path}`])
    }
  },
)

test('a launch that says nothing has what the project grants, one that says something has that alone', async () => {
  await change({ initialPermissions: { ...leastAtFirst, write: true, web: true, whenNotPermitted: 'ask' } })
  expect(await runOf({})).toMatchObject({
    permissions: { ...noPermissions, write: true, web: true },
    whenNotPermitted: 'ask',
  })
  expect(await runOf({ permissions: noPermissions, whenNotPermitted: 'refuse' })).toMatchObject({
    permissions: noPermissions,
    whenNotPermitted: 'refuse',
  })
  const { run } = await api.ended(idOf(await api.call('POST', '/api/runs', { script })))
  expect(run.permissions).toEqual({ ...noPermissions, web: true })
})

test('what is granted is within the bounds: more is refused, and narrower bounds take it back', async () => {
  await change({ permissionBounds: { ...noBounds, web: false } })
  const initialPermissions = { ...leastAtFirst, web: true }
  expect((await change({ initialPermissions })).status).toBe(400)
  expect((await change({ initialPermissions: leastAtFirst, permissionBounds: noBounds })).status).toBe(200)
  await change({ initialPermissions })
  const narrowed = settingsSchema.parse(
    (await change({ permissionBounds: { ...noBounds, web: false } })).body,
  )
  expect(narrowed.initialPermissions.web).toBe(false)
  expect((await runOf({})).permissions).toEqual(noPermissions)
})

test('bounds and what is granted beyond them are refused together, and neither is changed', async () => {
  const before = structuredClone(api.app.settings)
  const permissionBounds = { ...noBounds, shell: false }
  const refused = await change({ permissionBounds, initialPermissions: { ...leastAtFirst, shell: true } })
  expect(refused.status).toBe(400)
  expect(api.app.settings).toEqual(before)
})

test('a run goes on as it was launched, and a fork of it is refused what is allowed no more', async () => {
  const id = idOf(await launch({ permissions: { ...noPermissions, write: true } }))
  await change({ permissionBounds: { ...noBounds, write: false } })
  expect((await api.ended(id)).run.permissions.write).toBe(true)
  const fork = await api.call('POST', `/api/runs/${id}/fork`, {})
  expect(fork.status).toBe(400)
  expect(problemSchema.parse(fork.body).errors?.[0]?.path).toBe('permissions.write')
})

test.each([
  ['hosts that are addresses', { permissionBounds: { ...noBounds, hosts: ['https://example.org/'] } }],
  ['hosts with control characters', { permissionBounds: { ...noBounds, hosts: ['a\u0000.example.org'] } }],
  ['a switch that is a word', { permissionBounds: { ...noBounds, shell: 'no' } }],
  ['no object', { initialPermissions: 'all' }],
  ['another policy', { initialPermissions: { ...leastAtFirst, whenNotPermitted: 'allow' } }],
  ['101 hosts', { initialPermissions: { ...leastAtFirst, hosts: Array(101).fill('a.example') } }],
])('%s are refused, and nothing changes', async (_, body) => {
  const before = structuredClone(api.app.settings)
  expect((await change(body)).status).toBe(400)
  expect(api.app.settings).toEqual(before)
})
