import { lookup as lookUp } from 'node:dns'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { Readable } from 'node:stream'
import type { FetchLike } from '@modelcontextprotocol/client'
import { isPublicAddress } from '@/lib/web/public-address'
import { BrokenServer, LONGEST_MESSAGE_BYTES } from './messages'

/** Statuses whose responses have no body. */
const bodiless = [204, 205, 304]

/**
 * Fetches from addresses that may be reached: the one that is connected to is the one that was looked at.
 * Redirects are not followed here; the caller follows those within one origin, each through this again. A
 * response is read to a bound. `tell` hears why a server was given up.
 */
export function guardedFetch(mayBePrivate: boolean, tell: (why: string) => void): FetchLike {
  const refuse = (why: string) => {
    tell(why)
    return new BrokenServer(why)
  }
  return (asked, init = {}) => {
    const url = new URL(asked)
    return new Promise((resolve, reject) => {
      const host = url.hostname.replace(/^\[|\]$/g, '')
      if (!mayBePrivate && isIP(host) !== 0 && !isPublicAddress(host)) return reject(refuse(notPublic))
      const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(
        url,
        {
          method: init.method ?? 'GET',
          headers: { ...Object.fromEntries(new Headers(init.headers)), 'accept-encoding': 'identity' },
          signal: init.signal ?? undefined,
          lookup: mayBePrivate ? undefined : publicLookup(refuse),
        },
        (response) => resolve(responseOf(response, url, refuse)),
      )
      request.on('error', (error) => {
        const known = 'code' in error && typeof error.code === 'string' ? sentences[error.code] : undefined
        if (known !== undefined) tell(known)
        reject(error)
      })
      request.end(typeof init.body === 'string' ? init.body : undefined)
    })
  }
}

/** What a line that fails means, by the code of the failure. */
const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens at its address.',
  ECONNRESET: 'It closed the connection.',
  ENOTFOUND: 'Its host name is not known.',
  ETIMEDOUT: 'Its address does not answer.',
}

const notPublic = 'Its address is not on the public internet.'

/** Looks a name up as the system does, and gives it only if all its addresses are public. */
function publicLookup(refuse: (why: string) => Error): LookupFunction {
  return (host, options, give) => {
    lookUp(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return give(error, '', 0)
      if (addresses.length === 0 || addresses.some(({ address }) => !isPublicAddress(address)))
        return give(refuse(notPublic), '', 0)
      const [first] = addresses
      if (options.all === true) give(null, addresses)
      else give(null, first?.address ?? '', first?.family ?? 0)
    })
  }
}

function responseOf(incoming: IncomingMessage, url: URL, refuse: (why: string) => Error): Response {
  const { statusCode = 502, headers } = incoming
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  )
  const init = { status: statusCode, headers: pairs }
  if (bodiless.includes(statusCode)) {
    incoming.resume()
    return new Response(null, init)
  }
  const response = new Response(bounded(incoming, refuse), init)
  // A response that was made here has no address, and whoever follows a redirect asks for it.
  Object.defineProperty(response, 'url', { value: url.href })
  return response
}

/** The body up to the bound; what is longer breaks off. A stream that stays open is bounded as a whole. */
function bounded(incoming: IncomingMessage, refuse: (why: string) => Error): ReadableStream<Uint8Array> {
  async function* pieces() {
    let bytes = 0
    for await (const piece of incoming) {
      bytes += piece.length
      if (bytes > LONGEST_MESSAGE_BYTES)
        throw refuse(`It sent more than ${LONGEST_MESSAGE_BYTES / 1_000_000} MB in one response.`)
      yield piece
    }
  }
  return webStream(Readable.from(pieces(), { objectMode: false }))
}

/** Node's own type of a web stream and the global one are the same thing under two names. */
function webStream(stream: Readable): ReadableStream<Uint8Array> {
  return Readable.toWeb(stream) as ReadableStream<Uint8Array>
}
