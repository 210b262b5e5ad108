import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accountSchema, passkeyQuestionSchema, passwordLinkSchema } from '@/lib/api/people'
import { problemSchema } from '@/lib/api/problem'
import { cookieOf, password, startTeam, type Team } from '../members/testing'
import { makeDevice, type Odd } from './authenticator'

const URL_HERE = 'https://skein.example'
let team: Team
beforeAll(async () => {
  team = await startTeam({ env: { SKEIN_URL: URL_HERE, SKEIN_ALLOWED_HOSTS: 'skein.example' } })
})
afterAll(() => team.dispose())

const joined = (...cookies: string[]) => cookies.filter(Boolean).join('; ')
const post = (path: string, body: object, cookie?: string) =>
  team.ask('POST', path, { body, ...(cookie === undefined ? {} : { cookie }) })
const accountOf = async (cookie: string) =>
  accountSchema.parse(await (await team.ask('GET', '/api/account', { cookie })).json())

/** What the server asks of a device, with the cookie of it. */
async function asked(path: string, cookie?: string) {
  const answer = await post(path, {}, cookie)
  expect(answer.status).toBe(200)
  const { question } = passkeyQuestionSchema.parse(await answer.json())
  return { question, cookie: joined(cookie ?? '', cookieOf(answer)) }
}

async function added(cookie: string, name: string) {
  const device = makeDevice(URL_HERE)
  const { question, cookie: both } = await asked('/api/account/passkeys/begin', cookie)
  const answer = await post('/api/account/passkeys', { name, answer: device.make(question) }, both)
  return { device, answer }
}

test('a passkey is added by who is signed in, signs them in anew, and is gone once it is removed', async () => {
  const cookie = await team.invite('launcher', 'Paula')
  const { device, answer } = await added(cookie, 'My laptop')
  expect(answer.status).toBe(204)
  const { signInMethods, person } = await accountOf(cookie)
  expect(signInMethods.passkeys).toMatchObject([{ name: 'My laptop', isSynced: false }])
  const begun = await asked('/api/sign-in/passkey/begin')
  const signedIn = await post('/api/sign-in/passkey', { answer: device.answer(begun.question) }, begun.cookie)
  expect(signedIn.status).toBe(204)
  expect((await accountOf(cookieOf(signedIn))).person).toEqual(person)
  const [key] = signInMethods.passkeys
  const path = `/api/account/passkeys/${key?.id}`
  const other = await team.invite('admin', 'Arno')
  expect((await team.ask('DELETE', path, { cookie: other })).status).toBe(404)
  expect((await team.ask('DELETE', path, { cookie })).status).toBe(204)
  const again = await asked('/api/sign-in/passkey/begin')
  const refused = await post('/api/sign-in/passkey', { answer: device.answer(again.question) }, again.cookie)
  expect(refused.status).toBe(401)
})

test.each([
  ['two passkeys', 2, 0],
  ['a passkey and the link with a provider', 1, 1],
])('of %s that are removed at once, one stays', async (_, passkeys, links) => {
  const name = `Tab${passkeys}`
  const cookie = await team.invite('launcher', name)
  for (let nth = 0; nth < passkeys; nth += 1) await added(cookie, `Device ${nth}`)
  takePassword(await team.idOf(name), links > 0)
  const keys = (await accountOf(cookie)).signInMethods.passkeys
  const paths = [
    ...keys.map(({ id }) => `/api/account/passkeys/${id}`),
    ...(links > 0 ? ['/api/account/provider'] : []),
  ]
  // Both have come in before either is answered, as from two tabs.
  const answers = await Promise.all(
    paths.map((path) => team.api.send('DELETE', path, { headers: { cookie, host: 'skein.example' } })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
  const { signInMethods } = await accountOf(cookie)
  expect(signInMethods.passkeys.length + (signInMethods.isLinked ? 1 : 0)).toBe(1)
})

/** Takes somebody's password away, as of an account that came by a provider; `isLinked`: and still has it. */
function takePassword(personId: string, isLinked: boolean) {
  const database = new Database(join(team.api.app.env.dataDir, 'skein.db'))
  const change = isLinked ? "UPDATE auth_accounts SET provider_id = 'oidc'" : 'DELETE FROM auth_accounts'
  database.prepare(`${change} WHERE user_id = ?`).run(personId)
  database.close()
}

test('an answer is good once, and with the cookie of its question', async () => {
  const { device } = await added(await team.invite('viewer', 'Quinn'), 'Phone')
  const { question, cookie } = await asked('/api/sign-in/passkey/begin')
  const answer = device.answer(question)
  expect((await post('/api/sign-in/passkey', { answer })).status).toBe(401)
  expect((await post('/api/sign-in/passkey', { answer }, cookie)).status).toBe(204)
  expect((await post('/api/sign-in/passkey', { answer }, cookie)).status).toBe(401)
})

test.each<[string, Odd]>([
  ['for another site', { origin: 'https://evil.example' }],
  ['for another name', { rpId: 'evil.example' }],
  ['by somebody whom the device did not check', { isUnverified: true }],
  ['by another key', { isForged: true }],
])('an answer %s signs nobody in', async (_, odd) => {
  const { device } = await added(team.cookies.viewer, 'Key')
  const { question, cookie } = await asked('/api/sign-in/passkey/begin')
  const answer = await post('/api/sign-in/passkey', { answer: device.answer(question, odd) }, cookie)
  expect(answer.status).toBe(401)
  expect(answer.headers.getSetCookie().join()).not.toContain('session_token')
})

test('a key that is made for another site or by nobody in person is not kept', async () => {
  for (const odd of [{ origin: 'https://evil.example' }, { rpId: 'evil.example' }, { isUnverified: true }]) {
    const { question, cookie } = await asked('/api/account/passkeys/begin', team.cookies.admin)
    const body = { name: 'Key', answer: makeDevice(URL_HERE).make(question, odd) }
    expect((await post('/api/account/passkeys', body, cookie)).status).toBe(409)
  }
  expect((await accountOf(team.cookies.admin)).signInMethods.passkeys).toEqual([])
})

test.each([
  ['nothing', {}],
  ['a text', { answer: 'key' }],
  ['no key', { answer: { id: '', rawId: '', type: 'public-key', response: {} } }],
  ['2 MB', { answer: { id: 'a'.repeat(2_000_000), rawId: 'a', type: 'public-key', response: {} } }],
  ['what is no Base64', { answer: { id: '<x>', rawId: '\u0000', type: 'public-key', response: {} } }],
])('%s in place of an answer is refused as a bad request', async (_, body) => {
  const { cookie } = await asked('/api/sign-in/passkey/begin')
  expect([400, 413]).toContain((await post('/api/sign-in/passkey', body, cookie)).status)
})

test('rubbish of the right shape is refused, and adds no key', async () => {
  const answer = {
    ...{ id: 'a2V5', rawId: 'a2V5', type: 'public-key' },
    response: { clientDataJSON: 'bm8', attestationObject: 'AA' },
  }
  const { cookie } = await asked('/api/account/passkeys/begin', team.cookies.owner)
  expect((await post('/api/account/passkeys', { name: 'x', answer }, cookie)).status).toBe(409)
  expect((await accountOf(team.cookies.owner)).signInMethods.passkeys).toEqual([])
})

test('a link of an admin sets a new password once; it ends all sessions and signs in', async () => {
  const cookie = await team.invite('launcher', 'Rita')
  const id = await team.idOf('Rita')
  const link = async (by: string) => team.ask('POST', `/api/members/${id}/password-link`, { cookie: by })
  expect((await link(team.cookies.launcher)).status).toBe(403)
  const tokenOf = async (answer: Response) =>
    passwordLinkSchema.parse(await answer.json()).link.split('#')[1] ?? ''
  const first = await tokenOf(await link(team.cookies.admin))
  const second = await tokenOf(await link(team.cookies.admin))
  const next = 'another long password'
  const reset = (token: string, given = next) => post('/api/password-reset', { token, password: given })
  const replaced = await reset(first)
  expect(replaced.status).toBe(401)
  expect(problemSchema.parse(await replaced.json()).detail).toContain('was used, replaced or has run out')
  expect((await reset(second, 'short')).status).toBe(400)
  const done = await reset(second)
  expect(done.status).toBe(204)
  expect((await accountOf(cookieOf(done))).person.name).toBe('Rita')
  expect((await team.ask('GET', '/api/account', { cookie })).status).toBe(401)
  expect((await reset(second)).status).toBe(401)
  expect((await team.signIn('rita@example.org', password)).status).toBe(401)
  expect((await team.signIn('rita@example.org', next)).status).toBe(204)
})

test('a link for a password makes no account, and an invitation sets no password', async () => {
  const answer = await team.ask('POST', `/api/members/${await team.idOf('Rita')}/password-link`, {
    cookie: team.cookies.owner,
  })
  const token = passwordLinkSchema.parse(await answer.json()).link.split('#')[1]
  const accepted = await post('/api/invitations/accept', {
    ...{ token, name: 'Eve', email: 'eve@example.org', password },
  })
  expect(accepted.status).toBe(401)
  const invited = await team.ask('POST', '/api/invitations', {
    cookie: team.cookies.owner,
    body: { role: 'viewer' },
  })
  const { link } = passwordLinkSchema.parse(await invited.json())
  expect((await post('/api/password-reset', { token: link.split('#')[1], password })).status).toBe(401)
})

test('nobody above an admin is given a link by one', async () => {
  const path = `/api/members/${await team.idOf('Olga')}/password-link`
  expect((await team.ask('POST', path, { cookie: team.cookies.admin })).status).toBe(403)
})

test('under an address in numbers there are no passkeys, and that is said', async () => {
  const other = await startTeam({})
  try {
    const answer = await other.ask('POST', '/api/sign-in/passkey/begin', { body: {} })
    expect(answer.status).toBe(409)
    expect(problemSchema.parse(await answer.json()).detail).toContain('SKEIN_URL')
  } finally {
    await other.dispose()
  }
})
