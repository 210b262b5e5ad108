import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchedSchema } from '@/lib/api/runs'
import { eventsOf, workflow } from '@/lib/server/testing'
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
  test('answers nobody who has not joined, on any route but three', async () => {
    const open: string[] = []
    for (const [path, methods] of await allRoutes()) {
      for (const method of methods.keys()) {
        const { status } = await api.call(method, path.replaceAll(/\{\w+\}/g, 'x'), method === 'GET' ? undefined : {})
        if (status !== 401) open.push(`${method} ${path} ${status}`)
      }
    }
    expect(open).toEqual(['GET /api/health 200', 'POST /api/join 400', 'GET /api/openapi.json 200'])
  })

  test('refuses a wrong token, an empty name and a forged cookie', async () => {
    const wrong = await api.call('POST', '/api/join', { token: 'wrong', name: 'Eve' })
    expect(wrong).toMatchObject({ status: 401, body: { detail: expect.stringContaining('not the team token') } })
    expect(wrong.headers.get('set-cookie')).toBeNull()
    expect((await api.call('POST', '/api/join', { token, name: ' ' })).status).toBe(400)
    const cookie = await joined('Ann')
    const forged = cookie.replace(/=[\w-]+\./, `=${Buffer.from('Eve').toString('base64url')}.`)
    expect((await api.call('GET', '/api/runs', undefined, { cookie: forged })).status).toBe(401)
    expect((await api.call('GET', '/api/runs', undefined, { authorization: 'Bearer wrong' })).status).toBe(401)
  })

  test('records who did what', async () => {
    const ann = await joined('Ann Ünüsual')
    const headers = { cookie: `theme=dark; ${ann}` }
    expect((await api.call('GET', '/api/settings', undefined, headers)).body).toMatchObject({ you: 'Ann Ünüsual' })
    const body = { script: workflow('return 1'), approval: 'ask' }
    const id = launchedSchema.parse((await api.call('POST', '/api/runs', body, headers)).body).id
    const bot = { authorization: `Bearer ${token}`, 'x-skein-name': 'nightly' }
    expect((await api.call('POST', `/api/runs/${id}/approve`, undefined, bot)).status).toBe(200)
    await api.ended(id)
    const journal = await api.journal(id)
    expect(eventsOf(journal, 'run.created')).toMatchObject([
      { actor: 'Ann Ünüsual', spec: { launchedBy: 'Ann Ünüsual' } },
    ])
    expect(eventsOf(journal, 'run.approved')).toEqual([{ type: 'run.approved', actor: 'nightly' }])
    expect(JSON.stringify(journal)).not.toContain(token)
  })
})

describe('a foreign page', () => {
  const me = { authorization: `Bearer ${token}` }

  test.each(['skein.example', 'skein.example:3000', 'other.example:8443', 'localhost:3000', '127.0.0.1', '[::1]:3000'])(
    'is not one that asks for %s',
    async (host) => {
      expect((await api.call('GET', '/api/health', undefined, { host })).status).toBe(200)
      const origin = `http://${host}`
      expect((await api.call('GET', '/api/runs', undefined, { ...me, host, origin })).status).toBe(200)
    },
  )

  test.each([
    'evil.example',
    'skein.example.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '127.0.0.1.evil.example',
    ' ',
  ])('with the host %s is refused', async (host) => {
    const answer = await api.call('GET', '/api/health', undefined, { host })
    expect(answer).toMatchObject({ status: 403, body: { detail: expect.stringContaining('SKEIN_ALLOWED_HOSTS') } })
  })

  test.each(['http://evil.example', 'null', 'http://localhost:4000', 'file://'])(
    'from %s is refused',
    async (origin) => {
      const answer = await api.call('POST', '/api/runs', { script: 'x' }, { ...me, host: 'localhost:3000', origin })
      expect(answer).toMatchObject({ status: 403, body: { detail: expect.stringContaining(origin) } })
    },
  )
})
