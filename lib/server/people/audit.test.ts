import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '@/db/open'
import { localActor } from '@/lib/core/base/actor'
import { startTestApp, type TestApp } from '../testing/test-app'
import { verifyAudit } from './audit'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
  for (const title of ['one', 'two', 'three', 'four'])
    await app.app.store.audit.append({
      at: '2026-11-29T12:00:00.000Z',
      actor: localActor,
      operation: 'changeRun',
      method: 'PATCH',
      path: '/api/runs/r-1',
      client: '127.0.0.1',
      details: { title },
    })
})
afterAll(() => app.dispose())

const open = () => connect(join(app.dataDir, 'skein.db'))

test('no statement changes the audit log or cuts it', () => {
  const connection = open()
  expect(() => connection.exec("UPDATE audit_log SET client = 'x'")).toThrow('only appended to')
  expect(() => connection.exec('DELETE FROM audit_log')).toThrow('only appended to')
  connection.close()
})

test('where somebody went round that, the first line that was changed or taken out is named', async () => {
  const connection = open()
  for (const name of ['audit_log_never_changes', 'audit_log_never_shrinks'])
    connection.exec(`DROP TRIGGER ${name}`)
  const whole = await verifyAudit(app.app)
  expect(whole).toMatchObject({ entries: 4, broken: null })
  const saved = connection.prepare('UPDATE audit_log SET details = ? WHERE seq = ?')
  saved.run('{"title":"other"}', 2)
  expect((await verifyAudit(app.app)).broken).toEqual({ seq: 2, why: 'it was changed after it was written' })
  saved.run('{"title":"two"}', 2)
  expect(await verifyAudit(app.app)).toEqual(whole)
  connection.exec('UPDATE audit_log SET seq = 9 WHERE seq = 3')
  expect((await verifyAudit(app.app)).broken).toEqual({ seq: 4, why: 'line 3 is missing' })
  connection.exec('UPDATE audit_log SET seq = 3 WHERE seq = 9')
  connection.exec("UPDATE audit_log SET previous = 'x' WHERE seq = 4")
  expect((await verifyAudit(app.app)).broken).toEqual({
    seq: 4,
    why: 'it does not follow from the line before it',
  })
  connection.exec('DELETE FROM audit_log WHERE seq = 4')
  const cut = await verifyAudit(app.app)
  expect([cut.broken, cut.entries, cut.head === whole.head]).toEqual([null, 3, false])
  connection.close()
})
