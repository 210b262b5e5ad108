import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { launchedSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import { eventsOf, workflow } from '@/lib/server/testing/test-app'
import { allRoutes, startTestApi, type TestApi } from './testing'

const token = 'a-team-token-of-many-letters'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({
    env: { SKEIN_TEAM_TOKEN: token, SKEIN_ALLOWED_HOSTS: 'skein.example, other.example:8443' },
  })
})
afterAll(() => api.dispose())

async function joined(name: string): Promise<string> {
  const answer = await api.call('POST', '/api/join', { token, name })
  expect(answer.status).toBe(204)
  const cookie = answer.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/^skein_member=[\w-]+\.[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/)
  expect(cookie).not.toContain(token)
  return cookie.split(';')[0] ?? ''
}

describe('a server with a team token', () => {
  test('answers nobody who has not joined, on any route but those that are open', async () => {
    const open: string[] = []
    for (const [path, methods] of await allRoutes()) {
      for (const method of methods.keys()) {
        const { status } = await api.call(
          method,
          path.replaceAll(/\{\w+\}/g, 'x'),
          method === 'GET' ? undefined : {},
        )
        if (status !== 401) open.push(`${method} ${path} ${status}`)
      }
    }
    expect(open).toEqual([
      'GET /api/access 200',
      'GET /api/auth/callback/oidc 409',
      'GET /api/health/live 200',
      'GET /api/health/ready 200',
      'GET /api/health 200',
      'POST /api/invitations/accept 400',
      'POST /api/join 400',
      'GET /api/openapi.json 200',
      'POST /api/password-reset 400',
      'POST /api/shared 400',
      'POST /api/sign-in/oidc 409',
      'POST /api/sign-in/passkey/begin 409',
      'POST /api/sign-in/passkey 400',
      'POST /api/sign-in 400',
    ])
  })

  test('refuses a wrong token, an empty name and a forged cookie', async () => {
    const wrong = await api.call('POST', '/api/join', { token: 'wrong', name: 'Eve' })
    expect(wrong).toMatchObject({
      status: 401,
      body: { detail: expect.stringContaining('not the team token') },
    })
    expect(wrong.headers.get('set-cookie')).toBeNull()
    expect((await api.call('POST', '/api/join', { token, name: ' ' })).status).toBe(400)
    const cookie = await joined('Ann')
    const forged = cookie.replace(/=[\w-]+\./, `=${Buffer.from('Eve').toString('base64url')}.`)
    expect((await api.call('GET', '/api/runs', undefined, { cookie: forged })).status).toBe(401)
    expect((await api.call('GET', '/api/runs', undefined, { authorization: 'Bearer wrong' })).status).toBe(
      401,
    )
  })

  test('lets nobody change the folders that runs may open but who sits at its machine', async () => {
    const cookie = await joined('Ann')
    const from = (client: string) => ({ cookie, 'x-skein-client': client })
    const body = { path: '/nowhere-at-all' }
    expect((await api.call('POST', '/api/folders', body, from('192.168.1.7'))).status).toBe(403)
    const address = '/api/folders?path=/nowhere-at-all'
    expect((await api.call('DELETE', address, undefined, from('192.168.1.7'))).status).toBe(403)
    expect((await api.call('POST', '/api/folders', body, from('127.0.0.1'))).status).toBe(400)
    expect((await api.call('DELETE', address, undefined, from('127.0.0.1'))).status).toBe(404)
  })

  test('lets nobody configure MCP servers but who sits at its machine', async () => {
    const cookie = await joined('Ann')
    const server = { kind: 'stdio', name: 'own', command: 'true' }
    const from = (client: string) => ({ cookie, 'x-skein-client': client })
    for (const [method, path] of [
      ['POST', '/api/mcp'],
      ['PUT', '/api/mcp/own'],
      ['DELETE', '/api/mcp/own'],
    ] as const) {
      const body = method === 'DELETE' ? undefined : server
      expect((await api.call(method, path, body, { cookie })).status).toBe(403)
      expect((await api.call(method, path, body, from('192.168.1.7'))).status).toBe(403)
    }
    expect((await api.call('POST', '/api/mcp', server, from('127.0.0.1'))).status).toBe(201)
    expect((await api.call('GET', '/api/mcp', undefined, from('192.168.1.7'))).status).toBe(200)
    expect((await api.call('DELETE', '/api/mcp/own', undefined, from('0:0:0:0::/64'))).status).toBe(204)
  })

  test('records who did what', async () => {
    const ann = await joined('Ann Ünüsual')
    const headers = { cookie: `theme=dark; ${ann}` }
    expect((await api.call('GET', '/api/settings', undefined, headers)).body).toMatchObject({
      you: 'Ann Ünüsual',
    })
    const body = { script: workflow('return 1'), approval: 'ask' }
    const id = launchedSchema.parse((await api.call('POST', '/api/runs', body, headers)).body).id
    const bot = { authorization: `Bearer ${token}`, 'x-skein-name': 'nightly' }
    expect((await api.call('POST', `/api/runs/${id}/approve`, undefined, bot)).status).toBe(200)
    await api.ended(id)
    const journal = await api.journal(id)
    expect(eventsOf(journal, 'run.created')).toMatchObject([
      { actor: person('Ann Ünüsual'), spec: { launchedBy: person('Ann Ünüsual') } },
    ])
    expect(eventsOf(journal, 'run.approved')).toEqual([{ type: 'run.approved', actor: person('nightly') }])
    expect(JSON.stringify(journal)).not.toContain(token)
  })
})

describe('guessing at the token', () => {
  const from = (client: string) => ({ 'x-skein-client': client })

  test('is slowed down after a few tries, on the join page and by programs, and told once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const statuses: number[] = []
    for (let count = 0; count < 20; count++) {
      const wrong =
        count % 2 === 0
          ? api.call('POST', '/api/join', { token: `guess ${count}`, name: 'Eve' }, from('eve'))
          : api.call('GET', '/api/runs', undefined, { ...from('eve'), authorization: `Bearer guess${count}` })
      statuses.push((await wrong).status)
    }
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401])
    expect(new Set(statuses.slice(5))).toEqual(new Set([429]))
    const held = await api.call('POST', '/api/join', { token, name: 'Eve' }, from('eve'))
    expect(held.status).toBe(429)
    expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await api.call('POST', '/api/join', { token, name: 'Ann' }, from('ann'))).status).toBe(204)
    expect(warn).toHaveBeenCalledTimes(2)
    expect(JSON.stringify(warn.mock.calls)).not.toContain('guess')
  })

  test.each(['a\nb', 'a\u0000b', 'Ann\u202egnp', '\u200b\u200b', 'a\u2066b', '\ud83d'])(
    'a name that could be taken for something else is refused: %j',
    async (name) => {
      expect((await api.call('POST', '/api/join', { token, name }, from('ann'))).status).toBe(400)
    },
  )

  test.each(['李 小龍', 'Zoë', "O'Neill-Ünal", '😀 Ann', 'محمد'])(
    'a name of any script is taken: %s',
    async (name) => {
      expect((await api.call('POST', '/api/join', { token, name }, from('ann'))).status).toBe(204)
    },
  )
})

describe('a page of another site', () => {
  const me = { authorization: `Bearer ${token}` }

  test.each([
    'skein.example',
    'skein.example:3000',
    'other.example:8443',
    'localhost:3000',
    '127.0.0.1',
    '[::1]:3000',
  ])('is not one that asks for %s', async (host) => {
    expect((await api.call('GET', '/api/health', undefined, { host })).status).toBe(200)
    const origin = `http://${host}`
    expect((await api.call('GET', '/api/runs', undefined, { ...me, host, origin })).status).toBe(200)
  })

  test.each([
    'evil.example',
    'skein.example.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '127.0.0.1.evil.example',
    ' ',
  ])('with the host %s is refused', async (host) => {
    const answer = await api.call('GET', '/api/health', undefined, { host })
    expect(answer).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('SKEIN_ALLOWED_HOSTS') },
    })
  })

  test.each(['http://evil.example', 'null', 'http://localhost:4000', 'file://'])(
    'from %s is refused',
    async (origin) => {
      const answer = await api.call(
        'POST',
        '/api/runs',
        { script: 'x' },
        { ...me, host: 'localhost:3000', origin },
      )
      expect(answer).toMatchObject({ status: 403, body: { detail: expect.stringContaining(origin) } })
    },
  )
})
