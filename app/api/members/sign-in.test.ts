import { createHook } from 'node:async_hooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { accessSchema } from '@/lib/api/first/access'
import { accountSchema } from '@/lib/api/people'
import { launchedSchema } from '@/lib/api/runs'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { cookieOf, password, startTeam, type Team } from './testing'

let team: Team
const warnings: string[] = []
beforeAll(async () => {
  team = await startTeam()
})
afterAll(() => team.dispose())
beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation((line: unknown) => void warnings.push(String(line)))
})
afterEach(() => void vi.restoreAllMocks())

/** How many passwords are hashed meanwhile: the work by whose time an account could be told. */
async function derivations(during: () => Promise<unknown>): Promise<number> {
  let count = 0
  const hook = createHook({
    init(_id, type) {
      if (type === 'SCRYPTREQUEST') count += 1
    },
  }).enable()
  await during()
  hook.disable()
  return count
}

const runs = (cookie: string) => team.ask('GET', '/api/runs', { cookie })
const from = (address: string) => ({ 'x-forwarded-for': address })
const signInFrom = (address: string, email: string, given: string) =>
  team.ask('POST', '/api/sign-in', { body: { email, password: given }, headers: from(address) })

describe('the first owner', () => {
  test('comes by the link that was printed, once', async () => {
    expect(team.told.join('\n')).toContain(`/invitation#${team.ownerToken}`)
    const again = await team.accept(team.ownerToken, 'Mallory')
    expect(again.status).toBe(401)
    expect(again.headers.getSetCookie()).toEqual([])
    const access = accessSchema.parse(
      await (await team.ask('GET', '/api/access', { cookie: team.cookies.owner })).json(),
    )
    expect(access).toMatchObject({
      mode: 'team',
      you: { role: 'owner', actor: { kind: 'person', name: 'Olga' } },
    })
  })

  test('of many who open the link of an invitation at once, one gets in', async () => {
    const answer = await team.ask('POST', '/api/invitations', {
      cookie: team.cookies.owner,
      body: { role: 'viewer' },
    })
    const token = String(await answer.text()).match(/#([\w-]+)/)?.[1] ?? ''
    const all = await Promise.all([1, 2, 3, 4].map((nth) => team.accept(token, `Guest${nth}`)))
    expect(all.map(({ status }) => status).sort()).toEqual([204, 401, 401, 401])
  })

  test('an invitation for one address is used by no other, and can be taken back', async () => {
    const invited = await team.ask('POST', '/api/invitations', {
      cookie: team.cookies.owner,
      body: { role: 'viewer', email: 'only@example.org' },
    })
    const { id, link } = await invited.json()
    const token = String(link).split('#')[1] ?? ''
    expect((await team.accept(token, 'Other')).status).toBe(409)
    expect((await team.ask('DELETE', `/api/invitations/${id}`, { cookie: team.cookies.owner })).status).toBe(
      204,
    )
    expect((await team.accept(token, 'Only', 'only@example.org')).status).toBe(401)
  })
})

describe('a sign-in', () => {
  test('answers the same for an address without an account and for a wrong password', async () => {
    const unknown = await signInFrom('198.51.100.1', 'nobody@example.org', 'wrong password')
    const wrong = await signInFrom('198.51.100.2', 'vera@example.org', 'wrong password')
    expect([unknown.status, await unknown.text()]).toEqual([wrong.status, await wrong.text()])
    expect(wrong.status).toBe(401)
    expect(unknown.headers.getSetCookie()).toEqual(wrong.headers.getSetCookie())
  })

  test('hashes a password for an address without an account as well, so its time tells nothing', async () => {
    expect(await derivations(() => signInFrom('198.51.100.3', 'nobody@example.org', 'wrong password'))).toBe(
      1,
    )
    expect(await derivations(() => signInFrom('198.51.100.4', 'vera@example.org', 'wrong password'))).toBe(1)
  })

  test('gives a new session whatever cookie was brought along, and ends the one before', async () => {
    const first = cookieOf(await team.signIn('vera@example.org'))
    const planted = first.replace(/=./, '=x')
    const answer = await team.ask('POST', '/api/sign-in', {
      body: { email: 'vera@example.org', password },
      cookie: planted,
    })
    expect(cookieOf(answer)).not.toContain(planted.split('=')[1] ?? '')
    expect((await runs(planted)).status).toBe(401)
    const second = cookieOf(
      await team.ask('POST', '/api/sign-in', {
        body: { email: 'vera@example.org', password },
        cookie: first,
      }),
    )
    expect((await runs(first)).status).toBe(401)
    expect((await runs(second)).status).toBe(200)
  })

  test('sets a cookie that no script reads and no other site sends along with a form', async () => {
    const [cookie = ''] = (await team.signIn('vera@example.org')).headers.getSetCookie()
    expect(cookie).toMatch(/^skein\.session_token=/)
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Lax/i)
    expect(cookie).toMatch(/Path=\//i)
  })

  test.each([
    [{ origin: 'https://evil.example' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'content-type': 'text/plain' }],
  ])('and every act is refused to another site, with a good session too: %j', async (headers) => {
    const status = async (path: string, body: object) =>
      (await team.ask('POST', path, { cookie: team.cookies.owner, body, headers })).status
    expect([403, 415]).toContain(await status('/api/sign-in', { email: 'vera@example.org', password }))
    expect([403, 415]).toContain(await status('/api/invitations', { role: 'owner' }))
    expect([403, 415]).toContain(await status('/api/runs', { script: workflow('return 1') }))
  })

  test('is braked for an address that guesses, many at once too, and for nobody else', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 30 }, (_, nth) => signInFrom('203.0.113.5', `user${nth}@example.org`, 'a guess')),
    )
    const statuses = guesses.map(({ status }) => status)
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(6)
    expect(new Set(statuses)).toEqual(new Set([401, 429]))
    const held = await signInFrom('203.0.113.5', 'vera@example.org', password)
    expect(held.status).toBe(429)
    expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await signInFrom('203.0.113.6', 'vera@example.org', password)).status).toBe(204)
    expect(warnings.filter((line) => line.includes('203.0.113.5'))).toHaveLength(1)
  })

  test('to an account that is guessed at from everywhere is locked, but for where its owner was before', async () => {
    expect((await signInFrom('192.0.2.10', 'lena@example.org', password)).status).toBe(204)
    for (let nth = 0; nth < 14; nth++) await signInFrom(`192.0.2.${100 + nth}`, 'lena@example.org', 'a guess')
    expect((await signInFrom('192.0.2.200', 'lena@example.org', password)).status).toBe(429)
    expect((await signInFrom('192.0.2.10', 'lena@example.org', password)).status).toBe(204)
  })

  test('leaves no password, token or address of anybody in the log', () => {
    const text = [...warnings, ...team.told].join('\n')
    for (const secret of [password, 'a guess', 'wrong password', 'lena@example.org', 'session_token'])
      expect(text).not.toContain(secret)
  })
})

describe('a session', () => {
  test('that is ended is out at once, and so is its stream', async () => {
    const here = cookieOf(await team.signIn('adam@example.org'))
    const there = cookieOf(await team.signIn('adam@example.org'))
    const stream = await team.ask('GET', '/api/stream', { cookie: there })
    const account = async () =>
      accountSchema.parse(await (await team.ask('GET', '/api/account', { cookie: here })).json())
    const { sessions } = await account()
    expect(sessions.filter(({ isThis }) => isThis)).toHaveLength(1)
    for (const { id, isThis } of sessions)
      if (!isThis)
        expect((await team.ask('DELETE', `/api/account/sessions/${id}`, { cookie: here })).status).toBe(204)
    await stream.text()
    expect((await runs(there)).status).toBe(401)
    expect((await runs(here)).status).toBe(200)
    expect((await account()).sessions).toHaveLength(1)
  })

  test('is not ended by somebody else who knows its id', async () => {
    const vera = cookieOf(await team.signIn('vera@example.org'))
    const { sessions } = accountSchema.parse(
      await (await team.ask('GET', '/api/account', { cookie: vera })).json(),
    )
    const id = sessions.find(({ isThis }) => isThis)?.id ?? ''
    const answer = await team.ask('DELETE', `/api/account/sessions/${id}`, { cookie: team.cookies.owner })
    expect(answer.status).toBe(404)
    expect((await runs(vera)).status).toBe(200)
  })

  test('signing out ends this one, signing out everywhere all of them', async () => {
    const [one, two] = [
      cookieOf(await team.signIn('vera@example.org')),
      cookieOf(await team.signIn('vera@example.org')),
    ]
    const out = await team.ask('POST', '/api/sign-out', { cookie: one })
    expect(out.status).toBe(204)
    expect(out.headers.getSetCookie().join()).toMatch(/skein\.session_token=;.*Max-Age=0/)
    expect([(await runs(one)).status, (await runs(two)).status]).toEqual([401, 200])
    expect((await team.ask('DELETE', '/api/account/sessions', { cookie: two })).status).toBe(204)
    expect((await runs(two)).status).toBe(401)
  })

  test('a new password ends all others, and the old one is worth nothing', async () => {
    const [here, there] = [
      cookieOf(await team.signIn('vera@example.org')),
      cookieOf(await team.signIn('vera@example.org')),
    ]
    const change = (current: string, next: string) =>
      team.ask('PUT', '/api/account/password', { cookie: here, body: { current, next } })
    expect((await change('not the password', 'another long password')).status).toBe(409)
    expect((await change(password, 'short')).status).toBe(400)
    expect((await change(password, 'another long password')).status).toBe(204)
    expect([(await runs(here)).status, (await runs(there)).status]).toEqual([200, 401])
    expect((await team.signIn('vera@example.org')).status).toBe(401)
    expect((await team.signIn('vera@example.org', 'another long password')).status).toBe(204)
  })

  test('is not believed after the database forgot it, and not before its signature is looked at', async () => {
    const cookie = cookieOf(await team.signIn('adam@example.org'))
    const [name = '', value = ''] = cookie.split('=')
    const token = decodeURIComponent(value).split('.')[0] ?? ''
    for (const forged of [
      token,
      `${token}.`,
      `${token}.${'A'.repeat(43)}=`,
      `${encodeURIComponent(`${token}.x`)}`,
    ])
      expect((await runs(`${name}=${forged}`)).status).toBe(401)
  })
})

test('an act is recorded as who signed in, whatever the client says it is', async () => {
  const answer = await team.ask('POST', '/api/runs', {
    cookie: team.cookies.launcher,
    body: { script: workflow(`return agent(${JSON.stringify(`x ${sim({ text: 'done' })}`)})`) },
    headers: { 'x-skein-name': 'Olga' },
  })
  const { id } = launchedSchema.parse(await answer.json())
  const { run } = await team.api.ended(id)
  expect(run.launchedBy).toEqual({ kind: 'person', id: await team.idOf('Lena'), name: 'Lena' })
})

test('the shared token is refused with what to do', async () => {
  const shared = await team.ask('GET', '/api/runs', { key: 'the-old-team-token-1234' })
  expect(shared.status).toBe(401)
  expect(await shared.text()).toMatch(/API key.*\/settings\/keys/)
  const join = await team.ask('POST', '/api/join', {
    body: { token: 'the-old-team-token-1234', name: 'Eve' },
  })
  expect(join.status).toBe(409)
})

test('behind TLS the cookie is for TLS alone', async () => {
  const secure = await startTeam({ env: { SKEIN_URL: 'https://skein.example' } })
  const [cookie = ''] = (await secure.signIn('vera@example.org')).headers.getSetCookie()
  expect(cookie).toMatch(/^__Secure-skein\.session_token=/)
  expect(cookie).toMatch(/; Secure/i)
  await secure.dispose()
})
