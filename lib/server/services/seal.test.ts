import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeWebhook } from '../settings/webhook'
import { startTestApp, type TestApp } from '../testing/test-app'
import { openSeal } from './seal'

let base = ''
let app: TestApp
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'skein-seal-'))
  app = await startTestApp()
})
afterAll(async () => {
  await app.dispose()
  rmSync(base, { recursive: true, force: true })
})

test('what is sealed can be opened with the same key, also later, and tells nothing otherwise', () => {
  const sealed = openSeal(base).seal('a secret – 秘密')
  expect(sealed).not.toContain('secret')
  expect(openSeal(base).open(sealed)).toBe('a secret – 秘密')
  expect(openSeal(base).seal('a secret – 秘密')).not.toBe(sealed)
  if (process.platform !== 'win32') expect(statSync(join(base, 'skein.key')).mode & 0o777).toBe(0o600)
  for (const other of ['', 'v1.', 'v1.AAAA', 'in clear', `${sealed.slice(0, -4)}AAAA`])
    expect(openSeal(base).open(other)).toBeNull()
  rmSync(join(base, 'skein.key'))
  expect(openSeal(base).open(sealed)).toBeNull()
  writeFileSync(join(base, 'skein.key'), 'short')
  expect(() => openSeal(base)).toThrow('is damaged')
})

test('the secret of the webhook is nowhere in the database in clear, and still signs after a restart', async () => {
  const receiver = {
    url: 'https://notices.example/hooks/T0PSECRETPATH',
    secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  }
  await changeWebhook(app.app, receiver)
  const stored = ['skein.db', 'skein.db-wal']
    .map((name) => readFileSync(join(app.dataDir, name), 'latin1'))
    .join('')
  expect(stored).not.toContain(receiver.secret)
  expect(stored).not.toContain('T0PSECRETPATH')
  await app.restart()
  expect(app.app.notices.receiver).toEqual({ ...receiver, format: 'json', runNotices: [] })
})

test('what an older version stored in clear is sealed at the next start', async () => {
  const receiver = { url: 'https://notices.example/', secret: 'an-old-secret-in-clear' }
  await app.app.store.putSetting('webhook', receiver)
  await app.restart()
  // It was any text then; now it is the bytes of that text, as Standard Webhooks writes them.
  const secret = `whsec_${Buffer.from(receiver.secret).toString('base64')}`
  expect(app.app.notices.receiver).toEqual({ ...receiver, secret, format: 'json', runNotices: [] })
  const stored = JSON.stringify(await app.app.store.getSetting('webhook'))
  for (const text of [receiver.secret, secret]) expect(stored).not.toContain(text)
})
