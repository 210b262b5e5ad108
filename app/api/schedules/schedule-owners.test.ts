import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ScheduleShown, scheduleSchema, schedulesSchema } from '@/lib/api/automations/schedules'
import { createClockAhead } from '@/lib/server/testing/real-clock'
import { workflow } from '@/lib/server/testing/test-app'
import { startTeam, type Team } from '../members/testing'

let team: Team
const time = createClockAhead()
const setClock = (at: string) => {
  time.aheadMs = Date.parse(at) - Date.now()
}
beforeAll(async () => {
  setClock('2026-11-30T12:00:00Z')
  team = await startTeam({ files: { 'a.txt': 'alpha' }, tuning: { clock: time } })
})
afterAll(() => team.dispose())

const free = { script: workflow('return 1') }
const shell = { ...free, permissions: { write: true, shell: true } }
const add = (cookie: string, more: object = {}) =>
  team.ask('POST', '/api/schedules', { cookie, body: { name: 'One', launch: free, cron: '@daily', ...more } })
const added = async (cookie: string, more: object = {}): Promise<ScheduleShown> =>
  scheduleSchema.parse(await (await add(cookie, more)).json())
const found = async (id: string): Promise<ScheduleShown | undefined> => {
  const answer = await team.ask('GET', '/api/schedules', { cookie: team.cookies.viewer })
  return schedulesSchema.parse(await answer.json()).schedules.find((one) => one.id === id)
}

test('a viewer reads schedules and changes none, and no key makes one', async () => {
  const { id } = await added(team.cookies.launcher)
  const as = { cookie: team.cookies.viewer }
  expect((await add(team.cookies.viewer)).status).toBe(403)
  expect((await team.ask('PATCH', `/api/schedules/${id}`, { ...as, body: { isOn: false } })).status).toBe(403)
  expect((await team.ask('DELETE', `/api/schedules/${id}`, as)).status).toBe(403)
  expect((await team.ask('POST', `/api/schedules/${id}/run`, as)).status).toBe(403)
  const { key } = await team.makeKey(team.cookies.admin, { name: 'ci', role: 'admin' })
  const body = { name: 'One', launch: free, cron: '@daily' }
  expect((await team.ask('POST', '/api/schedules', { key, body })).status).toBe(403)
  expect(await found(id)).toMatchObject({ isOn: true, owner: { name: 'Lena' } })
})

test('a launcher changes no schedule of somebody else, and schedules nothing they may not launch', async () => {
  const { id } = await added(team.cookies.admin, { launch: shell })
  const as = { cookie: team.cookies.launcher }
  const answer = await team.ask('PATCH', `/api/schedules/${id}`, { ...as, body: { isOn: false } })
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('Adam')])
  expect((await team.ask('POST', `/api/schedules/${id}/run`, as)).status).toBe(403)
  expect((await team.ask('DELETE', `/api/schedules/${id}`, as)).status).toBe(403)
  expect((await add(team.cookies.launcher, { launch: shell })).status).toBe(403)
  const own = await added(team.cookies.launcher)
  const change = await team.ask('PATCH', `/api/schedules/${own.id}`, { ...as, body: { launch: shell } })
  expect(change.status).toBe(403)
  expect((await found(id))?.isOn).toBe(true)
})

test('launches end with the role of the owner, until an admin turns the schedule on as theirs', async () => {
  const cookie = await team.invite('launcher', 'Finn')
  const { id } = await added(cookie)
  await team.ask('DELETE', `/api/members/${await team.idOf('Finn')}`, { cookie: team.cookies.owner })
  setClock('2026-12-01T00:00:00Z')
  team.api.app.schedules.wake()
  await team.api.app.schedules.atRest()
  expect(await found(id)).toMatchObject({
    isOn: false,
    offReason: 'owner',
    offDetail: 'Finn has no account here any more.',
    times: [{ outcome: 'refused' }],
  })
  await team.ask('PATCH', `/api/schedules/${id}`, { cookie: team.cookies.admin, body: { isOn: true } })
  expect(await found(id)).toMatchObject({ isOn: true, owner: { name: 'Adam' } })
})
