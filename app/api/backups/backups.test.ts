import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { backupsSchema } from '@/lib/api/backups'
import { verify } from '@/lib/server/backup/restore'
import { makeVerified } from '@/lib/server/backups/backup-files'
import { createClockAhead } from '@/lib/server/testing/real-clock'
import { startTestApi, type TestApi } from '../testing'

let api: TestApi
let time: ReturnType<typeof createClockAhead>
const setClock = (at: string) => {
  time.aheadMs = Date.parse(at) - Date.now()
}
beforeEach(async () => {
  time = createClockAhead()
  setClock('2026-11-30T12:00:00Z')
  api = await startTestApi({ tuning: { clock: time } })
})
afterEach(() => api.dispose())

const read = async () => backupsSchema.parse((await api.call('GET', '/api/backups')).body)
const set = async (schedule: object | null) => {
  const answer = await api.call('PUT', '/api/backups', { schedule })
  expect(answer.status, answer.text).toBe(200)
  return backupsSchema.parse(answer.body)
}
/** What the watch does when its timer fires at this moment. */
const at = async (moment: string) => {
  setClock(moment)
  api.app.backups.wake()
  await api.app.backups.atRest()
  return read()
}
const folder = () => api.app.env.backupDir
const metric = async (name: string) => {
  const { text } = await api.call('GET', '/metrics')
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1],
  )
}

test('none is made until somebody says so, and then one at each time, of which so many are kept', async () => {
  expect(await at('2026-12-24T03:00:00Z')).toMatchObject({
    schedule: null,
    nextAt: null,
    files: [],
    last: null,
  })
  setClock('2026-11-30T12:00:00Z')
  expect(await set({ cron: '0 3 * * *', keep: 2 })).toMatchObject({ nextAt: '2026-12-01T03:00:00.000Z' })
  mkdirSync(folder(), { recursive: true })
  writeFileSync(join(folder(), 'skein-mine.tar'), 'mine')
  expect((await at('2026-12-01T02:59:00Z')).files).toEqual([])
  for (const day of ['01', '02', '03']) await at(`2026-12-${day}T03:00:10Z`)
  const { files, last, goodAt, nextAt } = await read()
  expect(files.map(({ name }) => name.slice(0, 22))).toEqual([
    'skein-2026-12-03T03-00',
    'skein-2026-12-02T03-00',
  ])
  expect(last?.trouble).toBeNull()
  expect(goodAt).toMatch(/^2026-12-03T03:00/)
  expect(nextAt).toBe('2026-12-04T03:00:00.000Z')
  expect(readdirSync(folder()).sort()).toHaveLength(3)
  for (const { name } of files) {
    expect((await verify(join(folder(), name))).files.map(({ path }) => path)).toContain('skein.db')
    expect(statSync(join(folder(), name)).mode & 0o077).toBe(0)
  }
  expect(await metric('skein_backup_failed')).toBe(0)
  expect(await metric('skein_backup_last_success_timestamp_seconds')).toBe(Date.parse(goodAt ?? '') / 1000)
})

test('one that was due while no server ran is made up for, once', async () => {
  await set({ cron: '0 3 * * *' })
  setClock('2026-12-05T12:00:00Z')
  await api.testApp.restart()
  await api.testApp.app.backups.atRest()
  expect(readdirSync(api.testApp.app.env.backupDir)).toHaveLength(1)
})

test('one that fails is told, warned of, counted, and keeps those that are there', async () => {
  await set({ cron: '0 3 * * *', keep: 1 })
  const [good] = (await at('2026-12-01T03:00:10Z')).files
  const real = folder()
  rmSync(join(api.app.env.dataDir, 'in-the-way'), { force: true })
  writeFileSync(join(api.app.env.dataDir, 'in-the-way'), '')
  api.app.env.backupDir = join(api.app.env.dataDir, 'in-the-way')
  setClock('2026-12-02T03:00:10Z')
  api.app.backups.wake()
  await api.app.backups.atRest()
  api.app.env.backupDir = real
  const told = await read()
  expect(told.last?.trouble).toContain('SKEIN_BACKUP_DIR')
  expect(told.goodAt).toMatch(/^2026-12-01/)
  expect(told.files).toEqual([good])
  expect(told.nextAt).toBe('2026-12-03T03:00:00.000Z')
  expect(await metric('skein_backup_failed')).toBe(1)
  const alerts = await api.call('GET', '/api/alerts')
  expect(alerts.text).toContain('"kind":"backup"')
  expect((await at('2026-12-03T03:00:10Z')).last?.trouble).toBeNull()
  expect(await metric('skein_backup_failed')).toBe(0)
})

test('one whose file is there already replaces nothing', async () => {
  const moment = { at: '2026-12-01T03:00:00.000Z', keep: 3 }
  await makeVerified(api.app.env.dataDir, folder(), moment)
  const [name = ''] = readdirSync(folder())
  const before = readFileSync(join(folder(), name))
  await expect(makeVerified(api.app.env.dataDir, folder(), moment)).rejects.toThrow('is there already')
  expect(readFileSync(join(folder(), name)).equals(before)).toBe(true)
})

test('one is made when somebody asks, whether any are scheduled, and they end when none are', async () => {
  const made = await api.call('POST', '/api/backups/run')
  expect(backupsSchema.parse(made.body)).toMatchObject({
    schedule: null,
    isUnderWay: false,
    last: { trouble: null },
  })
  expect(existsSync(folder())).toBe(true)
  await set({ cron: '@daily' })
  expect(await set(null)).toMatchObject({ schedule: null, nextAt: null })
  expect((await at('2026-12-09T00:00:10Z')).files).toHaveLength(1)
})

test.each([
  [{ cron: 'x' }, 'five fields'],
  [{ cron: '* * * * *' }, 'every 5 minutes'],
  [{ cron: '@daily', keep: 0 }, '1 or more'],
  [{ cron: '@daily', keep: 1.5 }, 'whole'],
  [{ cron: '@daily', timeZone: 'Mars' }, 'IANA'],
  [{ cron: '@daily', folder: '/etc' }, 'folder'],
  ['daily', 'schedule'],
])('%j is refused with why', async (schedule, why) => {
  const answer = await api.call('PUT', '/api/backups', { schedule })
  expect(answer.status).toBe(400)
  expect(answer.text).toContain(why)
  expect((await read()).schedule).toBeNull()
})
