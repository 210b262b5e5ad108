import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { parseJson } from '@/lib/core/base/json'
import { setApp } from '@/lib/server/http/the-app'
import { startTestApp, type TestAppOptions } from '@/lib/server/testing/test-app'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type Method = (typeof methods)[number]

type Handler = (request: Request, context: { params: Promise<{ [name: string]: string }> }) => Promise<Response>
const handlerSchema = z.custom<Handler>((value) => typeof value === 'function')

const folder = join(process.cwd(), 'app', 'api')

/** Every route file: its path as the document writes it, and the handlers it has. */
export async function allRoutes(): Promise<Map<string, Map<Method, Handler>>> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('route.ts'))
  const routes = new Map<string, Map<Method, Handler>>()
  // What answers for every other address is no address of its own.
  for (const file of files.filter((one) => !one.includes('[...')).sort()) {
    const path = `/api/${file.replace(/\/?route\.ts$/, '').replaceAll(/\[(\w+)\]/g, '{$1}')}`
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
  const routes = await allRoutes()

  const send = async (method: Method, path: string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(path, 'http://127.0.0.1:3000')
    const [handler, params] = find(routes, method, url.pathname)
    const headers = new Headers(init.headers)
    if (!headers.has('host')) headers.set('host', '127.0.0.1:3000')
    const request = new Request(url, { ...init, method, headers })
    return handler(request, { params: Promise.resolve(params) })
  }
  return {
    ...app,
    testApp: app,
    send,
    /** Sends JSON and reads the answer whole. */
    async call(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
      const init = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
      const asJson: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
      const response = await send(method, path, { ...init, headers: { ...asJson, ...headers } })
      const text = await response.text()
      const type = response.headers.get('content-type')
      return { status: response.status, type, body: parseJson(text), text, headers: response.headers }
    },
    async dispose() {
      setApp(null)
      await app.dispose()
    },
  }
}
export type TestApi = Awaited<ReturnType<typeof startTestApi>>

function find(
  routes: Map<string, Map<Method, Handler>>,
  method: Method,
  pathname: string,
): [Handler, { [name: string]: string }] {
  for (const [path, handlers] of routes) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
    const match = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '([^/]+)')}$`).exec(pathname)
    const handler = handlers.get(method)
    if (match === null || handler === undefined) continue
    return [handler, Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(match[at + 1] ?? '')]))]
  }
  throw new Error(`There is no route ${method} ${pathname}`)
}
