import { expect, test } from 'vitest'
import { temporaryStore } from '@/db/testing'
import type { ApiKey } from '@/lib/core/ports/key-store'
import type { Store } from '@/lib/core/ports/store'
import { createVirtualClock } from '@/lib/core/testing/virtual-clock'
import { Askers, digestOf } from './askers'

const startMs = Date.parse('2026-11-29T12:00:00Z')
const aKey: ApiKey = {
  id: 'key-1',
  project: 'default',
  name: 'ci',
  digest: digestOf('skein_1'),
  hint: 'in_1',
  role: 'launcher',
  launchOnly: false,
  owner: { id: 'local', name: 'local' },
  createdAt: '2026-11-29T12:00:00.000Z',
  expiresAt: '2026-11-29T13:00:00.000Z',
  lastUsedAt: null,
  revokedAt: null,
}

function askersOver(store: Pick<Store, 'people' | 'keys' | 'projects'>) {
  const clock = createVirtualClock(startMs)
  return { clock, askers: new Askers({ ...store, identity: null, clock }) }
}

function latch() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

test('a key that is revoked while it is read is not let in by what was read before', async () => {
  const { store, dispose } = temporaryStore()
  await store.keys.addKey(aKey, 200)
  const [reading, goOn] = [latch(), latch()]
  const keys: Store['keys'] = {
    ...store.keys,
    async findKeyByDigest(digest) {
      const found = await store.keys.findKeyByDigest(digest)
      reading.open()
      await goOn.opened
      return found
    },
  }
  const { askers } = askersOver({ ...store, keys })
  const asked = askers.ofKey('skein_1')
  await reading.opened
  await store.keys.revokeKey('key-1', '2026-11-29T12:00:01.000Z')
  askers.revoked(['key-1'])
  goOn.open()
  expect(await asked).toBeNull()
  dispose()
})

test('what was kept runs out with its key, and so does a stream that was opened by it', async () => {
  const { store, dispose } = temporaryStore()
  await store.keys.addKey(aKey, 200)
  const { askers, clock } = askersOver(store)
  const asker = await askers.ofKey('skein_1')
  if (asker === null) throw new Error('The key was not let in.')
  expect(asker).toMatchObject({ role: 'launcher', actor: { kind: 'key', name: 'ci (key of local)' } })
  let ended = 0
  askers.follow(asker, () => void ended++)
  const leave = askers.follow(asker, () => void ended++)
  leave()
  clock.advance(59 * 60_000)
  expect(await askers.ofKey('skein_1')).toBe(asker)
  expect(ended).toBe(0)
  clock.advance(60_000)
  expect(ended).toBe(1)
  expect(await askers.ofKey('skein_1')).toBeNull()
  dispose()
})

test('the last use of a key is told to the minute', async () => {
  const { store, dispose } = temporaryStore()
  await store.keys.addKey(aKey, 200)
  const { askers, clock } = askersOver(store)
  const lastUse = async () => (await store.keys.findKey('key-1'))?.lastUsedAt
  await askers.ofKey('skein_1')
  clock.advance(59_000)
  await askers.ofKey('skein_1')
  expect(await lastUse()).toBe('2026-11-29T12:00:00.000Z')
  clock.advance(1_000)
  await askers.ofKey('skein_1')
  expect(await lastUse()).toBe('2026-11-29T12:01:00.000Z')
  dispose()
})
