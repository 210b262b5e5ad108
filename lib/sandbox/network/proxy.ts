import { lookup } from 'node:dns/promises'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { parseUrl } from '@/lib/core/wire/parse-url'
import { isPublicAddress } from '@/lib/web/public-address'
import { plainHost, readAllowedHosts } from './allowed-hosts'

/** The proxy of one shell; it listens on a unix socket, since the sandbox has no network to reach a port by. */
export type HostProxy = { socket: string; close(): Promise<void> }

export type HostProxyOptions = {
  /** Where its socket is made; Linux takes paths of up to 107 bytes. */
  socket: string
  hosts: readonly string[]
  /** Those allowed since, asked for at each request. */
  moreHosts?: () => readonly string[]
  /** Told of a name that was refused because nobody has allowed it; never of an address in numbers. */
  onRefused?: (host: string) => void
  /** Ports that may be reached. */
  ports?: readonly number[]
  /** All addresses of a name. */
  resolve?: (host: string) => Promise<string[]>
  /** Opens a connection to exactly this address. */
  open?: (address: string, port: number) => Socket
}

/** Where a request goes, or a sentence that says why it does not. */
type Target = { ok: true; host: string; address: string; port: number } | { ok: false; reason: string }

/** Connections of one sandbox at once: enough for a package manager. */
const MOST_CONNECTIONS = 128
const webPorts = [80, 443]

/** Headers that are about one connection and not handed on. */
const ownHeaders = [
  'connection',
  'proxy-connection',
  'proxy-authorization',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
]

/**
 * Opens a proxy for HTTP and, by CONNECT, for what is encrypted. A name is looked up here, once, and the
 * connection goes to the address that was judged: a name that answers otherwise a moment later gains nothing.
 */
export async function openHostProxy(options: HostProxyOptions): Promise<HostProxy> {
  const open = options.open ?? ((address, port) => connect({ host: address, port }))
  const judge = judgeBy(options)
  const server = createServer()
  server.maxConnections = MOST_CONNECTIONS
  const sockets = new Set<Duplex>()

  server.on('connection', (socket) => keep(socket))
  server.on('request', (incoming, answer) => void handOn(incoming, answer))
  server.on('connect', (incoming, client, head) => void tunnel(incoming, client, head))
  server.on('clientError', (_, client) => client.destroy())

  function keep<Held extends Duplex>(socket: Held): Held {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    return socket
  }

  async function tunnel(incoming: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    client.on('error', () => client.destroy())
    const target = await judge(incoming.url ?? '', 443)
    if (client.destroyed) return
    if (!target.ok) return void client.end(refusal(target.reason))
    const remote = keep(open(target.address, target.port))
    client.once('close', () => remote.destroy())
    remote.once('error', (error) => client.end(failure(target.host, error)))
    remote.once('close', () => client.destroy())
    remote.once('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      remote.write(head)
      remote.pipe(client).pipe(remote)
    })
  }

  async function handOn(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const asked = parseUrl(incoming.url ?? '')
    if (asked?.protocol !== 'http:')
      return void answer.writeHead(400).end('This proxy takes http:// addresses, and CONNECT for others.\n')
    const target = await judge(asked.host, 80)
    if (!target.ok) return void answer.writeHead(403).end(`${target.reason}\n`)
    const outgoing = request({
      method: incoming.method,
      path: `${asked.pathname}${asked.search}`,
      // The address says which host is asked; what a client writes beside it could be another one's name.
      headers: { ...withoutOwn(incoming.headers), host: asked.host },
      createConnection: () => keep(open(target.address, target.port)),
    })
    outgoing.on('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, withoutOwn(response.headers))
      response.pipe(answer)
    })
    outgoing.on('error', (error) => {
      if (!answer.headersSent) answer.writeHead(502)
      answer.end(`${target.host} could not be reached: ${error.message}\n`)
    })
    answer.once('close', () => outgoing.destroy())
    incoming.pipe(outgoing)
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.socket, resolve)
  })
  return {
    socket: options.socket,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const one of sockets) one.destroy()
      await closed
    },
  }
}

function judgeBy(options: HostProxyOptions) {
  const { hosts, moreHosts = () => [], onRefused, ports = webPorts, resolve = resolveByName } = options
  const atFirst = readAllowedHosts(hosts)
  const isAllowed = (host: string) => atFirst.has(host) || readAllowedHosts(moreHosts()).has(host)

  return async (authority: string, usualPort: number): Promise<Target> => {
    const [, named = '', portText] = /^(\[[^\]]+\]|[^:]*)(?::(\d{1,5}))?$/.exec(authority) ?? []
    const host = plainHost(named)
    const port = portText === undefined ? usualPort : Number(portText)
    if (host === null || !isAllowed(host)) {
      if (host !== null && isName(host)) onRefused?.(host)
      const known = [...hosts, ...moreHosts()].join(', ')
      return no(
        `${named === '' ? authority : named} is not among the hosts allowed here (${known || 'none'}).`,
      )
    }
    if (!ports.includes(port)) return no(`Port ${port} of ${host} is not allowed here (${ports.join(', ')}).`)
    const addresses = await resolve(host.replace(/^\[|\]$/g, '')).catch(() => [])
    const [address] = addresses
    if (address === undefined) return no(`${host} has no address.`)
    if (!addresses.every(isPublicAddress)) return no(`${host} leads to an address that is not public.`)
    return { ok: true, host, address, port }
  }
}

/** Longest name that DNS has (RFC 1035). */
const LONGEST_NAME = 253

/** Whether it is a name of the internet, and no address in numbers: its last part is a word. */
function isName(host: string): boolean {
  return host.length <= LONGEST_NAME && /^[^[\]]+\.[a-z][a-z\d-]*$/.test(host)
}

const no = (reason: string): Target => ({ ok: false, reason })

async function resolveByName(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

function withoutOwn<Headers extends IncomingMessage['headers']>(headers: Headers): Headers {
  const left = { ...headers }
  for (const name of ownHeaders) delete left[name]
  return left
}

function refusal(reason: string): string {
  return `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${reason}\n`
}

function failure(host: string, error: Error): string {
  return `HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${host} could not be reached: ${error.message}\n`
}
