import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Invited, inviteSchema, Members, PasswordLinkMade } from '@/lib/api/people'
import { roleIn } from '@/lib/core/base/project'
import { type Role, reaches } from '@/lib/core/base/role'
import type { Invitation, MemberChange } from '@/lib/core/ports/people-store'
import type { Asker } from '../access/asker'
import { digestOf } from '../access/askers'
import { linkOf, newSecret } from '../access/open-access'
import type { App } from '../app/app'
import { noProject, Refusal } from '../services/problem'
import { endAllSessions } from './account'
import { identityOf } from './team'

const DAY_MS = 86_400_000

/** Invitations that can be used at once; all are shown, and looked through. */
const MOST_INVITATIONS = 500

/** Everybody with an account, and the invitations that can still be used, with what of them the asker may know. */
export async function listMembers(app: App, asker: Asker): Promise<Members> {
  identityOf(app)
  const { people } = app.store
  const now = new Date(app.now()).toISOString()
  const open = (await people.listInvitations()).filter(
    ({ usedAt, expiresAt }) => usedAt === null && expiresAt > now,
  )
  return {
    members: await people.listPeople(),
    invitations: open.map(({ id, role, inDefault, projects, email, invitedBy, createdAt, expiresAt }) => ({
      ...{ id, role, inDefault, email, createdAt, expiresAt },
      projects: shownProjects(app, asker, projects),
      invitedBy: invitedBy?.name ?? 'Skein',
    })),
  }
}

function shownProjects(
  app: App,
  { reach }: Asker,
  given: Invitation['projects'],
): Members['invitations'][number]['projects'] {
  return given.flatMap(({ projectId, role }) => {
    const project = app.projects.find(projectId)
    if (project === null || roleIn(reach, projectId) === null) return []
    return [{ projectId, role, name: project.name, isArchived: project.archivedAt !== null }]
  })
}

/** Invites somebody, with at most one's own role in the installation and in each project that is named. */
export async function invite(
  app: App,
  asker: Asker,
  { role, inDefault, projects, email, days }: z.output<typeof inviteSchema>,
): Promise<Invited> {
  identityOf(app)
  refuseAbove(asker, role)
  for (const one of projects) refuseToGive(app, asker, one)
  const token = newSecret()
  const id = randomUUID()
  const expiresAt = new Date(app.now() + days * DAY_MS).toISOString()
  const invitation: Invitation = {
    id,
    digest: digestOf(token),
    ...{ role, inDefault, projects },
    email: email ?? null,
    invitedBy: { id: asker.actor.id, name: asker.actor.name },
    createdAt: new Date(app.now()).toISOString(),
    expiresAt,
    usedAt: null,
  }
  if (!(await app.store.people.addInvitation(invitation, MOST_INVITATIONS)))
    throw new Refusal(
      'conflict',
      `${MOST_INVITATIONS} invitations are open, which is the most. Take some back that nobody will use.`,
    )
  return { id, link: linkOf(app.env.team?.url ?? '', token), expiresAt }
}

/** Refuses a role in a project that the asker cannot give there; one they are not in is not there for them. */
function refuseToGive(app: App, { reach }: Asker, given: Invitation['projects'][number]): void {
  const project = app.projects.find(given.projectId)
  const own = project === null ? null : roleIn(reach, given.projectId)
  if (project === null || own === null) throw noProject(given.projectId)
  const name = JSON.stringify(project.name)
  if (!reaches(own, 'admin'))
    throw new Refusal('forbidden', `Your role in ${name} is ${own}: only its admins invite somebody into it.`)
  if (!reaches(own, given.role))
    throw new Refusal('forbidden', `Your role in ${name} is ${own}: the role ${given.role} is above it.`)
  if (project.archivedAt !== null)
    throw new Refusal('conflict', `The project ${name} is archived and takes nobody. Leave it out.`)
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
  return listMembers(app, asker)
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
