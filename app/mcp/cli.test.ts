import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterEach, expect, test } from 'vitest'
import { writeClaudeRun } from '@/lib/imports/testing/claude-folder'
import { sim, workflow } from '@/lib/server/testing/test-app'
import { serveApi } from '../api/members/testing'
import { startTestApi } from '../api/testing'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const program = 'lib/bin/cli/skein.mjs'
const environment = (url: string) => ({ PATH: process.env.PATH ?? '', SKEIN_URL: url })

async function open() {
  const api = await startTestApi({ files: { 'a.txt': 'a' } })
  closing.push(() => api.dispose())
  const served = await serveApi(api)
  closing.push(() => served.close())
  const skein = async (args: string[], more: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...environment(served.url), ...more, NODE_ENV: 'test' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const over = new Promise<number | null>((resolve) => child.on('close', resolve))
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
    return { code: await over, out, err }
  }
  const save = async (name: string, body: string) => {
    const source = workflow(body, name)
    expect((await api.call('POST', '/api/workflows', { source })).status).toBe(201)
  }
  return { api, served, skein, save }
}

test('launches and follows a run to its end, lists it and exports it, in plain lines', async () => {
  const { api, skein, save } = await open()
  await save('greets', `return agent('Greet ' + args.name + ${JSON.stringify(sim({ text: 'hello' }))})`)
  const args = ['--args', '{"name":"Ann"}', '--cap', '2', '--title', 'A greeting', '--tag', 'ci']
  const run = await skein(['launch', 'greets', api.workspace, ...args, '--watch'])
  expect(run).toMatchObject({ code: 0, err: '' })
  expect(run.out).toMatch(/A greeting: completed {2}1 of 1 agents {2}\$[\d.]+ \(cap: \$2\)/)
  expect(run.out).not.toContain('\x1b')
  const id = /^\S+/.exec(run.out)?.[0] ?? ''
  expect((await skein(['runs'])).out).toMatch(new RegExp(`${id} +completed .*A greeting`))
  expect((await skein(['export', id])).out).toContain('# A greeting')
})

test('tells by its exit code what became of it', async () => {
  const { skein, save, api } = await open()
  await save('breaks', "throw new Error('no')")
  await save('asks', "return checkpoint({ title: 'Go on?' })")
  expect((await skein(['launch', 'breaks', '--watch'])).code).toBe(1)
  const asks = await skein(['launch', 'asks', '--watch'])
  expect(asks.code).toBe(3)
  const [, id = '', question = ''] = /skein answer (\S+) (\S+)/.exec(asks.out) ?? []
  expect((await skein(['answer', id, question, 'true'])).code).toBe(0)
  await api.ended(id)
  expect((await skein(['watch', id])).code).toBe(0)
  expect(await skein(['stop', id])).toMatchObject({
    code: 5,
    err: expect.stringContaining('nothing to cancel'),
  })
  expect((await skein(['watch', 'none'])).code).toBe(5)
  expect((await skein(['launch', 'breaks', '--cap', 'lots'])).code).toBe(2)
  expect((await skein(['dance'])).code).toBe(2)
  expect((await skein(['runs'], { SKEIN_URL: 'http://127.0.0.1:9' })).code).toBe(4)
})

test('lists the runs of Claude Code, and imports one once', async () => {
  const { api, skein } = await open()
  writeClaudeRun(api.workspace, {
    run: 'wf_one',
    script: workflow("return await agent('Say yes')"),
    agents: [{ prompt: 'Say yes', answer: 'yes' }],
  })
  const from = ['--from', api.workspace]
  expect((await skein(['import', 'claude', ...from])).out).toMatch(
    /^wf_one {2}completed {6}1 agents .* audit$/m,
  )
  const first = await skein(['import', 'claude', 'wf_one', ...from])
  expect(first).toMatchObject({ code: 0, err: '' })
  expect(first.out).toContain('imported: 1 agents, 1 answers; a fork reuses 1')
  expect((await skein(['import', 'claude', 'wf_one', ...from])).out).toContain('already: 1 agents')
  expect(await skein(['import', 'claude', 'wf_two', ...from])).toMatchObject({ code: 5 })
  expect((await skein(['import'])).code).toBe(2)
})

test('makes, lists and revokes keys, and asks with one', async () => {
  const { skein } = await open()
  const key = (await skein(['keys', 'make', 'nightly', '--launch-only'])).out.trim()
  expect(key).toMatch(/^skein_/)
  const list = (await skein(['keys'])).out
  expect(list).toMatch(/nightly {2}launcher, launches only {2}…[\w-]{4} {2}until 20/)
  expect(list).not.toContain(key)
  const bound = await skein(['runs'], { SKEIN_API_KEY: key })
  expect(bound).toMatchObject({ code: 5, err: expect.stringContaining('may only launch runs') })
  expect((await skein(['keys', 'revoke', /^\S+/.exec(list)?.[0] ?? ''])).code).toBe(0)
  expect((await skein(['runs'], { SKEIN_API_KEY: key })).err).toContain('revoked')
})

test.each(['auto', 'legacy'] as const)(
  'is an MCP server over standard input and output (%s)',
  async (mode) => {
    const { served } = await open()
    const client = new Client({ name: 'of a test', version: '1' }, { versionNegotiation: { mode } })
    closing.push(() => client.close())
    const server = { command: process.execPath, args: [program, 'mcp'], env: environment(served.url) }
    await client.connect(new StdioClientTransport(server))
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('launch')
    const answer = await client.callTool({ name: 'status', arguments: { runId: 'nöne' } })
    expect(JSON.stringify(answer)).toContain('There is no run nöne')
  },
)
