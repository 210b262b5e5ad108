import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { parseJson } from '@/lib/core/base/json'
import { processesHere } from '@/lib/processes/here'
import { realClock } from '@/lib/server/testing/real-clock'
import type { FoundSandbox } from '../backend'
import { startProcess } from '../piped-program'
import { createCommandQueue } from '../queue/command-queue'
import { openShell, type ShellOptions } from '../shell/shell'
import { never, processesWith, sandboxTest, until } from '../testing'
import { chooseSandbox, sandboxBy } from '../this-machine'
import { findRuntime, RUNTIME_PACKAGE } from './find-runtime'
import { runtimeSettings, runtimeSettingsSchema } from './runtime-settings'
import { type Held, writeStandIn } from './testing'

const launcher = join(process.cwd(), 'dist', 'sandbox-runtime.mjs')

function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'skein-runtime-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const view = {
  workFolder: '/data/work',
  isReadOnly: false,
  hidden: [{ path: '/data/work/.env', kind: 'file' as const }],
  readable: ['/data/place/control'],
  writable: ['/data/place/home'],
  kept: ['/data', '/home/ann'],
  ports: null,
}

describe('the settings of a sandbox', () => {
  test('deny the network, and open for writing the work folder and its own places alone', () => {
    const { network, filesystem, ...switches } = runtimeSettings(view)
    expect(network).toMatchObject({ allowedDomains: [], strictAllowlist: true, allowLocalBinding: false })
    expect(network.httpProxyPort).toBeUndefined()
    expect(filesystem.allowWrite).toEqual(['/data/work', '/data/place/home'])
    expect(filesystem.allowRead).toEqual(['/data/work', '/data/place/control', '/data/place/home'])
    expect(filesystem.denyRead).toEqual(
      expect.arrayContaining(['/home', '/root', '/Users', '/data', '/home/ann']),
    )
    expect(filesystem.denyRead).toContain('/data/work/.env')
    expect(filesystem.denyWrite).toEqual(expect.arrayContaining(['/data/place/control', '/data/work/.env']))
    expect(switches).toEqual({
      enableWeakerNestedSandbox: false,
      enableWeakerNetworkIsolation: false,
      allowAppleEvents: false,
      allowPty: false,
    })
  })

  test('lead to our proxy where hosts are allowed, and allow no name by themselves', () => {
    const { network } = runtimeSettings({ ...view, ports: { http: 1234, socks: 1235 } })
    expect(network).toMatchObject({ httpProxyPort: 1234, socksProxyPort: 1235 })
    expect(network.allowedDomains.every((name) => name.endsWith('.invalid'))).toBe(true)
  })

  test('let a folder that is only read not be written', () => {
    expect(runtimeSettings({ ...view, isReadOnly: true }).filesystem.allowWrite).toEqual(['/data/place/home'])
  })

  test.each(['relative/path', '/data/*/work', '/data/[a]'])('refuse the path %s', (workFolder) => {
    expect(() => runtimeSettings({ ...view, workFolder })).toThrow('cannot be told')
  })
})

describe('what is chosen', () => {
  const bubblewrap = { kind: 'bubblewrap', version: '0.8', canOverlay: true, limits: 'rlimits' } as const
  const ofBubblewrap = { told: bubblewrap, program: '/usr/bin/bwrap', cgroups: null }
  const noBubblewrap = { told: { kind: 'none' as const, reason: 'No bubblewrap.' } }
  const ofPackage = {
    told: { kind: 'sandbox-runtime' as const, note: 'less' },
    runtime: { launcher, module: 'x' },
  }
  const noPackage = (isInstalled: boolean) => ({
    told: { kind: 'none' as const, reason: 'No package.' },
    isInstalled,
  })

  test.each([
    ['auto', ofBubblewrap, ofPackage, 'linux', bubblewrap],
    ['auto', noBubblewrap, ofPackage, 'darwin', ofPackage.told],
    [
      'auto',
      noBubblewrap,
      noPackage(false),
      'darwin',
      { kind: 'none', reason: 'No bubblewrap. No package.' },
    ],
    ['auto', noBubblewrap, noPackage(false), 'linux', noBubblewrap.told],
    ['auto', noBubblewrap, noPackage(true), 'linux', { kind: 'none', reason: 'No bubblewrap. No package.' }],
    ['bubblewrap', noBubblewrap, ofPackage, 'linux', noBubblewrap.told],
    ['sandbox-runtime', ofBubblewrap, ofPackage, 'linux', ofPackage.told],
    ['sandbox-runtime', ofBubblewrap, noPackage(true), 'linux', noPackage(true).told],
  ] as const)('of %s, what is there: %#', async (wanted, first, second, platform, expected) => {
    const { told } = await chooseSandbox(
      wanted,
      async () => first,
      async () => second,
      platform,
    )
    expect(told).toEqual(expected)
  })

  test('nothing of the package is looked for where it is not needed', async () => {
    const never = () => Promise.reject(new Error('looked for'))
    expect((await chooseSandbox('auto', async () => ofBubblewrap, never)).told).toBe(bubblewrap)
    expect((await chooseSandbox('bubblewrap', async () => noBubblewrap, never)).told.kind).toBe('none')
    expect((await chooseSandbox('sandbox-runtime', never, async () => ofPackage)).told).toBe(ofPackage.told)
  })
})

describe('the package', () => {
  const reasonFor = async (module: string, platform: NodeJS.Platform = 'linux') => {
    const { told } = await findRuntime(processesHere.run, { launcher, module }, platform)
    return told.kind === 'none' ? told.reason : told.kind
  }

  test('that is not installed is told of with how to install it', async () => {
    expect(await reasonFor(RUNTIME_PACKAGE)).toContain(`npm install --no-save ${RUNTIME_PACKAGE}`)
    expect(await reasonFor(RUNTIME_PACKAGE, 'win32')).toContain('not used on win32')
    expect(await reasonFor(join(newFolder(), 'none.mjs'))).toContain('cannot be loaded')
  })

  test.each([
    ['export const SandboxManager = { initialize: async () => {} }', 'is another one than is known here'],
    ['export const Other = 1', 'is another one than is known here'],
    ['throw new Error("broken on this Node")', 'broken on this Node'],
    [
      'export const SandboxManager = { initialize: async () => {}, wrapWithSandbox: async (one) => one }',
      'without a sandbox around it',
    ],
    [
      'export const SandboxManager = { initialize: async () => { throw new Error("rg is missing") }, wrapWithSandbox: async () => "" }',
      'rg is missing',
    ],
    [
      'export const SandboxManager = { initialize: async () => {}, wrapWithSandbox: async (one) => "true\\n" + one }',
      'writes outside of its folder',
    ],
  ])('is refused that is written %s', async (source, reason) => {
    const module = join(newFolder(), 'package.mjs')
    writeFileSync(module, source)
    expect(await reasonFor(module)).toContain(reason)
  })

  sandboxTest.each<[Held, string]>([
    ['no network', 'reaches this machine by the network'],
    ['no writing', 'writes outside of its folder'],
    ['no reading', 'reads what lies outside of its folder'],
    ['nothing', 'writes outside of its folder'],
  ])('is refused that does not hold everything: %s', async (held, reason) => {
    expect(await reasonFor(writeStandIn(newFolder(), held).module)).toContain(reason)
  })
})

describe('commands in the package', () => {
  let found: FoundSandbox | null = null
  let standIn = { module: '', record: '' }
  beforeAll(async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'skein-runtime-')))
    standIn = writeStandIn(folder)
    found = (await findRuntime(processesHere.run, { launcher, module: standIn.module }, 'linux')).told
    return () => rmSync(folder, { recursive: true, force: true })
  })

  const backend = () =>
    sandboxBy(
      async () => {
        if (found?.kind !== 'sandbox-runtime') throw new Error(JSON.stringify(found))
        return { told: found, runtime: { launcher, module: standIn.module } }
      },
      realClock,
      processesHere,
    )

  function shell(more: Partial<ShellOptions> = {}) {
    const folder = newFolder()
    const [work, workspace] = [join(folder, 'work'), join(folder, 'workspace')]
    for (const one of [work, workspace]) mkdirSync(one)
    writeFileSync(join(workspace, 'private.txt'), 'of the workspace')
    const opened = openShell({
      backend: backend(),
      queue: createCommandQueue(4),
      clock: realClock,
      places: join(folder, 'places'),
      owner: 'run',
      workFolder: work,
      mountedAt: workspace,
      signal: never,
      ...more,
    })
    onTestFinished(() => opened.close())
    const say = (command: string, timeoutMs = 60_000) => opened.run(command, { timeoutMs, signal: never })
    return { say, work, workspace }
  }

  sandboxTest('say what is not held, and are told apart from those in bubblewrap', () => {
    expect(found).toMatchObject({ kind: 'sandbox-runtime', note: expect.stringContaining('not tested here') })
  })

  sandboxTest('run one after the other in a warm shell, in the work folder', async () => {
    const { say, work } = shell()
    const first = await say('pwd; echo made > made.txt; NAME=kept; mkdir below; cd below')
    expect(first).toMatchObject({ end: { kind: 'exited', exitCode: 0 }, output: `${work}\n` })
    expect(readFileSync(join(work, 'made.txt'), 'utf8')).toBe('made\n')
    expect(await say('echo $NAME; pwd; false')).toMatchObject({
      end: { kind: 'exited', exitCode: 1 },
      output: `kept\n${work}/below\n`,
    })
    const settings = readFileSync(standIn.record, 'utf8').trimEnd().split('\n').at(-1) ?? ''
    expect(runtimeSettingsSchema.parse(parseJson(settings)).filesystem.allowWrite[0]).toBe(work)
  })

  sandboxTest('see no workspace, no home, no network and no variable of the server', async () => {
    const { say, workspace } = shell({ env: { GIVEN: 'value' } })
    const { output } = await say(
      `cat '${workspace}/private.txt'; ls -A '${workspace}'; echo no > '${workspace}/new'; ls -A /home /root 2>/dev/null; cat /proc/net/dev | grep -c eth; env`,
    )
    expect(output).not.toMatch(/of the workspace|ANTHROPIC|SKEIN_|VITEST/)
    expect(output).toContain('GIVEN=value')
    expect(existsSync(join(workspace, 'new'))).toBe(false)
  })

  sandboxTest('end with all that they started, and keep long output where it can be read', async () => {
    const { say } = shell()
    const word = `endless-${process.pid}`
    const late = await say(`bash -c 'exec -a ${word} sleep 1000' & sleep 1000`, 500)
    expect(late.end).toEqual({ kind: 'timeout' })
    await until(() => processesWith(word).length === 0)
    const long = await say('seq 1 50000')
    expect(long.isCut).toBe(true)
    expect((await say(`tail -n 1 '${long.outputFile}'`)).output).toBe('50000\n')
  })

  sandboxTest('reach allowed hosts by our proxy, and nothing beside it', async () => {
    const server = createServer((request, response) => response.end(`hello from ${request.headers.host}`))
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = z
      .object({ port: z.number() })
      .parse(server.address() satisfies AddressInfo | string | null)
    const { say } = shell({
      hosts: ['example.com'],
      network: { resolve: async () => ['93.184.215.14'], open: () => connect(port, '127.0.0.1') },
    })
    const ask = (url: string) =>
      `exec 9<>/dev/tcp/127.0.0.1/\${HTTP_PROXY##*:}; printf 'GET ${url} HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' >&9; cat <&9; exec 9>&-`
    expect((await say(ask('http://example.com/'))).output).toContain('hello from example.com')
    const other = await say(ask('http://other.example/'))
    expect(other.output).toContain('403')
    expect(other.refusedHosts).toEqual(['other.example'])
    expect(
      (
        await say(
          'exec 9<>/dev/tcp/127.0.0.1/$SOCKS_PORT; printf "\\x05\\x01\\x00" >&9; cat <&9 2>/dev/null | wc -c',
        )
      ).output.trim(),
    ).toBe('0')
  })

  sandboxTest('may be one program with pipes, which sees nothing hidden and writes nothing', async () => {
    const folder = newFolder()
    const work = join(folder, 'work')
    mkdirSync(work)
    writeFileSync(join(work, 'a.txt'), 'seen')
    writeFileSync(join(work, '.env'), 'SECRET')
    const { stdin, stdout, ended } = await startProcess({
      backend: backend(),
      clock: realClock,
      places: join(folder, 'places'),
      program: ['bash', '-c', 'cat a.txt .env; (echo x > new) 2>/dev/null || echo " read-only"; cat'],
      folder: work,
      hidden: [{ path: join(work, '.env'), kind: 'file' }],
      signal: never,
    })
    stdin.end('told')
    expect(await text(stdout)).toBe('seen read-only\ntold')
    expect(await ended).toMatchObject({ exitCode: 0 })
  })
})
