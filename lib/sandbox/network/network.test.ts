import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isPublicAddress } from '@/lib/web/public-address'
import { openTestShell, sandboxTest } from '../testing'
import { readAllowedHosts } from './allowed-hosts'
import { type HostProxyOptions, openHostProxy } from './proxy'

/** Addresses of the public internet that tests name and never dial. */
const PUBLIC = '93.184.215.14'

/** A proxy whose connections end at a server of the test, whatever address they are for; `opened` says which. */
async function openTestProxy(server: Server, options: Partial<HostProxyOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'skein-proxy-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const opened: string[] = []
  const proxy = await openHostProxy({
    socket: join(folder, 'proxy'),
    hosts: ['example.com', '*.example.org'],
    resolve: async () => [PUBLIC],
    open: (address, port) => {
      opened.push(`${address}:${port}`)
      return connect(portOf(server), '127.0.0.1')
    },
    ...options,
  })
  onTestFinished(() => proxy.close())
  return { proxy, opened }
}

function portOf(server: Server): number {
  // A server that listens on a port has an address of this form.
  return (server.address() as AddressInfo).port
}

async function listening<Listener extends Server>(server: Listener): Promise<Listener> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return server
}

/** A server that says what it was asked. */
const webServer = () =>
  listening(
    createServer((request, response) => {
      response.end(`${request.method} ${request.headers.host} ${request.url}`)
    }),
  )

/** Sends text to the proxy and resolves with all that it answers. */
function ask(socket: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = connect(socket)
    let answer = ''
    client.on('data', (piece: Buffer) => {
      answer += piece.toString('utf8')
    })
    client.on('close', () => resolve(answer))
    client.on('error', reject)
    client.write(text)
  })
}

const get = (url: string, host = 'other.example') =>
  `GET ${url} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`

test('a host is allowed by its exact name, or by all names below one', () => {
  const hosts = readAllowedHosts(['example.com', '*.example.org', 'BÜCHER.example'])
  for (const host of [
    'example.com',
    'EXAMPLE.com.',
    'a.example.org',
    'a.b.example.org',
    'xn--bcher-kva.example',
  ])
    expect(hosts.has(host), host).toBe(true)
  for (const host of [
    'a.example.com',
    'example.org',
    'notexample.org',
    'example.com.evil',
    '',
    '.',
    'example.com@evil',
  ])
    expect(hosts.has(host), host).toBe(false)
  for (const wrong of ['*', '*.com', 'https://example.com', 'a b', 'example.com:80', ''])
    expect(() => readAllowedHosts([wrong]), wrong).toThrow('is no name of a host')
})

test('only addresses of the public internet are public', () => {
  for (const address of [PUBLIC, '1.1.1.1', '2606:4700:4700::1111'])
    expect(isPublicAddress(address), address).toBe(true)
  const inside = [
    ...['127.0.0.1', '127.1.2.3', '10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1'],
    ...[
      '0.0.0.0',
      '255.255.255.255',
      '224.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '240.0.0.1',
      '2130706433',
      '127.1',
    ],
    ...['::1', '::', 'fe80::1', 'fc00::1', 'fd12::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:93.184.215.14'],
    ...[
      '64:ff9b::7f00:1',
      '64:ff9b:1::1',
      '2002:7f00:1::',
      '2001::1',
      '2001:db8::1',
      '::127.0.0.1',
      'fec0::1',
      'x',
    ],
  ]
  for (const address of inside) expect(isPublicAddress(address), address).toBe(false)
})

test('a request goes to the address that was looked up, under the name that was asked for', async () => {
  const { proxy, opened } = await openTestProxy(await webServer())
  expect(await ask(proxy.socket, get('http://example.com/path?a=b'))).toContain('GET example.com /path?a=b')
  expect(opened).toEqual([`${PUBLIC}:80`])
})

test('a name is looked up once, and an answer that changes gains nothing', async () => {
  const answers = [[PUBLIC], ['127.0.0.1']]
  const { proxy, opened } = await openTestProxy(await webServer(), {
    resolve: async () => answers.shift() ?? [],
  })
  await ask(proxy.socket, get('http://example.com/'))
  expect(opened).toEqual([`${PUBLIC}:80`])
  expect(await ask(proxy.socket, get('http://example.com/'))).toContain('not public')
  expect(opened).toHaveLength(1)
})

test('a connection for what is encrypted is passed on as it is', async () => {
  const echo = await listening(createTcpServer((socket) => void socket.pipe(socket)))
  const { proxy, opened } = await openTestProxy(echo)
  const answer = await new Promise<string>((resolve) => {
    const client = connect(proxy.socket)
    let said = ''
    client.on('data', (piece: Buffer) => {
      said += piece.toString('utf8')
      if (said.endsWith('\r\n\r\n')) client.end('hello')
    })
    client.on('end', () => resolve(said))
    client.write('CONNECT sub.example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n')
  })
  expect(answer).toBe('HTTP/1.1 200 Connection established\r\n\r\nhello')
  expect(opened).toEqual([`${PUBLIC}:443`])
})

test.each([
  ['another host', 'http://evil.example/', 'CONNECT evil.example:443', 'evil.example is not among'],
  ['an odd port', 'http://example.com:8080/', 'CONNECT example.com:22', 'is not allowed here (80, 443)'],
  ['an address', 'http://127.0.0.1/', 'CONNECT 127.0.0.1:443', 'is not among'],
  ['an IPv6 address', 'http://[::1]/', 'CONNECT [::1]:443', 'is not among'],
  ['a name of this machine', 'http://localhost/', 'CONNECT localhost:443', 'is not among'],
])('%s is refused with the reason', async (_, url, connecting, reason) => {
  const { proxy, opened } = await openTestProxy(await webServer())
  for (const text of [get(url), `${connecting} HTTP/1.1\r\nHost: x\r\n\r\n`]) {
    const answer = await ask(proxy.socket, text)
    expect(answer).toContain('403 Forbidden')
    expect(answer).toContain(reason)
  }
  expect(opened).toEqual([])
})

test('an address that is allowed by name must still be public', async () => {
  const { proxy } = await openTestProxy(await webServer(), {
    hosts: ['127.0.0.1', 'example.com'],
    resolve: async (host) => (host === 'example.com' ? [PUBLIC, '10.0.0.1'] : [host]),
  })
  for (const host of ['127.0.0.1', '127.1', '2130706433', 'example.com'])
    expect(await ask(proxy.socket, get(`http://${host}/`)), host).toContain('not public')
})

test('what is no request of a proxy is answered, and a name without an address is told', async () => {
  const { proxy } = await openTestProxy(await webServer(), {
    resolve: () => Promise.reject(new Error('none')),
  })
  expect(await ask(proxy.socket, get('/path'))).toContain('400 Bad Request')
  expect(await ask(proxy.socket, get('https://example.com/'))).toContain('400 Bad Request')
  expect(await ask(proxy.socket, get('http://example.com/'))).toContain('example.com has no address.')
  expect(await ask(proxy.socket, 'nonsense\r\n\r\n')).toBe('')
})

sandboxTest('an agent reaches the hosts it is allowed and nothing else, by the proxy it finds', async () => {
  const server = await webServer()
  const network = {
    resolve: async () => [PUBLIC],
    open: () => connect(portOf(server), '127.0.0.1'),
  }
  const shell = openTestShell({ hosts: ['example.com'], network })
  expect((await shell.say('curl -sS http://example.com/page')).output).toBe('GET example.com /page')
  expect((await shell.say('curl -sS http://evil.example/')).output).toContain('evil.example is not among')
  expect((await shell.say('curl -sS https://evil.example/')).output).toContain('403')
  const direct = `curl -sS --noproxy '*' http://127.0.0.1:${portOf(server)}/`
  expect((await shell.say(direct)).end).toEqual({ kind: 'exited', exitCode: 7 })
  expect((await shell.say('jobs; printenv npm_config_proxy; wait')).output).toBe('http://127.0.0.1:3128\n')
  await shell.say('exit')
  expect((await shell.say('curl -sS http://example.com/again')).output).toBe('GET example.com /again')
  const place = shell.place()
  await shell.close()
  expect(existsSync(place)).toBe(false)
})

test('a host that was allowed since is reached, and one that nobody allowed is told by its name', async () => {
  const more: string[] = []
  const refused: string[] = []
  const { proxy } = await openTestProxy(await webServer(), {
    hosts: [],
    moreHosts: () => more,
    onRefused: (host) => refused.push(host),
  })
  expect(await ask(proxy.socket, get('http://Api.Example.net/'))).toContain('hosts allowed here (none)')
  const long = `http://${'a.'.repeat(130)}example.net/`
  for (const odd of ['http://127.0.0.1/', 'http://[::1]/', 'http://localhost/', long])
    expect(await ask(proxy.socket, get(odd)), odd).toContain('403 Forbidden')
  expect(refused).toEqual(['api.example.net'])
  more.push('api.example.net')
  expect(await ask(proxy.socket, get('http://api.example.net/a'))).toContain('GET api.example.net /a')
  expect(await ask(proxy.socket, get('http://other.example.net/'))).toContain('(api.example.net)')
})

sandboxTest('a command says which hosts it was refused, each once, and the next begins anew', async () => {
  const server = await webServer()
  const network = { resolve: async () => [PUBLIC], open: () => connect(portOf(server), '127.0.0.1') }
  const more: string[] = []
  const shell = openTestShell({ moreHosts: () => more, network })
  const twice = 'curl -sS http://example.com/a; curl -sS http://example.com/b'
  expect((await shell.say(twice)).refusedHosts).toEqual(['example.com'])
  expect((await shell.say('echo ok')).refusedHosts).toEqual([])
  const many = 'for n in $(seq 60); do curl -s -o /dev/null http://h$n.example.com/; done'
  expect((await shell.say(many)).refusedHosts).toHaveLength(20)
  more.push('example.com')
  expect(await shell.say('curl -sS http://example.com/a')).toMatchObject({
    output: 'GET example.com /a',
    refusedHosts: [],
  })
})
