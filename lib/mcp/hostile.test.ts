import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { processesHere } from '@/lib/processes/here'
import { never, processesWith, sandboxTest, until } from '@/lib/sandbox/testing'
import { openTestMcp, program, serverFolder } from './testing/servers'

async function open(
  mode: string,
  more: Parameters<typeof openTestMcp>[2] = {},
  env: Record<string, string> = {},
) {
  const home = await serverFolder()
  const access = program(mode, { env })
  const secrets = Object.values(env)
  return { home, ...(await openTestMcp(home, [{ name: 'docs', access, secrets }], more)) }
}

sandboxTest.each(['plain', 'legacy'])('a server (%s) is listed and called', async (mode) => {
  const { mcp } = await open(mode)
  expect(mcp.servers).toMatchObject([
    { name: 'docs', tools: 14, problem: null, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ])
  expect(mcp.definitions.find(({ name }) => name === 'mcp__docs__echo')).toMatchObject({
    acts: true,
    hasOwnQueue: true,
    description: expect.stringContaining('"docs"'),
  })
  expect(await mcp.call('mcp__docs__echo', { text: 'hi' }, never)).toEqual({
    text: 'hi',
    isError: false,
    actions: [{ kind: 'mcp', server: 'docs', tool: 'echo' }],
  })
})

sandboxTest('input that does not fit is not sent', async () => {
  const { mcp } = await open('plain')
  const answer = await mcp.call('mcp__docs__echo', { text: 1 }, never)
  expect(answer).toMatchObject({ isError: true, text: expect.stringContaining('Not called') })
  expect(answer.actions).toBeUndefined()
})

sandboxTest(
  'a server that dies in a call is an error of that call, and is begun again for the next',
  async () => {
    const { mcp } = await open('plain')
    expect(await mcp.call('mcp__docs__crash', {}, never)).toMatchObject({
      isError: true,
      text: expect.stringMatching(/exit code 3.*may have done/),
      actions: [{ kind: 'mcp' }],
    })
    expect(await mcp.call('mcp__docs__echo', { text: 'back' }, never)).toMatchObject({ text: 'back' })
  },
)

sandboxTest('one that keeps dying is begun no more than six times', async () => {
  const { mcp } = await open('plain')
  for (let time = 0; time < 6; time++) await mcp.call('mcp__docs__crash', {}, never)
  expect(await mcp.call('mcp__docs__echo', { text: 'back' }, never)).toMatchObject({
    isError: true,
    text: expect.stringContaining('not begun again'),
  })
})

/** The sandbox's first process takes the others with it, so some are gone before their turn. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    expect(error).toMatchObject({ code: 'ESRCH' })
  }
}

sandboxTest('one whose process is killed from outside is begun again', async () => {
  const { home, mcp } = await open('plain')
  const pids = processesWith(join(home, 'work'))
  expect(pids.length).toBeGreaterThan(0)
  const hanging = mcp.call('mcp__docs__hang', {}, never)
  for (const pid of pids) killIfThere(pid)
  expect(await hanging).toMatchObject({ isError: true })
  expect(await mcp.call('mcp__docs__echo', { text: 'back' }, never)).toMatchObject({ text: 'back' })
})

sandboxTest('a call that hangs ends at its time, and the server goes on', async () => {
  const { mcp } = await open('plain', { times: { connectMs: 60_000, callMs: 300 } })
  expect(await mcp.call('mcp__docs__hang', {}, never)).toMatchObject({
    isError: true,
    text: expect.stringContaining('did not answer within'),
  })
})

sandboxTest('a call that is stopped ends at once', async () => {
  const { mcp } = await open('plain')
  const stop = new AbortController()
  const call = mcp.call('mcp__docs__hang', {}, stop.signal)
  const other = mcp.call('mcp__docs__echo', { text: 'meanwhile' }, never)
  expect(await other).toMatchObject({ text: 'meanwhile' })
  stop.abort(new Error('stopped'))
  await expect(call).rejects.toThrow('stopped')
})

sandboxTest('one that never says hello has a problem and no tools', async () => {
  const { mcp } = await open('mute', { times: { connectMs: 500, callMs: 500 } })
  expect(mcp.definitions).toEqual([])
  expect(mcp.servers).toMatchObject([
    { digest: null, problem: expect.stringContaining('did not answer within') },
  ])
})

sandboxTest.each([
  ['deep', /nested 200000 levels/],
  ['endless', /more than 4 MB/],
])('one that sends what nobody could read (%s) is ended', async (mode, why) => {
  const { mcp, home } = await open(mode)
  expect(mcp.servers[0]?.problem).toMatch(why)
  await until(() => readdirSync(join(home, 'places')).length === 0)
})

sandboxTest('an answer of fifty megabytes ends the server, and the next call has a new one', async () => {
  const { mcp } = await open('plain')
  const before = process.memoryUsage().rss
  expect(await mcp.call('mcp__docs__big', {}, never)).toMatchObject({
    isError: true,
    text: expect.stringContaining('4 MB'),
  })
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000)
  expect(await mcp.call('mcp__docs__echo', { text: 'back' }, never)).toMatchObject({ text: 'back' })
})

sandboxTest.each(['noisy', 'chatty'])(
  'one that prints beside its messages (%s) is understood',
  async (mode) => {
    const { mcp } = await open(mode)
    expect(await mcp.call('mcp__docs__echo', { text: 'hi' }, never)).toMatchObject({ text: 'hi' })
  },
)

sandboxTest(
  'odd names become names of tools, each its own; bad schemas are left out; all is bounded',
  async () => {
    const { mcp, notes } = await open('odd', {}, { TOKEN: 'sk-very-secret' })
    const names = mcp.definitions.map(({ name }) => name)
    expect(names).toHaveLength(100)
    expect(new Set(names).size).toBe(100)
    for (const name of names) expect(name).toMatch(/^mcp__docs__[A-Za-z0-9_-]{1,}$/)
    expect(Math.max(...names.map((name) => name.length))).toBe(64)
    expect(names).toEqual(expect.arrayContaining(['mcp__docs__a_b', 'mcp__docs__x', 'mcp__docs__etc']))
    expect(names.filter((name) => name.startsWith('mcp__docs__a_b'))).toHaveLength(3)
    const said = JSON.stringify(mcp.definitions)
    expect(said).not.toContain('sk-very-secret')
    expect(Math.max(...mcp.definitions.map(({ description }) => description.length))).toBeLessThan(2_200)
    for (const left of ['lies', 'wide', 'yyy']) expect(names.some((name) => name.includes(left))).toBe(false)
    expect(mcp.definitions.find(({ name }) => name === 'mcp__docs__either')?.inputSchema).toMatchObject({
      required: ['value'],
    })
    expect(notes.join('\n')).toContain('165 tools')
    expect(notes.join('\n')).not.toContain('sk-very-secret')
  },
)

sandboxTest(
  'it has what was configured and nothing else of the environment, and no answer tells it',
  async () => {
    const { mcp } = await open('plain', {}, { TOKEN: 'sk-"very"-secret' })
    const env = await mcp.call('mcp__docs__env', {}, never)
    expect(env.text).toContain('"TOKEN":"[secret]"')
    expect(env.text).not.toMatch(/very|ANTHROPIC|SKEIN|VITEST/)
    for (const name of ['many', 'fail']) {
      const { text } = await mcp.call(`mcp__docs__${name}`, {}, never)
      expect(text).not.toMatch(/sk-/)
      expect(text.length).toBeLessThan(30_200)
    }
    expect((await mcp.call('mcp__docs__many', {}, never)).text).toContain('more characters are not shown')
  },
)

sandboxTest('images and resources are named, not shown', async () => {
  const { mcp } = await open('plain')
  expect((await mcp.call('mcp__docs__image', {}, never)).text).toBe(
    '[image image/png, 3.0 kB, not shown]\n[resource file:///a.txt, not shown]',
  )
})

sandboxTest.each([
  ['plain', 'ask'],
  ['legacy', 'ask'],
  ['modern', 'ask'],
  ['legacy', 'sample'],
])('nobody answers its questions and no model is lent to it (%s, %s)', async (mode, tool) => {
  const { mcp } = await open(mode)
  const { text } = await mcp.call(`mcp__docs__${tool}`, {}, never)
  expect(text).toMatch(/not support|nobody can answer|not given|not available|not declare|not found/i)
  expect(await mcp.call('mcp__docs__echo', { text: 'on' }, never)).toMatchObject({ text: 'on' })
})

sandboxTest('it is told the workspace by the path it sees', async () => {
  const { mcp, home } = await open('legacy')
  expect((await mcp.call('mcp__docs__roots', {}, never)).text).toContain(`file://${home}/work`)
})

sandboxTest('tools that change in the middle are noted once, and the frozen ones stay', async () => {
  const { mcp, notes } = await open('legacy')
  await mcp.call('mcp__docs__swap', {}, never)
  await until(() => notes.length > 0)
  await mcp.call('mcp__docs__swap', {}, never)
  expect(notes).toEqual([expect.stringContaining('other tools than when this run began')])
  expect(mcp.definitions.map(({ name }) => name)).not.toContain('mcp__docs__new')
  expect(await mcp.call('mcp__docs__new', {}, never)).toMatchObject({ isError: true })
})

sandboxTest(
  'a run that goes on has the tools it began with, and begins the server when it calls',
  async () => {
    const { mcp, home, kept } = await open('plain')
    await mcp.close()
    const keeper = { keep: async () => {}, load: async (digest: string) => [...(kept.get(digest) ?? [])] }
    const again = await openTestMcp(home, [{ name: 'docs', access: program('odd') }], {
      frozen: mcp.servers,
      keeper,
    })
    expect(again.mcp.definitions).toEqual(mcp.definitions)
    expect(again.notes).toEqual([])
    expect(existsSync(join(home, 'places')) ? readdirSync(join(home, 'places')) : []).toEqual([])
    await again.mcp.call('mcp__docs__echo', { text: 'hi' }, never)
    expect(again.notes).toEqual([expect.stringContaining('other tools')])
  },
)

sandboxTest('two runs have a server each, and nothing is left when they end', async () => {
  const home = await serverFolder()
  const servers = [{ name: 'docs', access: program('plain') }]
  const [one, other] = await Promise.all([openTestMcp(home, servers), openTestMcp(home, servers)])
  await one.mcp.call('mcp__docs__crash', {}, never)
  expect(await other.mcp.call('mcp__docs__echo', { text: 'hi' }, never)).toMatchObject({ text: 'hi' })
  await Promise.all([one.mcp.close(), other.mcp.close()])
  expect(readdirSync(join(home, 'places'))).toEqual([])
})

sandboxTest('a dry run lists and does not call', async () => {
  const { mcp } = await open('plain', { isDryRun: true })
  expect(await mcp.call('mcp__docs__echo', { text: 'hi' }, never)).toMatchObject({
    isError: true,
    text: /dry run/,
  })
})

test('a program of the operator runs outside only when it is trusted, with what it was given', async () => {
  const home = await serverFolder()
  const access = program('plain', {
    program: [process.execPath, 'server.mjs', 'plain'],
    env: { TOKEN: 'sk-very-secret' },
    isTrusted: true,
  })
  const { mcp } = await openTestMcp(home, [{ name: 'docs', access, secrets: ['sk-very-secret'] }])
  expect((await mcp.call('mcp__docs__env', {}, never)).text).toBe('{"TOKEN":"[secret]"}')
})

test('without a sandbox an untrusted program is not started, and that is said', async () => {
  const home = await serverFolder()
  const around = {
    backend: {
      processes: processesHere,
      find: async () => ({ kind: 'none' as const, reason: 'No bubblewrap.' }),
      start: async () => {
        throw new Error('started')
      },
    },
  }
  const { mcp } = await openTestMcp(home, [{ name: 'docs', access: program('plain') }], {
    around: { ...(await anyAround(home)), ...around },
  })
  expect(mcp.servers).toMatchObject([{ problem: expect.stringContaining('No bubblewrap') }])
})

async function anyAround(home: string) {
  const { realClock } = await import('@/lib/server/testing/real-clock')
  return {
    clock: realClock,
    places: join(home, 'places'),
    root: join(home, 'work'),
    hidden: async () => [],
    hosts: [],
    systemEnvironment: {},
  }
}
