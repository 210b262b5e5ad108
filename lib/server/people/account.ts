import type { Account, PasswordChange } from '@/lib/api/people'
import type { Asker } from '../access/asker'
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
  }
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
