import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { z } from 'zod'
import { allEndpoints } from '@/lib/api/endpoints/all-endpoints'
import { answerSchemaOf, type Endpoint, refusalsOf } from '@/lib/api/endpoints/endpoint'
import { problemSchema } from '@/lib/api/problem'
import { parseJson } from '@/lib/core/base/json'
import { setApp } from '@/lib/server/http/the-app'
import { problems } from '@/lib/server/services/problem'
import { startTestApp, type TestAppOptions } from '@/lib/server/testing/test-app'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type Method = (typeof methods)[number]

type Handler = (
  request: Request,
  context: { params: Promise<{ [name: string]: string } | undefined> },
) => Promise<Response>
const handlerSchema = z.custom<Handler>((value) => typeof value === 'function')

const folder = join(process.cwd(), 'app')
const noParams: Promise<Record<string, never>> = Promise.resolve({})

type Routes = ReadonlyMap<string, ReadonlyMap<Method, Handler>>

let read: Promise<Routes> | null = null

/** Every route file: its path as the document writes it, and the handlers it has. */
export function allRoutes(): Promise<Routes> {
  read ??= readRoutes()
  return read
}

async function readRoutes(): Promise<Routes> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('route.ts'),
  )
  const routes = new Map<string, Map<Method, Handler>>()
  // What answers for every other address is no address of its own.
  // Neither is the protocol of `/mcp`, which has no contract.
  const isEndpoint = (file: string) => !file.includes('[...') && !file.startsWith('mcp')
  for (const file of files.filter(isEndpoint).sort()) {
    const path = `/${file.replace(/\/?route\.ts$/, '').replaceAll(/\[(\w+)\]/g, '{$1}')}`
    const loaded = z.record(z.string(), z.unknown()).parse({ ...(await import(join(folder, file))) })
    const found = methods.flatMap((method): [Method, Handler][] =>
      loaded[method] === undefined ? [] : [[method, handlerSchema.parse(loaded[method])]],
    )
    routes.set(path, new Map(found))
  }
  return routes
}

export type Answer = { status: number; type: string | null; body: unknown; text: string; headers: Headers }

/** A real app behind its routes, called as functions. */
export async function startTestApi(options: TestAppOptions = {}) {
  const app = await startTestApp(options)
  setApp(app.app)
  const routes = new Map(await allRoutes())
  // It is no endpoint of the API: what is sent there is a protocol of its own.
  const { GET, POST } = await import('../mcp/route')
  const handled =
    (handler: typeof GET): Handler =>
    (request) =>
      handler(request, { params: noParams })
  routes.set(
    '/mcp',
    new Map([
      ['GET', handled(GET)],
      ['POST', handled(POST)],
    ]),
  )
  // A path that is written out goes before one with a parameter, as in the app.
  const table = [...routes]
    .map(([path, handlers]) => ({ path, handlers, ...patternOf(path) }))
    .sort((a, b) => a.names.length - b.names.length)
  const find = (method: Method, pathname: string) => {
    for (const { path, handlers, names, pattern } of table) {
      const handler = handlers.get(method)
      const match = handler === undefined ? null : pattern.exec(pathname)
      if (match === null || handler === undefined) continue
      const params = Object.fromEntries(
        names.map((name, at) => [name, decodeURIComponent(match[at + 1] ?? '')]),
      )
      return { path, handler, params }
    }
    throw new Error(`There is no route ${method} ${pathname}`)
  }

  const send = async (method: Method, path: string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(path, 'http://127.0.0.1:3000')
    const { handler, params } = find(method, url.pathname)
    const headers = new Headers(init.headers)
    if (!headers.has('host')) headers.set('host', '127.0.0.1:3000')
    const request = new Request(url, { ...init, method, headers })
    // As Next does it, which gives nothing where a path has no parameters.
    const given = Object.keys(params).length === 0 ? undefined : params
    return handler(request, { params: Promise.resolve(given) })
  }
  return {
    ...app,
    testApp: app,
    send,
    /** Sends JSON and reads the answer whole, which has to fit the contract of the endpoint. */
    async call(
      method: Method,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<Answer> {
      const init = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
      const asJson: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
      const response = await send(method, path, { ...init, headers: { ...asJson, ...headers } })
      const text = await response.text()
      const type = response.headers.get('content-type')
      const answer = { status: response.status, type, body: parseJson(text), text, headers: response.headers }
      const { pathname } = new URL(path, 'http://127.0.0.1:3000')
      const endpoint = endpointAt(method, find(method, pathname).path)
      expect(misfits(endpoint, answer), `${method} ${path} answers as its contract says`).toEqual([])
      return answer
    },
    async dispose() {
      setApp(null)
      await app.dispose()
    },
  }
}
export type TestApi = Awaited<ReturnType<typeof startTestApi>>

/** The contract of a method of a route. */
export function endpointAt(method: Method, path: string): Endpoint {
  const found = allEndpoints.find(({ endpoint }) => endpoint.method === method && endpoint.path === path)
  if (found === undefined) throw new Error(`There is no contract of ${method} ${path}`)
  return found.endpoint
}

/** What of a real answer is not as the contract says, in sentences. */
function misfits(endpoint: Endpoint, { status, type, body, text }: Answer): string[] {
  const { answer } = endpoint
  if (status >= 400) {
    const declared = refusalsOf(endpoint).map((kind) => problems[kind].status)
    return [
      ...(declared.includes(status) ? [] : [`refuses with ${status}, which it does not declare`]),
      ...(type === 'application/problem+json' ? [] : [`its refusal is ${type}`]),
      ...(problemSchema.safeParse(body).error?.issues.map(({ message }) => message) ?? []),
    ]
  }
  const expected = {
    json: [answer.kind === 'json' ? answer.status : 0],
    act: [200, 202],
    nothing: [204],
    redirect: [303],
  }
  const statuses: readonly number[] = { ...expected, file: [200], stream: [200] }[answer.kind]
  const problem = statuses.includes(status) ? [] : [`answers ${status} in place of ${statuses.join(' or ')}`]
  if (answer.kind === 'nothing') return text === '' ? problem : [...problem, 'answers a body']
  if (answer.kind === 'file' && !answer.types.some((one) => type?.startsWith(one) === true))
    return [...problem, `answers ${type}`]
  const schema = type === 'application/json' ? answerSchemaOf(endpoint) : null
  return [...problem, ...(schema?.safeParse(body).error?.issues.map((issue) => JSON.stringify(issue)) ?? [])]
}

const patterns = new Map<string, { names: string[]; pattern: RegExp }>()

/** What addresses of a path look like, worked out once for all apps of this process. */
function patternOf(path: string) {
  const known = patterns.get(path)
  if (known !== undefined) return known
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
  const text = path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '([^/]+)')
  const made = { names, pattern: new RegExp(`^${text}$`) }
  patterns.set(path, made)
  return made
}
