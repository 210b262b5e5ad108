import { createServer, IncomingMessage, ServerResponse } from 'node:http'
import { connect, Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashOf, inline } from './built-hashes'
import { guardRequest, installRequestGuard, refusedPaths } from './request-guard'
import { answerHeaders, developmentPolicy, pagePolicy } from './security-headers'

const arrivals: { method: string; url: string }[] = []
const server = createServer((request, response) => {
  arrivals.push({ method: request.method ?? '', url: request.url ?? '' })
  response.writeHead(request.url === '/breaks' ? 500 : 200).end()
})
let port = 0
beforeAll(async () => {
  installRequestGuard()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})
afterAll(() => void server.close())

/** The first line and the headers of an answer, to a request as it is written. */
function answerTo(head: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.end(`${head} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
    )
    let text = ''
    socket.on('data', (data) => {
      text += String(data)
    })
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
}

test('every answer bears the headers that hold for all, also one of a server that broke', async () => {
  for (const path of ['/', '/breaks', '/api/runs']) {
    const answer = (await answerTo(`GET ${path}`)).toLowerCase()
    for (const [name, value] of Object.entries(answerHeaders))
      expect(answer).toContain(`${name}: ${value.toLowerCase()}`)
  }
})

test.each([
  ['GET /api/runs/%E0%A4%A', 'GET', refusedPaths.address],
  ['GET /api/%zz?x=1', 'GET', refusedPaths.address],
  ['POST /launch%', 'GET', refusedPaths.address],
  ['GET /runs/%ff', 'GET', refusedPaths.page],
  ['TRACE /', 'GET', refusedPaths.method],
  ['TRACE /api/health', 'GET', refusedPaths.method],
  ['PROPFIND /api/health', 'GET', refusedPaths.method],
  ['GET /runs/%C3%BC?q=%zz', 'GET', '/runs/%C3%BC?q=%zz'],
  ['DELETE /api/runs/x', 'DELETE', '/api/runs/x'],
])('%s is led to where it is answered', async (head, method, url) => {
  arrivals.length = 0
  await answerTo(head)
  expect(arrivals).toEqual([{ method, url }])
})

test('an address that is none at all is led there too', () => {
  const heedless = new ServerResponse(new IncomingMessage(new Socket()))
  for (const url of ['//', 'http://[', '*', 'x']) {
    const request = { method: 'GET', url, headers: {}, socket: new Socket() }
    guardRequest(request, heedless)
    expect([refusedPaths.page, refusedPaths.address]).toContain(request.url)
  }
})

test('a page runs what was built, and what bears its word; nobody may frame it', () => {
  const policy = pagePolicy({ scriptHashes: ['sha256-a='], styleHashes: [], nonce: 'n1', styleNonce: 's1' })
  expect(policy).toContain("script-src 'self' 'sha256-a=' 'nonce-n1';")
  expect(policy).toContain("style-src 'self' 'nonce-s1';")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toMatch(/script-src[^;]*unsafe/)
  expect(developmentPolicy()).toContain("frame-ancestors 'none'")
})

test('scripts are read from a page as a browser reckons them', () => {
  const html = `<script src="/a.js" async=""></script><script id="x">alert('é')</script><style>a{}</style><script>\n</script>`
  expect(inline(html, 'script')).toEqual(["alert('é')", '\n'])
  expect(inline(html, 'style')).toEqual(['a{}'])
  expect(hashOf('alert(1)')).toBe('sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=')
})
