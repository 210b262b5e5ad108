import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import { bundleServerProgram } from '@/lib/mcp/testing/servers'
import { openWebServer } from '@/lib/mcp/testing/web-server'
import { processesHere } from '@/lib/processes/here'
import { processesWith } from '@/lib/sandbox/testing'
import { findSandbox } from '@/lib/sandbox/this-machine'
import { addServer, approveServer, listServers, testServer } from '@/lib/server/settings/mcp'
import { eventsOf, startTestApp, type TestApp } from '@/lib/server/testing/test-app'

const sandbox = await findSandbox(processesHere.run)
const here = sandbox.kind !== 'none'
if (!here) console.warn(`MCP servers of workspaces are not tried here: ${sandbox.reason}`)

const secret = 'sk-of-a-server-0123456789'
const ann = person('Ann')
let app: TestApp
beforeEach(async () => {
  app = await startTestApp({
    files: { 'a.txt': 'a\n', '.env': `TOKEN=${secret}\n` },
    env: { SKEIN_MCP_TOKEN: secret },
  })
  await bundleServerProgram(join(app.workspace, 'server.mjs'))
})
afterEach(() => app.dispose())

const permissions = { write: false, shell: false, hosts: [], web: false, mcp: ['docs'] }
type Call = readonly [name: string, input: { [key: string]: Json }]
const prompt = (...calls: readonly Call[]) => {
  const turns = [...calls.map(([name, input]) => ({ toolCalls: [{ name, input }] })), { text: 'done' }]
  return JSON.stringify(`Do it. [[sim: ${JSON.stringify(turns)}]]`)
}

function define(mode: string, env: Record<string, string> = {}) {
  const mcpServers = { docs: { command: 'node', args: ['server.mjs', mode], env } }
  writeFileSync(join(app.workspace, '.mcp.json'), JSON.stringify({ mcpServers }))
}
async function approve(values: Record<string, string> = {}) {
  const { servers } = await listServers(app.app, app.workspace)
  const digest = servers.find(({ name }) => name === 'docs')?.digest ?? ''
  return approveServer(app.app, 'docs', { workspace: app.workspace, digest, values }, ann)
}
const launch = (script: string, more = {}) =>
  app.launch(script, { workspace: app.workspace, permissions, ...more })
const told = async (runId: string, agentId = 'a1') =>
  JSON.stringify((await app.app.store.loadMessages(runId, agentId)).map(({ message }) => message.content))

describe.runIf(here)('the MCP server of a workspace', () => {
  test('is called by agents once a person has approved it', async () => {
    define('plain')
    await expect(launch('return 1')).rejects.toThrow(/nobody has approved/)
    expect(await approve()).toMatchObject({ servers: [{ name: 'docs', from: 'workspace', status: 'ready' }] })
    const runId = await launch(`return agent(${prompt(['mcp__docs__echo', { text: 'hello' }])})`)
    const state = await app.ended(runId)
    expect(state.run.status).toBe('completed')
    expect(await told(runId)).toContain('"hello"')
    expect(state.run.servers).toMatchObject([{ name: 'docs', tools: 14, problem: null }])
    expect(eventsOf(await app.journal(runId), 'tool.acted')).toMatchObject([
      { action: { kind: 'mcp', server: 'docs', tool: 'echo' } },
    ])
    expect(processesWith(app.workspace)).toEqual([])
    expect((await listServers(app.app, app.workspace)).servers).toMatchObject([{ tools: 14 }])
  })

  test('has to be approved again when its definition changes', async () => {
    define('plain')
    await approve()
    define('odd')
    expect((await listServers(app.app, app.workspace)).servers).toMatchObject([{ status: 'needs-approval' }])
    await expect(launch('return 1')).rejects.toThrow(/as it is now/)
    const stale = { workspace: app.workspace, digest: 'of another', values: {} }
    await expect(approveServer(app.app, 'docs', stale, ann)).rejects.toThrow(/has changed/)
  })

  test('gets what was given with the approval, nothing of the environment, and no secret file', async () => {
    define('plain', { TOKEN: '$' + '{MINE}', STOLEN: '$' + '{ANTHROPIC_API_KEY:-nothing}' })
    await expect(approve()).rejects.toThrow(/MINE/)
    await approve({ MINE: secret })
    const runId = await launch(
      `return agent(${prompt(['mcp__docs__env', {}], ['mcp__docs__read', { path: '.env' }], ['mcp__docs__read', { path: 'a.txt' }])})`,
    )
    await app.ended(runId)
    const said = await told(runId)
    expect(said).toContain('TOKEN\\":\\"[secret]')
    expect(said).toContain('STOLEN\\":\\"nothing')
    const everything = [
      said,
      JSON.stringify(await app.journal(runId)),
      JSON.stringify(await listServers(app.app, app.workspace)),
    ]
    for (const text of everything) expect(text).not.toContain(secret)
    expect(readFileSync(join(app.dataDir, 'skein.db')).includes(secret)).toBe(false)
  })

  test('that dies costs its call; the run goes on, and its other agents have it', async () => {
    define('plain')
    await approve()
    const runId = await launch(
      `return parallel([${prompt(['mcp__docs__crash', {}])}, ${prompt(['mcp__docs__echo', { text: 'alive' }])}].map((text) => () => agent(text)))`,
    )
    expect((await app.ended(runId)).run.status).toBe('completed')
    expect(await told(runId, 'a1')).toContain('exit code 3')
  })

  test('is called no second time after a crash in a call, and keeps the tools the run began with', async () => {
    define('plain')
    await approve()
    const runId = await launch(
      `return agent(${prompt(['mcp__docs__hang', {}], ['mcp__docs__echo', { text: 'after' }])})`,
    )
    await app.restart({ runId, when: ({ event }) => event.type === 'tool.started' })
    const state = await app.ended(runId)
    expect(state.run.status).toBe('completed')
    const said = await told(runId)
    expect(said).toContain('Interrupted')
    expect(said).toContain('after')
    expect(eventsOf(await app.journal(runId), 'run.servers-opened')).toHaveLength(1)
    expect(
      eventsOf(await app.journal(runId), 'tool.started').filter(({ name }) => name === 'mcp__docs__hang'),
    ).toHaveLength(1)
  })

  test('a run that is cancelled while a call is under way ends, and its server with it', async () => {
    define('plain')
    await approve()
    const runId = await launch(`return agent(${prompt(['mcp__docs__hang', {}])})`)
    await app.until(runId, ({ event }) => event.type === 'tool.started')
    await app.app.engine.cancel(runId, ann)
    expect((await app.ended(runId)).run.status).toBe('cancelled')
    expect(processesWith(app.workspace)).toEqual([])
  })

  test('a call is another question once the tools are others, and only then, whoever names them', async () => {
    mkdirSync(join(app.workspace, 'node_modules'))
    define('of-file')
    await approve()
    const keysWith = async (mode: string) => {
      writeFileSync(join(app.workspace, 'node_modules/mode'), mode)
      const script =
        "return [await agent('one'), await agent('two', { tools: ['mcp__docs'] }), await agent('three', { tools: ['Read'] })]"
      const runId = await launch(script)
      await app.ended(runId)
      return eventsOf(await app.journal(runId), 'agent.created').map(({ key }) => key)
    }
    const [one, two, three] = await keysWith('plain')
    expect(await keysWith('plain')).toEqual([one, two, three])
    const others = await keysWith('described')
    expect(others[0]).not.toBe(one)
    expect(others[1]).not.toBe(two)
    expect(others[2]).toBe(three)
  })

  test('tools are cut to what a call and an agent type name', async () => {
    define('plain')
    await approve()
    const runId = await launch(
      `return parallel([['mcp__docs__echo'], ['mcp__docs'], ['mcp__docs__*', 'Read'], ['Read']].map((tools) => () => agent('Do it.', { tools })))`,
    )
    await app.ended(runId)
    const counts = await Promise.all(
      ['a1', 'a2', 'a3', 'a4'].map(async (id) => {
        const agent = (await app.app.store.loadAgents(runId)).find(({ state }) => state.id === id)
        return agent?.spec.tools.map(({ name }) => name).filter((name) => name !== 'flag').length
      }),
    )
    expect(counts).toEqual([1, 14, 15, 1])
  })

  test('one that cannot begin is said in the log, and the run goes on without', async () => {
    define('plain')
    writeFileSync(join(app.workspace, 'server.mjs'), 'process.exit(7)')
    await approve()
    const runId = await launch(`return agent(${prompt(['mcp__docs__echo', { text: 'x' }])})`)
    const state = await app.ended(runId)
    expect(state.log.map(({ message }) => message).join('\n')).toMatch(
      /"docs" could not be used: .*exit code 7/,
    )
    expect(await testServer(app.app, 'docs', app.workspace)).toMatchObject({
      tools: [],
      problem: /exit code 7/,
    })
  })
})

test('a server over HTTP is called with a header of the environment that nobody is shown', async () => {
  const { url, heard } = await openWebServer(() => `your token is ${secret}`)
  const headers = [{ name: 'Authorization', variable: 'SKEIN_MCP_TOKEN' }]
  await addServer(app.app, { kind: 'http', name: 'web', url, headers })
  const runId = await launch(`return agent(${prompt(['mcp__web__hi', {}])})`, {
    permissions: { ...permissions, mcp: ['web'] },
  })
  await app.ended(runId)
  expect(await told(runId)).toContain('your token is [secret]')
  expect(new Set(heard.map(({ authorization }) => authorization))).toEqual(new Set([secret]))
  expect(JSON.stringify([await app.journal(runId), await listServers(app.app, undefined)])).not.toContain(
    secret,
  )
})
