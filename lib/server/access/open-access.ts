import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { authAdapter } from '@/db/access/auth-adapter'
import type { Connection } from '@/db/open'
import { type Identity, openIdentity } from '@/lib/accounts/identity'
import { actorName } from '@/lib/api/actor-name'
import type { Clock } from '@/lib/core/ports/clock'
import type { Invitation } from '@/lib/core/ports/people-store'
import type { Store } from '@/lib/core/ports/store'
import { log } from '../log/log'
import type { Environment } from '../services/env'
import type { Seal } from '../services/seal'
import { Askers, digestOf } from './askers'
import { SignInGuard } from './sign-in-guard'

/** What an app knows of who may come in. */
export type Access = {
  /** Nobody is asked, all share a token, or people have accounts. */
  mode: 'local' | 'token' | 'team'
  askers: Askers
  /** Null without accounts. */
  identity: Identity | null
  /** Brakes who guesses passwords or links. */
  signIns: SignInGuard
}

type Parts = {
  env: Environment
  store: Store
  connection: Connection
  seal: Seal
  clock: Clock
}

const SECRET_SETTING = 'sign-in-secret'
const OWNER_LINK_MS = 24 * 3_600_000

/** Opens the accounts of a team, where there is one, and tells the first owner's link where nobody has one. */
export async function openAccess({ env, store, connection, seal, clock }: Parts): Promise<Access> {
  const warn = (line: string) => log('warn', line)
  const identity = env.team === null ? null : await openTeam()
  const mode = env.team !== null ? 'team' : env.teamToken !== null ? 'token' : 'local'
  const askers = new Askers({
    people: store.people,
    keys: store.keys,
    projects: store.projects,
    identity,
    clock,
  })
  return { mode, askers, identity, signIns: new SignInGuard(clock.awake.now, warn) }

  async function openTeam(): Promise<Identity> {
    const { url, oidc } = env.team ?? { url: '', oidc: null }
    const secret = await secretOf(store, seal)
    const report = (line: string) => warn(`sign-in: ${line}`)
    const adapter = await authAdapter(connection)
    const nameOf = (given: string) => actorName(given) || 'Somebody'
    const opened = await openIdentity({ adapter, secret, url, oidc, nameOf, report })
    await store.people.forgetOwnInvitations()
    if ((await store.people.listPeople()).length === 0) await tellOwnerLink(url)
    return opened
  }

  async function tellOwnerLink(url: string): Promise<void> {
    const token = newSecret()
    const invitation: Invitation = {
      id: randomUUID(),
      digest: digestOf(token),
      ...{ role: 'owner', inDefault: true, projects: [] },
      email: null,
      invitedBy: null,
      createdAt: new Date(clock.now()).toISOString(),
      expiresAt: new Date(clock.now() + OWNER_LINK_MS).toISOString(),
      usedAt: null,
    }
    // Whatever else is open: without it nobody could ever come in.
    await store.people.addInvitation(invitation, Number.POSITIVE_INFINITY)
    // For whoever started the server, and in no format: it holds the one secret that has to be told once.
    console.log(
      `skein: nobody has an account yet. The first owner makes theirs here, once: ${linkOf(url, token)}`,
    )
  }
}

/** The page where an invitation is accepted, or a password set. The token follows the #, which browsers do not send. */
export function linkOf(url: string, token: string, page: 'invitation' | 'reset' = 'invitation'): string {
  return `${url}/${page}#${token}`
}

/** 256 bits of chance, as text for an address or a header. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What cookies are signed with. Sealed, so a copy of the database alone signs nothing. */
async function secretOf(store: Store, seal: Seal): Promise<string> {
  const stored = z.string().safeParse(await store.getSetting(SECRET_SETTING))
  const known = stored.success ? seal.open(stored.data) : null
  if (known !== null) return known
  const secret = newSecret()
  await store.putSetting(SECRET_SETTING, seal.seal(secret))
  return secret
}
