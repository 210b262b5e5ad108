import type { Access } from '@/lib/api/first/access'
import type { AcceptInput, PasskeySignIn, PasswordReset, SignInInput } from '@/lib/api/people'
import { type Actor, member } from '@/lib/core/base/actor'
import { assertNever } from '@/lib/core/base/assert-never'
import type { JsonObject } from '@/lib/core/base/json'
import { isNamed } from '@/lib/core/base/named-error'
import { roleIn } from '@/lib/core/base/project'
import type { Role } from '@/lib/core/base/role'
import type { Claim } from '@/lib/core/ports/people-store'
import type { Asker } from '../access/asker'
import { digestOf } from '../access/askers'
import type { Try } from '../access/sign-in-guard'
import type { App } from '../app/app'
import { Refusal } from '../services/problem'
import { endAllSessions, ownPath, passkeysOf } from './account'
import { identityOf } from './team'

/**
 * How one signs in here, who one is and in which project; `known` is null for somebody who has not signed in, and
 * `place` for whoever is in no project.
 */
export function readAccess(
  app: App,
  known: { asker: Asker; place: { project: string; role: Role } | null } | null,
): Access {
  const { mode } = app.access
  const provider = app.env.team?.oidc?.name ?? null
  const hasPasskeys = app.access.identity?.passkeys != null
  if (known === null) return { mode, provider, passkeys: hasPasskeys, you: null, project: null, projects: [] }
  const { asker, place } = known
  const open = app.projects
    .list()
    .filter(({ id, archivedAt }) => archivedAt === null && roleIn(asker.reach, id) !== null)
  return {
    ...{ mode, provider, passkeys: hasPasskeys },
    you: { actor: asker.actor, role: asker.role },
    project:
      place === null
        ? null
        : { id: place.project, name: app.projects.find(place.project)?.name ?? '', role: place.role },
    projects: open.length < 2 ? [] : open.map(({ id, name }) => ({ id, name })),
  }
}

type SignedIn = { actor: Actor; headers: Headers }

/** Somebody who made an account, and what the audit log tells of the invitation. */
type Joined = SignedIn & { by: JsonObject }

/**
 * Signs somebody in, in a session that is new whatever the browser brought along. An address without an
 * account is told the same as a wrong password, after the same work.
 */
export async function signIn(
  app: App,
  { email, password }: SignInInput,
  client: string,
  headers: Headers,
): Promise<SignedIn> {
  const identity = identityOf(app)
  const attempt = openTry(app.access.signIns.begin(client, email.toLowerCase()))
  const signedIn = await identity.signIn(email, password, headers)
  const person = signedIn === null ? null : await app.store.people.findPerson(signedIn.personId)
  if (signedIn === null || person === null)
    throw new Refusal('unauthorized', 'That e-mail address and password do not fit together.')
  attempt.right()
  await endSessionOf(app, headers)
  return { actor: member(person), headers: signedIn.headers }
}

/**
 * Makes an account by the token of an invitation, once, and signs it in. It gives what whoever made it could still give
 * at this moment: an admin who was removed has left no door open.
 */
export async function acceptInvitation(
  app: App,
  { token, name, email, password }: AcceptInput,
  client: string,
  headers: Headers,
): Promise<Joined> {
  const identity = identityOf(app)
  const { people } = app.store
  // Of each address on its own: nobody shuts this door for the others.
  const attempt = openTry(app.access.signIns.begin(client, `invitation ${client}`))
  const now = new Date(app.now()).toISOString()
  const claim = await people.claimInvitation(digestOf(token), now)
  if (claim.kind !== 'none') attempt.right()
  const invitation = linkOf(claim, 'This link was used, taken back or has run out. Ask for another one.')
  try {
    if (invitation.email !== null && invitation.email.toLowerCase() !== email.toLowerCase())
      throw new Refusal('conflict', 'This link is for another e-mail address.')
    const { id, role, inDefault, projects, invitedBy } = invitation
    const personId = await identity.addPerson({ name, email, password, role }, (made) =>
      people.settleInvited(made, invitation, now),
    )
    if (personId === null)
      throw new Refusal('conflict', 'This e-mail address has an account. Sign in with it.')
    const signedIn = await identity.signIn(email, password, headers)
    if (signedIn === null) throw new Error('A new account could not be signed in.')
    await endSessionOf(app, headers)
    return {
      actor: member({ id: personId, name }),
      headers: signedIn.headers,
      by: {
        ...{ invitation: id, invitedBy: invitedBy?.name ?? 'Skein', role, inDefault },
        projects: projects.map((one) => ({ projectId: one.projectId, role: one.role })),
      },
    }
  } catch (error) {
    if (isNamed<Refusal>(error, 'Refusal')) await people.unclaimInvitation(invitation.id)
    throw error
  }
}

/** What a link gives; throws where it is none, or good no more. */
function linkOf<Link>(claim: Claim<Link>, none: string): Link {
  switch (claim.kind) {
    case 'claimed':
      return claim.link
    case 'none':
      throw new Refusal('unauthorized', none)
    case 'void':
      throw new Refusal(
        'conflict',
        `${claim.maker} made this link and may no longer give what it gives. Ask an admin for another one.`,
      )
    case 'archived':
      throw new Refusal(
        'conflict',
        `The project ${JSON.stringify(claim.project)}, into which this link leads, is archived or gone, and takes nobody. ` +
          `Ask ${claim.maker} for another link, or to have the project taken back.`,
      )
    default:
      return assertNever(claim)
  }
}

/** What a device is asked for to sign somebody in. */
export function beginPasskeySignIn(app: App, headers: Headers) {
  return passkeysOf(app).beginSignIn(headers)
}

/** Signs in whoever has the key that a device answered with, in a new session. */
export async function signInByPasskey(
  app: App,
  { answer }: PasskeySignIn,
  client: string,
  headers: Headers,
): Promise<SignedIn> {
  const keys = passkeysOf(app)
  const attempt = openTry(app.access.signIns.begin(client, `passkey ${client}`))
  const signedIn = await keys.signIn(headers, answer)
  const person = signedIn === null ? null : await app.store.people.findPerson(signedIn.personId)
  if (signedIn === null || person === null)
    throw new Refusal(
      'unauthorized',
      'This passkey is not known here, or its answer came too late. Try again.',
    )
  attempt.right()
  await endSessionOf(app, headers)
  return { actor: member(person), headers: signedIn.headers }
}

/** Sets a new password by the link of an admin, once, and signs in. Every session of before ends. */
export async function resetPassword(
  app: App,
  { token, password }: PasswordReset,
  client: string,
  headers: Headers,
): Promise<SignedIn> {
  const identity = identityOf(app)
  const { people } = app.store
  const attempt = openTry(app.access.signIns.begin(client, `reset ${client}`))
  const none = 'This link was used, replaced or has run out. Ask for another one.'
  const claim = await people.claimPasswordLink(digestOf(token), new Date(app.now()).toISOString())
  if (claim.kind !== 'none') attempt.right()
  const person = await people.findPerson(linkOf(claim, none).personId)
  if (person === null) throw new Refusal('unauthorized', none)
  await identity.setPassword(person.id, password)
  await endAllSessions(app, person.id)
  const signedIn = await identity.signIn(person.email, password, headers)
  if (signedIn === null) throw new Error('A new password could not be signed in with.')
  return { actor: member(person), headers: signedIn.headers }
}

/** The address at the provider where a sign-in begins. */
export async function beginOidc(app: App, back: string): Promise<{ url: string; headers: Headers }> {
  const identity = identityOf(app)
  if (app.env.team?.oidc == null)
    throw new Refusal('conflict', 'No provider is set here (SKEIN_OIDC_ISSUER). Sign in with a password.')
  const begun = await identity.beginOidc(ownPath(back))
  if (begun === null)
    throw new Refusal(
      'conflict',
      'The provider cannot be reached now. Sign in with a password, or try again.',
    )
  return begun
}

type OidcFinished = { location: string; headers: Headers; actor: Actor | null }

/**
 * What the provider's answer came to. Its groups say the role at every sign-in; the last owner stays one
 * whatever they say.
 */
export async function finishOidc(app: App, request: Request): Promise<OidcFinished> {
  const { location, headers, signedIn } = await identityOf(app).finishOidc(request)
  if (signedIn === null) return { location, headers, actor: null }
  const { people } = app.store
  const { personId, role } = signedIn
  const before = await people.findPerson(personId)
  if (before !== null && before.role !== role && (await people.setRole(personId, role, 'owner')) === 'done')
    await app.access.askers.movedIn(personId)
  await endSessionOf(app, request.headers)
  return { location, headers, actor: before === null ? null : member(before) }
}

/** Ends the session that a browser had before: nobody goes on in what another has begun. */
async function endSessionOf(app: App, headers: Headers): Promise<void> {
  const before = await app.access.askers.ofCookie(headers.get('cookie') ?? '')
  if (before?.via.kind !== 'session') return
  const { id, personId } = before.via
  app.access.askers.revoked(await app.store.people.endSessions(personId, { id }))
}

function openTry(attempt: Try): { right(): void } {
  if (attempt.kind === 'open') return attempt
  throw new Refusal(
    'too-many',
    `Too many wrong tries. Try again in ${attempt.waitSeconds} seconds.`,
    [],
    attempt.waitSeconds,
  )
}
