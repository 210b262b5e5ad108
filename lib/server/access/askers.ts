import { createHash } from 'node:crypto'
import type { Identity } from '@/lib/accounts/identity'
import { keyActor, localActor, member } from '@/lib/core/base/actor'
import { type Reach, reachOfKey, roleInInstallation } from '@/lib/core/base/project'
import { lesserRole, type Role } from '@/lib/core/base/role'
import type { Timeline } from '@/lib/core/ports/clock'
import type { KeyStore } from '@/lib/core/ports/key-store'
import type { PeopleStore } from '@/lib/core/ports/people-store'
import type { ProjectStore } from '@/lib/core/ports/project-store'
import type { Asker } from './asker'
import { reachOf } from './projects'

/** What every API key begins with, so a stray one is found by whoever looks for secrets. */
export const KEY_PREFIX = 'skein_'

/** Most askers kept; one that is forgotten is read again. */
const MOST_KEPT = 5_000

/** How exactly the last use of a key is told. */
const USE_NOTED_MS = 60_000

type Kept = { asker: Asker; personId: string; untilMs: number }

type Parts = {
  people: PeopleStore
  keys: KeyStore
  projects: ProjectStore
  /** Null where nobody signs in. */
  identity: Identity | null
  clock: Timeline
}

/**
 * Who asks, by the cookie of a session or by an API key. What was read once is kept in this process and
 * forgotten in the moment in which it is revoked, with the streams that were opened by it.
 */
export class Askers {
  readonly #kept = new Map<string, Kept>()
  readonly #streams = new Map<string, Set<() => void>>()
  readonly #usedAtMs = new Map<string, number>()
  /** Rises with every revocation: what was read before one is not kept after it. */
  #revocations = 0

  constructor(private readonly parts: Parts) {}

  /** The asker of an API key; null for one that is none, has expired or was revoked. */
  async ofKey(key: string): Promise<Asker | null> {
    const digest = digestOf(key)
    const kept = await this.#read(`key ${digest}`, () => this.#findKey(digest))
    if (kept !== null && kept.via.kind === 'key') await this.#noteUse(kept.via.id)
    return kept
  }

  /** The asker of a request's session cookie; null without a good one. */
  async ofCookie(cookies: string): Promise<Asker | null> {
    const { identity } = this.parts
    if (identity === null) return null
    const value = cookieOf(cookies, identity.cookieName)
    return value === null ? null : this.#read(`cookie ${value}`, () => this.#findSession(identity, value))
  }

  /** Calls `end` when the asker's session or key is revoked or runs out; gives a way to stop waiting for that. */
  follow({ via }: Asker, end: () => void): () => void {
    if (via.kind !== 'session' && via.kind !== 'key') return () => {}
    const streams = this.#streams.get(via.id) ?? new Set()
    this.#streams.set(via.id, streams.add(end))
    const stopWaiting = Number.isFinite(via.untilMs)
      ? this.parts.clock.after(Math.max(0, via.untilMs - this.parts.clock.now()), end)
      : () => {}
    return () => {
      stopWaiting()
      streams.delete(end)
      if (streams.size === 0 && this.#streams.get(via.id) === streams) this.#streams.delete(via.id)
    }
  }

  /** Forgets sessions or keys that were revoked, by their ids, and ends their streams. */
  revoked(ids: readonly string[]): void {
    this.#forget(({ asker: { via } }) => 'id' in via && ids.includes(via.id))
    for (const id of ids) for (const end of [...(this.#streams.get(id) ?? [])]) end()
  }

  /** Has somebody's name and role read again, for their sessions and keys. */
  changed(personId: string): void {
    this.#forget((kept) => kept.personId === personId)
  }

  /**
   * Has the projects of somebody read again and ends their streams, which may have been of one that they are in no
   * more: a browser opens another at once.
   */
  async movedIn(personId: string): Promise<void> {
    this.changed(personId)
    const [sessions, keys] = [
      await this.parts.people.listSessions(personId),
      await this.parts.keys.listKeys(personId),
    ]
    this.revoked([...sessions, ...keys].map(({ id }) => id))
  }

  async #read(name: string, find: () => Promise<Kept | null>): Promise<Asker | null> {
    const known = this.#kept.get(name)
    if (known !== undefined && known.untilMs > this.parts.clock.now()) return known.asker
    this.#kept.delete(name)
    for (;;) {
      const before = this.#revocations
      const found = await find()
      if (before !== this.#revocations) continue
      if (found === null || found.untilMs <= this.parts.clock.now()) return null
      this.#kept.set(name, found)
      const [oldest] = this.#kept.keys()
      if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest)
      return found.asker
    }
  }

  async #findSession(identity: Identity, value: string): Promise<Kept | null> {
    // Alone: of two cookies with one name it would not be told which was good.
    const session = await identity.sessionOf(new Headers({ cookie: `${identity.cookieName}=${value}` }))
    const person = session === null ? null : await this.parts.people.findPerson(session.personId)
    if (session === null || person === null) return null
    const { id, personId, expiresAtMs: untilMs } = session
    const reach = await reachOf(this.parts.projects, person)
    const asker: Asker = {
      actor: member(person),
      role: roleInInstallation(reach),
      reach,
      via: { kind: 'session', id, personId, untilMs },
    }
    return { asker, personId, untilMs }
  }

  async #findKey(digest: string): Promise<Kept | null> {
    const key = await this.parts.keys.findKeyByDigest(digest)
    if (key === null || key.revokedAt !== null) return null
    const owner = await this.#ownerOf(key.owner.id)
    if (owner === null) return null
    const { id, project, launchOnly } = key
    const untilMs = key.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(key.expiresAt)
    const reach = reachOfKey(owner.reach, project, key.role)
    if (reach === null) return null
    const asker: Asker = {
      actor: keyActor(key, { id: key.owner.id, name: owner.name }),
      role: lesserRole(key.role, owner.role),
      reach,
      via: { kind: 'key', id, ownerId: key.owner.id, project, launchOnly, untilMs },
    }
    return { asker, personId: key.owner.id, untilMs }
  }

  /** Where nobody signs in, keys belong to whoever is at this machine; a team does not know them. */
  async #ownerOf(id: string): Promise<{ name: string; role: Role; reach: Reach } | null> {
    if (this.parts.identity === null)
      return id === localActor.id ? { name: localActor.name, role: 'owner', reach: { kind: 'every' } } : null
    const person = await this.parts.people.findPerson(id)
    if (person === null) return null
    const reach = await reachOf(this.parts.projects, person)
    return { name: person.name, role: roleInInstallation(reach), reach }
  }

  async #noteUse(id: string): Promise<void> {
    const now = this.parts.clock.now()
    if (now - (this.#usedAtMs.get(id) ?? 0) < USE_NOTED_MS) return
    this.#usedAtMs.set(id, now)
    await this.parts.keys.noteKeyUse(id, new Date(now).toISOString())
  }

  #forget(isMeant: (kept: Kept) => boolean): void {
    this.#revocations += 1
    for (const [name, kept] of this.#kept) if (isMeant(kept)) this.#kept.delete(name)
  }
}

/** How keys and tokens of links are kept: they are long and random, so one fast digest is enough. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** The value of a cookie among those of a request; null without it. */
export function cookieOf(cookies: string, name: string): string | null {
  for (const part of cookies.split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return null
}
