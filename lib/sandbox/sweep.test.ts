import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { realClock } from '@/lib/server/testing/real-clock'
import { sweepPlaces } from './sweep'
import { processesWith, sandboxTest, until } from './testing'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skein-sweep-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const starterEntry = join(process.cwd(), 'dist', 'process-starter.mjs')

/** A server with one agent that is at a long command. */
const server = `
import { createCommandQueue } from './queue/command-queue'
import { openShell } from './shell/shell'
import { sandboxOfThisMachine } from './this-machine'
import { openStarter } from '@/lib/processes/starter'
import { realClock as clock } from '@/lib/server/testing/real-clock'
const [places, workFolder, entry] = process.argv.slice(2)
const processes = openStarter({ entry, awake: clock.awake })
const signal = new AbortController().signal
const shell = openShell({ backend: sandboxOfThisMachine(clock, processes), queue: createCommandQueue(2), clock, places,
  owner: 'run', workFolder, mountedAt: '/opt/work', signal })
void shell.run('sleep 843.5 & setsid sleep 843.5 & touch begun; sleep 843.5', { timeoutMs: 600_000, signal })
setInterval(() => {}, 1000)
`

sandboxTest(
  'of a server that is killed nothing runs on, and the next start removes what it left',
  async () => {
    const [places, work, entry] = [join(folder, 'places'), join(folder, 'work'), join(folder, 'server.mjs')]
    mkdirSync(work)
    await build({
      stdin: { contents: server, resolveDir: new URL('.', import.meta.url).pathname, loader: 'ts' },
      outfile: entry,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      alias: { '@': new URL('../..', import.meta.url).pathname },
      logLevel: 'silent',
    })
    const child = spawn(process.execPath, [entry, places, work, starterEntry], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    await until(() => existsSync(join(work, 'begun')) || child.exitCode !== null)
    expect(child.exitCode, 'the server came up').toBeNull()
    const [name = ''] = readdirSync(places)
    const listed = join(places, name, 'cgroups')
    const cgroups = existsSync(listed) ? readFileSync(listed, 'utf8').split('\n').filter(Boolean) : []
    child.kill('SIGKILL')
    await once(child, 'exit')
    await until(() => processesWith('843.5').length === 0)
    expect(await sweepPlaces(places, realClock.awake)).toBe(1)
    expect(readdirSync(places)).toEqual([])
    expect(cgroups.filter((cgroup) => existsSync(cgroup))).toEqual([])
  },
)

test('a list of cgroups that names other folders leads to none of them', async () => {
  const place = join(folder, 'places', 'one')
  mkdirSync(place, { recursive: true })
  const kept = [join(folder, 'skein-kept'), '/sys/fs/cgroup/../../../tmp/skein-none']
  mkdirSync(join(folder, 'skein-kept'))
  writeFileSync(join(place, 'cgroups'), kept.join('\n'))
  expect(await sweepPlaces(join(folder, 'places'), realClock.awake)).toBe(1)
  expect(existsSync(join(folder, 'skein-kept'))).toBe(true)
})

test('where no shell ever was, nothing is swept', async () => {
  expect(await sweepPlaces(join(folder, 'nowhere'), realClock.awake)).toBe(0)
})
