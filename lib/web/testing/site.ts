import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Clock } from '@/lib/core/ports/clock'
import { realClock } from '@/lib/server/testing/real-clock'
import { createPool, type Pool } from '@/lib/threads/pool'
import { createPageFetcher, type FetcherParts, usualFetchLimits } from '../fetch-page'
import type { PageAnswer, PageCall } from '../page-protocol'

export type Answering = (request: IncomingMessage, response: ServerResponse) => void

const entry = fileURLToPath(new URL('../../../dist/document-worker.mjs', import.meta.url))

/** Threads for pages as the build makes them. */
export function openPagePool(): Pool<PageCall, PageAnswer> {
  return createPool<PageCall, PageAnswer>({ entry, mostMs: 20_000, awake: realClock.awake, threads: 2 })
}

/** A host on this machine; `site.example` and all below `example` stand for it. */
export type Site = {
  port: number
  /** Paths that were asked for, in order. */
  asked: string[]
  url(path: string): string
  close(): Promise<void>
}

/** A site that answers by path; what it does not know is a 404, robots.txt included. */
export async function openSite(paths: Readonly<Record<string, Answering>>): Promise<Site> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const answer = paths[path]
    if (answer === undefined) response.writeHead(404).end('nothing')
    else answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // A server on a port has such an address.
  return {
    port,
    asked,
    url: (path) => `http://site.example:${port}${path}`,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** A fetcher whose names all stand for this machine, where only the site's port may be reached. */
export function fetcherFor(
  site: Site,
  pool: Pool<PageCall, PageAnswer>,
  more: Partial<Omit<FetcherParts, 'limits'>> & {
    limits?: Partial<FetcherParts['limits']>
    clock?: Clock
  } = {},
) {
  return createPageFetcher({
    resolve: async () => ['127.0.0.1'],
    clock: realClock,
    ask: (call, asker) => pool.ask(call, asker),
    allowedHosts: null,
    allowedEndpoints: [`127.0.0.1:${site.port}`],
    ...more,
    limits: { ...usualFetchLimits, ...more.limits },
  })
}

/** Answers with this body. */
export function says(
  body: string | Uint8Array,
  type = 'text/html',
  headers: Record<string, string> = {},
): Answering {
  return (_, response) => void response.writeHead(200, { 'content-type': type, ...headers }).end(body)
}

export function redirects(location: string): Answering {
  return (_, response) => void response.writeHead(302, { location }).end()
}
