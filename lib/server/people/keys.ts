import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { ApiKeyShown, newKeySchema } from '@/lib/api/people'
import { reaches } from '@/lib/core/base/role'
import type { ApiKey } from '@/lib/core/ports/key-store'
import type { Asker } from '../access/asker'
import { digestOf, KEY_PREFIX } from '../access/askers'
import { newSecret } from '../access/open-access'
import type { App } from '../app/app'
import { Refusal } from '../services/problem'

const DAY_MS = 86_400_000

/** Good keys of one person, far more than they have programs. */
const MOST_KEYS = 200

/** One's own keys; an admin sees everybody's. */
export async function listKeys(app: App, asker: Asker): Promise<{ keys: ApiKeyShown[] }> {
  refuseSharers(asker)
  const keys = await app.store.keys.listKeys(reaches(asker.role, 'admin') ? null : asker.actor.id)
  return { keys: keys.map(shownKey) }
}

/** Makes a key with at most one's own role, and gives it this once. */
export async function makeKey(
  app: App,
  asker: Asker,
  { name, role, launchOnly, days }: z.output<typeof newKeySchema>,
): Promise<{ key: string; shown: ApiKeyShown }> {
  refuseSharers(asker)
  if (!reaches(asker.role, role))
    throw new Refusal('forbidden', `Your role is ${asker.role}, and a key cannot do more than its owner.`)
  if (launchOnly && !reaches(role, 'launcher'))
    throw new Refusal('bad-request', 'A key that only launches needs the role launcher.')
  const key = `${KEY_PREFIX}${newSecret()}`
  const made: ApiKey = {
    id: `key-${randomUUID()}`,
    project: app.project,
    name,
    digest: digestOf(key),
    hint: key.slice(-4),
    role,
    launchOnly,
    owner: { id: asker.actor.id, name: asker.actor.name },
    createdAt: new Date(app.now()).toISOString(),
    expiresAt: days === null ? null : new Date(app.now() + days * DAY_MS).toISOString(),
    lastUsedAt: null,
    revokedAt: null,
  }
  if (!(await app.store.keys.addKey(made, MOST_KEYS)))
    throw new Refusal('conflict', `You have ${MOST_KEYS} API keys that are good. Revoke one first.`)
  return { key, shown: shownKey(made) }
}

/** Revokes a key at once: one's own, or for an admin anybody's of no higher role. */
export async function revokeKey(app: App, asker: Asker, id: string): Promise<void> {
  refuseSharers(asker)
  const key = await app.store.keys.findKey(id)
  const isOwn = key?.owner.id === asker.actor.id
  if (key === null || key.revokedAt !== null || !(isOwn || reaches(asker.role, 'admin')))
    throw new Refusal('not-found', 'There is no such key.')
  if (!isOwn && !reaches(asker.role, key.role))
    throw new Refusal(
      'forbidden',
      `Your role is ${asker.role}, and this key of ${key.owner.name} is above it.`,
    )
  await app.store.keys.revokeKey(id, new Date(app.now()).toISOString())
  app.access.askers.revoked([id])
}

/** Those who share a token are known by a name that they typed, which is nobody a key could belong to. */
function refuseSharers({ via }: Asker): void {
  if (via.kind !== 'token') return
  throw new Refusal('conflict', 'API keys belong to accounts. Start Skein with SKEIN_AUTH=team to have them.')
}

function shownKey({ digest: _, owner, ...rest }: ApiKey): ApiKeyShown {
  return { ...rest, owner: owner.name }
}
