import { OIDC_PROVIDER } from '@/lib/accounts/identity'
import type { Account, NewPasskey, PasswordChange } from '@/lib/api/people'
import type { SignInMethod } from '@/lib/core/ports/people-store'
import type { Asker } from '../access/asker'
import { oneByOne } from '../access/in-turn'
import type { App } from '../app/app'
import { Refusal } from '../services/problem'
import { identityOf } from './team'

/** Oneself, and the browsers one has signed in with. */
export async function readAccount(app: App, asker: Asker): Promise<Account> {
  const { id, personId } = sessionOf(app, asker)
  const person = await app.store.people.findPerson(personId)
  if (person === null) throw new Refusal('not-found', 'This account was removed.')
  const sessions = await app.store.people.listSessions(personId)
  return {
    person: { id: person.id, name: person.name, email: person.email, role: person.role },
    sessions: sessions.map((session) => ({
      id: session.id,
      isThis: session.id === id,
      createdAt: session.createdAt,
      expiresAt: session.expiresAt,
      address: session.address,
      browser: session.browser.slice(0, 200),
    })),
    signInMethods: await methodsOf(app, personId),
  }
}

async function methodsOf(app: App, personId: string): Promise<Account['signInMethods']> {
  const { hasPassword, hasProvider, passkeys } = await app.store.people.signInMethods(personId)
  return {
    ...{ hasPassword, passkeys },
    provider: app.env.team?.oidc?.name ?? null,
    isLinked: hasProvider,
    takesPasskeys: identityOf(app).passkeys !== null,
  }
}

/** What a device is asked for to make a passkey, and the cookie that its answer is checked against. */
export async function beginPasskey(app: App, asker: Asker, headers: Headers) {
  sessionOf(app, asker)
  const begun = await passkeysOf(app).beginAdding(headers)
  if (begun === null) throw new Refusal('conflict', signInAnew)
  return begun
}

/** Keeps a passkey that a device made. */
export async function addPasskey(
  app: App,
  asker: Asker,
  { name, answer }: NewPasskey,
  headers: Headers,
): Promise<void> {
  const { personId } = sessionOf(app, asker)
  await oneByOne(app.whole, `passkeys of ${personId}`, async () => {
    if ((await app.store.people.signInMethods(personId)).passkeys.length >= MOST_PASSKEYS)
      throw new Refusal('conflict', `You have ${MOST_PASSKEYS} passkeys; remove one first.`)
    if (!(await passkeysOf(app).add(headers, name, { ...answer, clientExtensionResults: {} })))
      throw new Refusal(
        'conflict',
        'That does not fit what the device was asked for, or came too late. Try again.',
      )
  })
}

/** Forgets a passkey, unless nothing would be left to sign in with. */
export async function removePasskey(app: App, asker: Asker, passkeyId: string): Promise<void> {
  await forget(app, asker, { passkeyId }, 'You have no such passkey.')
}

/** The address at the provider where one's account there is linked with the one here. */
export async function linkProvider(app: App, asker: Asker, back: string, headers: Headers) {
  sessionOf(app, asker)
  if (app.env.team?.oidc == null)
    throw new Refusal('conflict', 'No provider is set here (SKEIN_OIDC_ISSUER).')
  const begun = await identityOf(app).beginLinking(headers, ownPath(back))
  if (begun === null)
    throw new Refusal(
      'conflict',
      'The provider cannot be reached now, or your session is too old. Try again.',
    )
  return begun
}

/** Forgets one's account at the provider, unless nothing would be left to sign in with. */
export async function unlinkProvider(app: App, asker: Asker): Promise<void> {
  await forget(
    app,
    asker,
    { provider: OIDC_PROVIDER },
    'Your account is not linked with one at the provider.',
  )
}

/** Forgets a way to sign in. Whether another is left is judged where it is forgotten: two tabs may ask at once. */
async function forget(app: App, asker: Asker, method: SignInMethod, missing: string): Promise<void> {
  const { personId } = sessionOf(app, asker)
  const removal = await app.store.people.removeSignInMethod(personId, method)
  if (removal === 'no-such-method') throw new Refusal('not-found', missing)
  if (removal === 'last-way') throw new Refusal('conflict', lastWay)
}

/** Passkeys of one person; nobody has more devices. */
const MOST_PASSKEYS = 20

const signInAnew =
  'Passkeys are added within a day of signing in. Sign out, sign in again, and try once more.'
const lastWay = 'It is the only way in which you sign in. Add another one first.'

/** Passkeys as they are kept here. Throws where browsers make none for the address of this server. */
export function passkeysOf(app: App) {
  const { passkeys } = identityOf(app)
  if (passkeys !== null) return passkeys
  throw new Refusal(
    'conflict',
    'Browsers make passkeys for names under https:// and for localhost. Set SKEIN_URL to such an address.',
  )
}

/** A path of ours: another site, slipped in, is not gone on to. */
export function ownPath(back: string): string {
  return /^\/(?![/\\])/.test(back) ? back : '/'
}

/** Signs this browser out; gives the cookies that make it forget. */
export async function signOut(app: App, asker: Asker, headers: Headers): Promise<Headers> {
  const { id, personId } = sessionOf(app, asker)
  const forgetting = await identityOf(app).signOut(headers)
  app.access.askers.revoked([id, ...(await app.store.people.endSessions(personId, { id }))])
  return forgetting
}

/** Changes one's password. Whoever had the old one is signed out with it. */
export async function changePassword(
  app: App,
  asker: Asker,
  { current, next }: PasswordChange,
  client: string,
): Promise<void> {
  const { id, personId } = sessionOf(app, asker)
  const attempt = app.access.signIns.begin(client, personId)
  if (attempt.kind === 'braked')
    throw new Refusal('too-many', `Too many wrong tries. Try again in ${attempt.waitSeconds} seconds.`)
  if (!(await identityOf(app).knowsPassword(personId, current)))
    throw new Refusal('conflict', 'That is not your password.')
  attempt.right()
  await identityOf(app).setPassword(personId, next)
  app.access.askers.revoked(await app.store.people.endSessions(personId, { except: id }))
}

/** Ends one of one's sessions, at once. */
export async function endSession(app: App, asker: Asker, sessionId: string): Promise<void> {
  const { personId } = sessionOf(app, asker)
  const ended = await app.store.people.endSessions(personId, { id: sessionId })
  if (ended.length === 0) throw new Refusal('not-found', 'There is no such session.')
  app.access.askers.revoked(ended)
}

/** Signs somebody out everywhere. */
export async function endAllSessions(app: App, personId: string): Promise<void> {
  identityOf(app)
  app.access.askers.revoked(await app.store.people.endSessions(personId, { except: null }))
}

/** The session somebody asks by. Throws where nobody signs in. */
export function sessionOf(app: App, { via }: Asker): { id: string; personId: string } {
  identityOf(app)
  if (via.kind === 'session') return via
  throw new Refusal('forbidden', 'Somebody has to sign in for that.')
}
