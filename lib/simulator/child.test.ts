import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants, getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { realClock } from '@/lib/server/testing/real-clock'
import { startSimulatorChild } from './child'
import { lowerPriority } from './low-priority'
import { clientOf } from './testing'

let folder: string
let entry: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skein-simulator-child-'))
  entry = join(folder, 'simulator.mjs')
  const main = new URL('./main.ts', import.meta.url).pathname
  await build({
    entryPoints: [main],
    outfile: entry,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the bundled simulator starts as a child, obeys its settings and stops', async () => {
  const child = await startSimulatorChild({
    clock: realClock,
    entry,
    speed: 0,
    seed: 5,
    faults: [{ when: { nth: 2 }, fault: { kind: 'status', status: 529 } }],
  })
  const client = clientOf(child.url)
  const body = {
    model: 'claude-haiku-5-5',
    max_tokens: 100,
    messages: [{ role: 'user' as const, content: 'Hello there.' }],
  }
  await expect(client.messages.create(body)).resolves.toMatchObject({ role: 'assistant' })
  await expect(client.messages.create(body)).rejects.toMatchObject({ status: 529 })
  await child.stop()
  await expect(client.messages.create(body)).rejects.toThrow('Connection error')
  expect(() => process.kill(child.pid, 0)).toThrow('ESRCH')
})

const { PRIORITY_BELOW_NORMAL: low } = constants.priority

// Elsewhere a priority belongs to the process, and there are no threads to be told of.
test.runIf(process.platform === 'linux')(
  'a simulator that yields does so with every thread it has',
  async () => {
    const [usual, yielding] = await Promise.all([
      startSimulatorChild({ clock: realClock, entry, speed: 0 }),
      startSimulatorChild({ clock: realClock, entry, speed: 0, yields: true }),
    ])
    const own = getPriority()
    expect(new Set(nicesOf(usual.pid))).toEqual(new Set([own]))
    const nices = nicesOf(yielding.pid)
    expect(nices.length).toBeGreaterThan(1)
    expect(new Set(nices)).toEqual(new Set([Math.max(own, low)]))
    expect(getPriority()).toBe(own)
    await Promise.all([usual.stop(), yielding.stop()])
  },
)

test('whoever is gone, or may not be told, is left as it is', async () => {
  const child = await startSimulatorChild({ clock: realClock, entry, speed: 0 })
  await child.stop()
  expect(() => lowerPriority(child.pid)).not.toThrow()
})

/** What the system says of each thread of a process. */
function nicesOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
    // The name of a thread is in brackets and may hold anything; the fields after it are counted from the
    // third.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
  })
}

test('it ends when its parent is killed', async () => {
  const script = `require('node:child_process').spawn(process.execPath, [${JSON.stringify(entry)}], { stdio: ['pipe', 'inherit', 'inherit'] })`
  const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = await once(parent.stdout, 'data')
  expect(JSON.parse(String(line))).toEqual({ port: expect.any(Number) })
  parent.kill('SIGKILL')
  // The simulator holds the other end of this pipe: it closes only when both are gone.
  await once(parent.stdout, 'close')
})

test('an entry that does not start is reported with its own words', async () => {
  const broken = join(folder, 'broken.mjs')
  writeFileSync(broken, "throw new Error('no such thing')")
  await expect(startSimulatorChild({ entry: broken, clock: realClock })).rejects.toThrow(
    /did not start[\s\S]*no such thing/,
  )
})
