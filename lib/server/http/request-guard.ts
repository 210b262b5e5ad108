import { subscribe } from 'node:diagnostics_channel'
import { IncomingMessage, ServerResponse } from 'node:http'
import { parseUrl } from '@/lib/core/wire/parse-url'
import { clientOf } from '../access/client-address'
import { CLIENT_HEADER } from './access'
import { answerHeaders } from './security-headers'

/** Methods that something here answers to. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Addresses that answer for requests nothing else here can read. Nobody links to them. */
export const refusedPaths = {
  address: '/api/refused/address',
  method: '/api/refused/method',
  page: '/refused',
} as const

/**
 * Sees every request of this process before anything else reads it. Each answer bears the headers that hold
 * for all, also where the framework fails by itself; and what the framework would fail at is led to where it
 * is answered in words.
 */
export function installRequestGuard(trustedProxies: readonly string[] = []): void {
  subscribe('http.server.request.start', (message) => {
    if (
      typeof message !== 'object' ||
      message === null ||
      !('request' in message) ||
      !('response' in message)
    )
      return
    const { request, response } = message
    if (request instanceof IncomingMessage && response instanceof ServerResponse)
      guardRequest(request, response, trustedProxies)
  })
}

/** What is done to a request on its way in. */
export function guardRequest(
  request: Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'socket'>,
  response: Pick<ServerResponse, 'setHeader'>,
  trustedProxies: readonly string[] = [],
): void {
  for (const [name, value] of Object.entries(answerHeaders)) response.setHeader(name, value)
  request.headers[CLIENT_HEADER] = clientOf(
    request.socket.remoteAddress,
    request.headers['x-forwarded-for']?.toString(),
    trustedProxies,
  )
  const url = request.url ?? '/'
  const isReadable = canBeRead(url)
  if (isReadable && methods.has(request.method ?? 'GET')) return
  const isOfApi = url.startsWith('/api/') || url === '/api'
  if (!isReadable)
    request.url = isOfApi || request.method !== 'GET' ? refusedPaths.address : refusedPaths.page
  else request.url = refusedPaths.method
  request.method = 'GET'
}

/** Whether an address is one at all, and its path text once its percent signs are read. */
function canBeRead(url: string): boolean {
  if (!url.startsWith('/') || parseUrl(url, 'http://localhost') === null) return false
  try {
    return decodeURIComponent(url.split('?', 1)[0] ?? '') !== ''
  } catch {
    return false
  }
}
