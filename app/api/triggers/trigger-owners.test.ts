import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TriggerShown, triggersSchema, triggerWithSecretSchema } from '@/lib/api/automations/triggers'
import { workflow } from '@/lib/server/testing/test-app'
import { startTeam, type Team } from '../members/testing'

let team: Team
beforeAll(async () => {
  team = await startTeam({ files: { 'a.txt': 'alpha' } })
})
afterAll(() => team.dispose())

const free = { script: workflow('return 1') }
const shell = { ...free, permissions: { write: true, shell: true } }
const add = (cookie: string, more: object = {}) =>
  team.ask('POST', '/api/triggers', { cookie, body: { name: 'One', launch: free, ...more } })
const added = async (cookie: string, more: object = {}) =>
  triggerWithSecretSchema.parse(await (await add(cookie, more)).json())
const found = async (id: string): Promise<TriggerShown | undefined> => {
  const answer = await team.ask('GET', '/api/triggers', { cookie: team.cookies.viewer })
  return triggersSchema.parse(await answer.json()).triggers.find((one) => one.id === id)
}
const deliver = ({ trigger, secret }: Awaited<ReturnType<typeof added>>, id: string) => {
  const at = new Date()
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, '{}'),
  }
  return team.ask('POST', trigger.path, { headers, body: {} })
}

test('only an admin makes and changes triggers, and no key; a viewer reads them without a secret', async () => {
  const made = await added(team.cookies.admin)
  const { id } = made.trigger
  for (const role of ['viewer', 'launcher'] as const) {
    const as = { cookie: team.cookies[role] }
    expect((await add(as.cookie)).status).toBe(403)
    expect((await team.ask('PATCH', `/api/triggers/${id}`, { ...as, body: { isOn: false } })).status).toBe(
      403,
    )
    expect((await team.ask('DELETE', `/api/triggers/${id}`, as)).status).toBe(403)
    expect((await team.ask('POST', `/api/triggers/${id}/secret`, { ...as, body: {} })).status).toBe(403)
  }
  const { key } = await team.makeKey(team.cookies.admin, { name: 'ci', role: 'admin' })
  expect((await team.ask('POST', '/api/triggers', { key, body: { name: 'One', launch: free } })).status).toBe(
    403,
  )
  expect(JSON.stringify(await found(id))).not.toContain('whsec_')
  expect(await found(id)).toMatchObject({ isOn: true, owner: { name: 'Adam' } })
})

test('a delivery needs no session, and a session is none', async () => {
  const made = await added(team.cookies.admin)
  expect((await deliver(made, 'msg_1')).status).toBe(200)
  const asked = await team.ask('POST', made.trigger.path, { cookie: team.cookies.owner, body: {} })
  expect(asked.status).toBe(401)
})

test('an owner who was demoted or removed launches nothing more, until an admin turns it on as theirs', async () => {
  const cookie = await team.invite('admin', 'Finn')
  const made = await added(cookie, { launch: shell })
  const { id } = made.trigger
  const finn = await team.idOf('Finn')
  const as = { cookie: team.cookies.owner }
  await team.ask('PATCH', `/api/members/${finn}`, { ...as, body: { role: 'launcher' } })
  expect(await (await deliver(made, 'msg_1')).json()).toMatchObject({ outcome: 'refused', runId: null })
  expect(await found(id)).toMatchObject({
    isOn: false,
    offReason: 'owner',
    offDetail: 'Finn is launcher, and this launch needs the role admin.',
  })
  await team.ask('DELETE', `/api/members/${finn}`, as)
  await team.ask('PATCH', `/api/triggers/${id}`, {
    cookie: team.cookies.admin,
    body: { launch: free, isOn: true },
  })
  expect(await found(id)).toMatchObject({ isOn: true, owner: { name: 'Adam' } })
  expect(await (await deliver(made, 'msg_2')).json()).toMatchObject({ outcome: 'launched' })
})
