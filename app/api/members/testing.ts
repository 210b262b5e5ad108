import { createServer, type IncomingMessage } from 'node:http'
import { vi } from 'vitest'
import { z } from 'zod'
import { invitedSchema, madeKeySchema, membersSchema } from '@/lib/api/people'
import type { Role } from '@/lib/core/base/role'
import { guardRequest } from '@/lib/server/http/request-guard'
import type { TestAppOptions } from '@/lib/server/testing/test-app'
import { type Method, startTestApi, type TestApi } from '../testing'

export const password = 'correct horse battery'

/** What a test sends: JSON, and who it is. */
type Asked = { body?: unknown; cookie?: string; key?: string; headers?: Record<string, string> }

/** The routes of an app behind a real HTTP server, with the request guard before them. */
export async function serveApi(api: TestApi) {
  // As long as people's server does: a test that keeps the loop busy would lose the connection it asks on next.
  const server = createServer({ keepAliveTimeout: 75_000 }, async (request, response) => {
    guardRequest(request, response)
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value))
    const leaving = new AbortController()
    response.on('close', () => leaving.abort())
    const init = {
      headers,
      signal: leaving.signal,
      // As it comes: whoever sends slowly is let in before all of it is there.
      ...(hasBody(request) ? { body: streamOf(request), duplex: 'half' as const } : {}),
    }
    const answer = await api.send(z.custom<Method>().parse(request.method), request.url ?? '/', init)
    for (const cookie of answer.headers.getSetCookie()) response.appendHeader('set-cookie', cookie)
    for (const [name, value] of answer.headers) if (name !== 'set-cookie') response.setHeader(name, value)
    response.writeHead(answer.status)
    for await (const chunk of answer.body ?? []) response.write(chunk)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = z.object({ port: z.number() }).parse(server.address())
  const url = `http://127.0.0.1:${port}`

  const ask = async (method: string, path: string, { body, cookie, key, headers = {} }: Asked = {}) => {
    const own: Record<string, string> = { ...headers }
    if (body !== undefined) own['content-type'] ??= 'application/json'
    if (cookie !== undefined) own.cookie = cookie
    if (key !== undefined) own.authorization = `Bearer ${key}`
    return fetch(`${url}${path}`, {
      method,
      headers: own,
      redirect: 'manual',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }
  return { url, ask, close: () => server.close() }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function streamOf(request: IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async start(controller) {
      for await (const chunk of request) controller.enqueue(new Uint8Array(chunk))
      controller.close()
    },
  })
}

/** The session that an answer sets, as a browser sends it back. */
export function cookieOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .join('; ')
}

/** A team's app, served, with one member a role; each has signed in. The first owner came by the printed link. */
export async function startTeam(options: TestAppOptions = {}) {
  const told: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: unknown) => void told.push(String(line)))
  const api = await startTestApi({ ...options, env: { SKEIN_AUTH: 'team', ...options.env } })
  log.mockRestore()
  const served = await serveApi(api)
  const ownerToken = /#([\w-]+)/.exec(told.join('\n'))?.[1] ?? ''

  const accept = (token: string, name: string, email = `${name.toLowerCase()}@example.org`) =>
    served.ask('POST', '/api/invitations/accept', { body: { token, name, email, password } })
  const signIn = async (email: string, given = password) =>
    served.ask('POST', '/api/sign-in', { body: { email, password: given } })
  const owner = cookieOf(await accept(ownerToken, 'Olga'))
  const invite = async (role: Role, name: string): Promise<string> => {
    const answer = await served.ask('POST', '/api/invitations', { cookie: owner, body: { role } })
    const { link } = invitedSchema.parse(await answer.json())
    return cookieOf(await accept(link.split('#')[1] ?? '', name))
  }
  const cookies: Record<Role, string> = {
    owner,
    admin: await invite('admin', 'Adam'),
    launcher: await invite('launcher', 'Lena'),
    viewer: await invite('viewer', 'Vera'),
  }
  const members = async () =>
    membersSchema.parse(await (await served.ask('GET', '/api/members', { cookie: owner })).json()).members
  return {
    ...served,
    api,
    told,
    ownerToken,
    cookies,
    accept,
    signIn,
    invite,
    members,
    idOf: async (name: string) => (await members()).find((one) => one.name === name)?.id ?? '',
    makeKey: async (cookie: string, body: object) =>
      madeKeySchema.parse(await (await served.ask('POST', '/api/keys', { cookie, body })).json()),
    async dispose() {
      served.close()
      await api.dispose()
    },
  }
}
export type Team = Awaited<ReturnType<typeof startTeam>>
