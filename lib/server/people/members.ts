import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Invited, inviteSchema, Members, PasswordLinkMade } from '@/lib/api/people'
import { type Role, reaches } from '@/lib/core/base/role'
import type { MemberChange } from '@/lib/core/ports/people-store'
import type { Asker } from '../access/asker'
import { digestOf } from '../access/askers'
import { linkOf, newSecret } from '../access/open-access'
import type { App } from '../app/app'
import { Refusal } from '../services/problem'
import { endAllSessions } from './account'
import { identityOf } from './team'

const DAY_MS = 86_400_000

/** Everybody with an account, and the invitations that can still be used. */
export async function listMembers(app: App): Promise<Members> {
  identityOf(app)
  const { people } = app.store
  const now = new Date(app.now()).toISOString()
  const open = (await people.listInvitations()).filter(
    ({ usedAt, expiresAt }) => usedAt === null && expiresAt > now,
  )
  return {
    members: await people.listPeople(),
    invitations: open.map(({ id, role, email, invitedBy, createdAt, expiresAt }) => ({
      ...{ id, role, email, createdAt, expiresAt },
      invitedBy: invitedBy?.name ?? 'Skein',
    })),
  }
}

/** Invites somebody, with at most one's own role. */
export async function invite(
  app: App,
  asker: Asker,
  { role, email, days }: z.output<typeof inviteSchema>,
): Promise<Invited> {
  identityOf(app)
  refuseAbove(asker, role)
  const token = newSecret()
  const id = randomUUID()
  const expiresAt = new Date(app.now() + days * DAY_MS).toISOString()
  await app.store.people.addInvitation({
    id,
    digest: digestOf(token),
    role,
    email: email ?? null,
    invitedBy: { id: asker.actor.id, name: asker.actor.name },
    createdAt: new Date(app.now()).toISOString(),
    expiresAt,
    usedAt: null,
  })
  return { id, link: linkOf(app.env.team?.url ?? '', token), expiresAt }
}

/** Takes back an invitation that was not used. */
export async function withdrawInvitation(app: App, id: string): Promise<void> {
  identityOf(app)
  if (!(await app.store.people.withdrawInvitation(id)))
    throw new Refusal('not-found', 'There is no such open invitation.')
}

/** Changes somebody's role, at once. Only owners make owners, and change them; one always stays. */
export async function changeMember(app: App, asker: Asker, personId: string, role: Role): Promise<Members> {
  identityOf(app)
  refuseAbove(asker, role)
  refuseChange(asker, await app.store.people.setRole(personId, role, asker.role))
  await app.access.askers.movedIn(personId)
  return listMembers(app)
}

/** Removes an account, at once, with its sessions and keys. What it did keeps its name. */
export async function removeMember(app: App, asker: Asker, personId: string): Promise<void> {
  identityOf(app)
  const sessions = await app.store.people.listSessions(personId)
  const keys = await app.store.keys.listKeys(personId)
  refuseChange(asker, await app.store.people.removePerson(personId, asker.role))
  app.access.askers.changed(personId)
  app.access.askers.revoked([...sessions, ...keys].map(({ id }) => id))
}

/** Ends all sessions of somebody. */
export async function signOutMember(app: App, asker: Asker, personId: string): Promise<void> {
  await refuseOwners(app, asker, personId)
  await endAllSessions(app, personId)
}

/** How long a link to set a password is good. */
const PASSWORD_LINK_MS = DAY_MS

/** A link by which somebody sets a new password, once, within a day. The old one works until then. */
export async function makePasswordLink(app: App, asker: Asker, personId: string): Promise<PasswordLinkMade> {
  await refuseOwners(app, asker, personId)
  const token = newSecret()
  const expiresAt = new Date(app.now() + PASSWORD_LINK_MS).toISOString()
  await app.store.people.addPasswordLink({
    ...{ id: randomUUID(), digest: digestOf(token), personId, expiresAt, usedAt: null },
    invitedBy: { id: asker.actor.id, name: asker.actor.name },
    createdAt: new Date(app.now()).toISOString(),
  })
  return { link: linkOf(app.env.team?.url ?? '', token, 'reset'), expiresAt }
}

async function refuseOwners(app: App, asker: Asker, personId: string): Promise<void> {
  identityOf(app)
  const person = await app.store.people.findPerson(personId)
  if (person === null) throw new Refusal('not-found', 'There is no such account.')
  refuseAbove(asker, person.role)
}

function refuseAbove(asker: Asker, role: Role): void {
  if (!reaches(asker.role, role)) throw aboveYou(asker, `what has to do with the role ${role}`)
}

function aboveYou({ role }: Asker, what: string): Refusal {
  return new Refusal('forbidden', `Your role is ${role}: ${what} is above it.`)
}

function refuseChange(asker: Asker, change: MemberChange): void {
  if (change === 'above') throw aboveYou(asker, 'whose role is to be changed')
  if (change === 'no-such-person') throw new Refusal('not-found', 'There is no such account.')
  if (change === 'last-owner')
    throw new Refusal('conflict', 'This is the last owner. Make somebody else an owner first.')
}
