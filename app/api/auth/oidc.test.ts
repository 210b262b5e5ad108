import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { accessSchema } from '@/lib/api/first/access'
import { accountSchema, oidcBegunSchema } from '@/lib/api/people'
import { cookieOf, startTeam, type Team } from '../members/testing'
import { type Issuer, type Lie, startIssuer } from './testing'

const client = { id: 'skein-client', secret: 'a-client-secret-of-this-test' }

let issuer: Issuer
let team: Team
const warnings: string[] = []
beforeAll(async () => {
  issuer = await startIssuer(client)
  team = await startTeam({
    env: {
      SKEIN_URL: 'http://127.0.0.1:3000',
      SKEIN_OIDC_ISSUER: issuer.url,
      SKEIN_OIDC_CLIENT_ID: client.id,
      SKEIN_OIDC_CLIENT_SECRET: client.secret,
      SKEIN_OIDC_NAME: 'Example Login',
      SKEIN_OIDC_ROLES: 'admins=admin, engineers=launcher, staff=viewer',
    },
  })
})
afterAll(async () => {
  await team.dispose()
  issuer.close()
})
beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation((line: unknown) => void warnings.push(String(line)))
})
afterEach(() => void vi.restoreAllMocks())

async function begin(back = '/runs') {
  const answer = await team.ask('POST', '/api/sign-in/oidc', { body: { back } })
  return { ...oidcBegunSchema.parse(await answer.json()), cookie: cookieOf(answer) }
}

/** What the browser asks when the provider has sent it back: another site led it here. */
const comeBack = (query: URLSearchParams, cookie: string) =>
  team.ask('GET', `/api/auth/callback/oidc?${query}`, {
    cookie,
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  })

const claimsOf = (name: string, groups: unknown) => ({
  sub: `id-of-${name}`,
  name,
  email: `${name}@corp.example`,
  email_verified: true,
  groups,
})

/** One whole sign-in; gives where it led, and who is signed in by it. */
async function signInAs(name: string, groups: unknown, lie: Lie = {}) {
  const { url, cookie } = await begin()
  const answer = await comeBack(issuer.approve(url, claimsOf(name, groups), lie), cookie)
  const session = cookieOf(answer)
  const { you } = accessSchema.parse(await (await team.ask('GET', '/api/access', { cookie: session })).json())
  return { status: answer.status, location: answer.headers.get('location') ?? '', you, session }
}

describe('a sign-in by the provider', () => {
  test('is offered, asks for a nonce, a state and a code challenge, and leads back to where one was', async () => {
    const access = accessSchema.parse(await (await team.ask('GET', '/api/access')).json())
    expect(access).toMatchObject({ provider: 'Example Login', you: null })
    const { url, cookie } = await begin()
    const asked = new URL(url).searchParams
    expect(url.startsWith(`${issuer.url}/authorize?`)).toBe(true)
    for (const name of ['nonce', 'state', 'code_challenge'])
      expect(asked.get(name)?.length).toBeGreaterThan(16)
    expect(asked.get('redirect_uri')).toBe('http://127.0.0.1:3000/api/auth/callback/oidc')
    expect(cookie).toMatch(/^skein\.(state|oauth)/)
    const signedIn = await signInAs('ada', ['engineers', 'staff'])
    expect(signedIn).toMatchObject({ status: 303, location: 'http://127.0.0.1:3000/runs' })
    expect(signedIn.you).toMatchObject({ role: 'launcher', actor: { kind: 'person', name: 'ada' } })
  })

  test('gives the role of the groups anew at every sign-in, at once in the sessions there are', async () => {
    const before = await signInAs('bea', ['admins'])
    expect(before.you?.role).toBe('admin')
    const after = await signInAs('bea', ['staff'])
    expect(after.you).toMatchObject({ role: 'viewer', actor: { id: before.you?.actor.id } })
    expect((await team.ask('GET', '/api/members', { cookie: before.session })).status).toBe(403)
  })

  test.each([
    ['no groups', undefined],
    ['groups of nobody here', ['guests']],
    ['groups that are no list', { admins: true }],
    ['names inside of names', ['admins2', 'x,admins']],
  ])('with %s is refused', async (_, groups) => {
    const people = (await team.members()).length
    const { you, location, session } = await signInAs('carl', groups)
    expect([you, session]).toEqual([null, expect.not.stringContaining('session_token')])
    expect(location).toMatch(/^http:\/\/127\.0\.0\.1:3000\/sign-in\?error=/)
    expect((await team.members()).length).toBe(people)
  })

  test('that calls somebody what cannot stand beside other names has it made fit, and short', async () => {
    const name = `\u202eagl\u0000O\n${'x'.repeat(5_000)}`
    const { you } = await signInAs('mal', ['staff'], { claims: { name } })
    expect(you?.actor.name).toMatch(/^aglOx{30,60}/)
    expect(you?.actor.name.length).toBeLessThanOrEqual(61)
    const nameless = await signInAs('nil', ['staff'], { claims: { name: '\u200b\u202e' } })
    expect(nameless.you?.actor.name).toBe('Somebody')
  })

  const past = Math.floor(Date.now() / 1000) - 3600
  test.each<[string, Lie]>([
    ['another issuer', { claims: { iss: 'https://evil.example' } }],
    ['another audience', { claims: { aud: 'another-client' } }],
    ['another nonce', { claims: { nonce: 'guessed' } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['a time that has passed', { claims: { exp: past } }],
    ['the key of somebody else', { isForged: true }],
    ['no signature', { algorithm: 'none' }],
    ['another kind of signature', { algorithm: 'HS256' }],
    ['no token at all, only what its own page of somebody says', { hasNoToken: true }],
  ])('with a token of %s is refused', async (_, lie) => {
    const { you, location } = await signInAs('eve', ['admins'], lie)
    expect(you).toBeNull()
    expect(location).toMatch(/\/sign-in\?error=/)
    expect((await team.members()).some(({ email }) => email.startsWith('eve@'))).toBe(false)
  })

  test('is refused without the state, with the state of another browser, and a second time', async () => {
    const [mine, theirs] = [await begin(), await begin()]
    const query = issuer.approve(mine.url, claimsOf('dora', ['staff']))
    const wasSignedIn = async (answer: Response) => cookieOf(answer).includes('session_token=')
    expect(
      await wasSignedIn(await comeBack(new URLSearchParams({ code: query.get('code') ?? '' }), mine.cookie)),
    ).toBe(false)
    expect(await wasSignedIn(await comeBack(query, theirs.cookie))).toBe(false)
    const again = await begin()
    const good = issuer.approve(again.url, claimsOf('dora', ['staff']))
    expect(await wasSignedIn(await comeBack(good, again.cookie))).toBe(true)
    expect(await wasSignedIn(await comeBack(good, again.cookie))).toBe(false)
  })

  test('does not give the account of somebody whose address the provider names', async () => {
    const { url, cookie } = await begin()
    const claims = { ...claimsOf('mallory', ['staff']), email: 'olga@example.org' }
    const answer = await comeBack(issuer.approve(url, claims), cookie)
    expect(answer.headers.get('location')).toContain('error=')
    expect(cookieOf(answer)).not.toContain('session_token=')
  })

  test('goes on to no other site', async () => {
    for (const back of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
      const { url, cookie } = await begin(back)
      const answer = await comeBack(issuer.approve(url, claimsOf('fay', ['staff'])), cookie)
      expect(answer.headers.get('location')).toBe('http://127.0.0.1:3000/')
    }
  })

  test('leaves the last owner one, whatever their groups say', async () => {
    const { store, access } = team.api.app
    const gus = await signInAs('gus', ['staff'])
    const id = gus.you?.actor.id ?? ''
    await store.people.setRole(id, 'owner', 'owner')
    const olga = await team.idOf('Olga')
    await store.people.setRole(olga, 'admin', 'owner')
    access.askers.changed(id)
    expect((await signInAs('gus', ['staff'])).you?.role).toBe('owner')
    await store.people.setRole(olga, 'owner', 'owner')
  })

  test('leaves no token of the provider in the database or the log', () => {
    const database = ['skein.db', 'skein.db-wal']
      .map((name) => readFileSync(join(team.api.dataDir, name), 'latin1'))
      .join('')
    const log = warnings.join('\n')
    expect(database).toContain('ada@corp.example')
    for (const secret of ['of-the-provider-alone', client.secret]) {
      expect(database).not.toContain(secret)
      expect(log).not.toContain(secret)
    }
  })
})

test('no other address of the API is led to by another site', async () => {
  const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
  for (const path of ['/api/runs', '/api/access', '/api/audit/export'])
    expect((await team.ask('GET', path, { cookie: team.cookies.owner, headers })).status).toBe(403)
})

describe('an account that is there', () => {
  async function linkAs(cookie: string, name: string, groups: unknown) {
    const answer = await team.ask('POST', '/api/account/provider', {
      cookie,
      body: { back: '/settings/account' },
    })
    expect(answer.status).toBe(200)
    const { url } = oidcBegunSchema.parse(await answer.json())
    return comeBack(issuer.approve(url, claimsOf(name, groups)), `${cookie}; ${cookieOf(answer)}`)
  }
  const methodsOf = async (cookie: string) =>
    accountSchema.parse(await (await team.ask('GET', '/api/account', { cookie })).json()).signInMethods

  test('is linked by who is signed in, whatever its address there, and unlinked again', async () => {
    const cookie = await team.invite('launcher', 'Sven')
    expect(await methodsOf(cookie)).toMatchObject({ provider: 'Example Login', isLinked: false })
    const linked = await linkAs(cookie, 'sven.corp', ['engineers'])
    expect(linked.headers.get('location')).toBe('http://127.0.0.1:3000/settings/account')
    expect(await methodsOf(cookie)).toMatchObject({ isLinked: true, hasPassword: true })
    const signedIn = await signInAs('sven.corp', ['engineers'])
    expect(signedIn.you?.actor).toMatchObject({ id: await team.idOf('Sven'), name: 'Sven' })
    const unlink = () => team.ask('DELETE', '/api/account/provider', { cookie })
    expect((await unlink()).status).toBe(204)
    expect((await unlink()).status).toBe(404)
    const stranger = await signInAs('sven.corp', ['engineers'])
    expect(stranger.you?.actor.id).not.toBe(await team.idOf('Sven'))
  })

  test('of somebody else is not linked a second time, nor one without a role here', async () => {
    await signInAs('milo', ['staff'])
    const cookie = await team.invite('viewer', 'Nora')
    for (const [name, groups] of [
      ['milo', ['staff']],
      ['otto', ['guests']],
    ] as const) {
      const refused = await linkAs(cookie, name, groups)
      expect(refused.headers.get('location')).toContain('error=')
      expect((await methodsOf(cookie)).isLinked).toBe(false)
    }
  })

  test('without a password is not left without any way in', async () => {
    const { session } = await signInAs('pia', ['staff'])
    expect(await methodsOf(session)).toMatchObject({ hasPassword: false, isLinked: true })
    const answer = await team.ask('DELETE', '/api/account/provider', { cookie: session })
    expect(answer.status).toBe(409)
  })
})
