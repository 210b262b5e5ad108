import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { never } from '@/lib/sandbox/testing'
import { openTestMcp } from './testing/servers'
import { type Instead, openWebServer } from './testing/web-server'

async function open(url: string, mayBePrivate = true, headers: Record<string, string> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'skein-mcp-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const access = { kind: 'http' as const, url, headers, mayBePrivate }
  const times = { connectMs: 20_000, callMs: 1_000 }
  return openTestMcp(home, [{ name: 'web', access, secrets: Object.values(headers) }], { times })
}

test('a server is listed and called, with the headers that were configured', async () => {
  const { url, heard } = await openWebServer(() => 'hello')
  const { mcp } = await open(url, true, { Authorization: 'Bearer of-a-test' })
  expect(mcp.servers).toMatchObject([{ tools: 1, problem: null }])
  expect(await mcp.call('mcp__web__hi', {}, never)).toMatchObject({ text: 'hello', isError: false })
  expect(new Set(heard.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer of-a-test']))
})

test.each([
  'http://127.0.0.1:PORT/mcp',
  'http://localhost:PORT/mcp',
  'http://[::ffff:127.0.0.1]:PORT/mcp',
  'http://0x7f.1:PORT/mcp',
])('a private address is not reached unless the operator configured it: %s', async (address) => {
  const { url, heard } = await openWebServer(() => 'hello')
  const { mcp } = await open(address.replace('PORT', new URL(url).port), false)
  expect(mcp.servers).toMatchObject([{ problem: expect.stringContaining('not on the public internet') }])
  expect(heard).toEqual([])
})

test('a redirect to another origin is not followed, and carries no header there', async () => {
  const inner = await openWebServer(() => 'from within')
  const sends: Instead = (_, response) => {
    response.writeHead(307, { location: inner.url }).end()
    return true
  }
  const outer = await openWebServer(() => 'never', sends)
  const { mcp } = await open(outer.url, true, { Authorization: 'Bearer of-a-test' })
  expect(mcp.servers[0]?.problem).not.toBeNull()
  expect(JSON.stringify(mcp.servers)).not.toContain('of-a-test')
  expect(inner.heard).toEqual([])
})

test('an answer of fifty megabytes breaks off, and the next call works', async () => {
  let isBig = true
  const { url } = await openWebServer(() => (isBig ? 'b'.repeat(50_000_000) : 'small'))
  const { mcp } = await open(url)
  expect(await mcp.call('mcp__web__hi', {}, never)).toMatchObject({ isError: true })
  isBig = false
  expect(await mcp.call('mcp__web__hi', {}, never)).toMatchObject({ text: 'small' })
})

test.each<[string, Instead, RegExp]>([
  ['wants somebody to sign in', (_, response) => !!response.writeHead(401).end(), /sign in/],
  ['is broken', (_, response) => !!response.writeHead(500).end('<html>secret path /srv/x</html>'), /./],
  [
    'is a page',
    (_, response) => !!response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    /./,
  ],
  ['closes the line', (request) => !!request.socket.destroy(), /./],
])('one that %s has a problem and no tools', async (_, instead, why) => {
  const { url } = await openWebServer(() => 'never', instead)
  const { mcp } = await open(url)
  expect(mcp.servers[0]?.problem).toMatch(why)
  expect(mcp.servers[0]?.problem).not.toContain('/srv/x')
  expect(mcp.definitions).toEqual([])
})

test('one where nothing listens says so', async () => {
  const { mcp } = await open('http://127.0.0.1:1/mcp')
  expect(mcp.servers[0]?.problem).toContain('Nothing listens')
})
