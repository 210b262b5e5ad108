import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import type { Clock } from '@/lib/core/ports/clock'
import type { Delivery, SandboxStart } from '@/lib/core/ports/sandbox'
import { createVirtualClock } from '@/lib/core/testing/virtual-clock'
import { realClock } from '@/lib/server/testing/real-clock'
import { defaultSandboxLimits } from './protocol'
import { createSandboxes, type Sandboxes } from './sandbox'
import { sandboxEntry } from './testing'

const budget = { outputTokens: 0, costNanoUsd: 0, capNanoUsd: null }
const value = (id: number, said: string): Delivery => ({ fact: { id, kind: 'value', value: said }, budget })
const startOf = (body: string, limits: Partial<SandboxStart['limits']> = {}): SandboxStart => ({
  body,
  args: null,
  budgetTotal: null,
  sampleItems: null,
  capNanoUsd: null,
  limits: { ...defaultSandboxLimits, ...limits },
})
/** Asks two agents, one after the other, and returns both answers and what it counted itself. */
const twoRounds = startOf(
  `let count = 0; const a = await agent('a'); count += 1; const b = await agent('b'); count += 1; return [a, b, count]`,
)

let folder = ''
let open: Sandboxes[] = []
afterEach(async () => {
  for (const one of open) await one.close()
  open = []
  if (folder !== '') rmSync(folder, { recursive: true, force: true })
  folder = ''
})

function sandboxes(entry = sandboxEntry, mostThreads = 4, clock: Clock = realClock): Sandboxes {
  const made = createSandboxes({ entry, clock, mostThreads })
  open.push(made)
  return made
}

/** The worker that ships, but so many of its threads die when they are told a fact. */
function dyingEntry(deaths: number): { entry: string; deathsLeft(): number } {
  folder = mkdtempSync(join(tmpdir(), 'skein-dying-'))
  const left = join(folder, 'left')
  const entry = join(folder, 'worker.mjs')
  writeFileSync(left, String(deaths))
  writeFileSync(
    entry,
    `import { readFileSync, writeFileSync } from 'node:fs'
     import { parentPort } from 'node:worker_threads'
     const post = parentPort.postMessage.bind(parentPort)
     parentPort.postMessage = (message) => {
       const left = Number(readFileSync(${JSON.stringify(left)}, 'utf8'))
       if (message.type !== 'rests' || message.taken === 0 || left === 0) return post(message)
       writeFileSync(${JSON.stringify(left)}, String(left - 1))
       process.exit(1)
     }
     await import(${JSON.stringify(pathToFileURL(sandboxEntry).href)})`,
  )
  return { entry, deathsLeft: () => Number(readFileSync(left, 'utf8')) }
}

describe('a script whose thread dies', () => {
  test('is led to where it was in a new one, and learns each fact once', async () => {
    const { entry } = dyingEntry(2)
    const sandbox = sandboxes(entry).open(twoRounds)
    expect(await sandbox.start()).toMatchObject({ kind: 'rests', commands: [{ do: 'agent', prompt: 'a' }] })
    expect(await sandbox.deliver([value(1, 'first')])).toMatchObject({
      kind: 'rests',
      commands: [{ do: 'agent', prompt: 'b' }],
      taken: 1,
    })
    expect(await sandbox.deliver([value(2, 'second')])).toMatchObject({
      commands: [{ do: 'return', value: ['first', 'second', 2] }],
    })
    await sandbox.close()
  })

  test('three times at the same fact is given up with a word, and goes on when it is asked again', async () => {
    const { entry, deathsLeft } = dyingEntry(3)
    const sandbox = sandboxes(entry).open(twoRounds)
    await sandbox.start()
    expect(await sandbox.deliver([value(1, 'first')])).toEqual({ kind: 'died', message: expect.any(String) })
    expect(deathsLeft()).toBe(0)
    expect(await sandbox.deliver([value(1, 'first')])).toMatchObject({ kind: 'rests', taken: 1 })
    expect(await sandbox.deliver([value(2, 'second')])).toMatchObject({
      commands: [{ do: 'return', value: ['first', 'second', 2] }],
    })
    await sandbox.close()
  })
})

describe('threads', () => {
  test('are so many and no more: a script that waits gives its own up, and goes on when it is told more', async () => {
    const pool = sandboxes(sandboxEntry, 1)
    const first = pool.open(twoRounds)
    const second = pool.open(twoRounds)
    await first.start()
    expect(pool.held).toBe(1)
    await second.start()
    expect(pool.held).toBe(1)
    for (const [id, said] of [
      [1, 'first'],
      [2, 'second'],
    ] as const) {
      await first.deliver([value(id, said)])
      await second.deliver([value(id, `${said} too`)])
    }
    await first.close()
    await second.close()
    expect(pool.held).toBe(0)
  })

  test('a script that waits in vain for room says so, and one that is closed meanwhile leaves none behind', async () => {
    const pool = sandboxes(sandboxEntry, 1)
    const busy = pool.open(startOf('for (;;) {}', { cpuMs: 300 }))
    const atWork = busy.start()
    let waits = 0
    const late = pool.open(twoRounds)
    const waiting = late.start(() => {
      waits += 1
    })
    expect(await atWork).toMatchObject({
      commands: [{ do: 'throw', message: expect.stringContaining('endless loop') }],
    })
    expect(waits).toBe(1)
    await busy.close()
    expect(await waiting).toMatchObject({ commands: [{ do: 'agent' }] })
    await late.close()
    expect(pool.held).toBe(0)
  })

  test('a script that has waited for a minute has none, and costs none until it is told something', async () => {
    const clock = createVirtualClock()
    const pool = sandboxes(sandboxEntry, 4, clock)
    const sandbox = pool.open(twoRounds)
    await sandbox.start()
    clock.advance(59_000)
    expect(pool.held).toBe(1)
    clock.advance(2_000)
    expect(pool.held).toBe(0)
    expect(await sandbox.deliver([value(1, 'first')])).toMatchObject({
      commands: [{ do: 'agent', prompt: 'b' }],
    })
    expect(pool.held).toBe(1)
    await sandbox.close()
  })
})

describe('a budget', () => {
  test('is the work of the script, not the time that passes: a clock that runs away ends nothing', async () => {
    const clock = createVirtualClock()
    const sandbox = sandboxes(sandboxEntry, 4, clock).open(
      startOf('let sum = 0; for (let at = 0; at < 3e6; at++) sum += at; return sum'),
    )
    const started = sandbox.start()
    for (let hour = 0; hour < 24; hour++) clock.skip(3_600_000)
    expect(await started).toMatchObject({ commands: [{ do: 'return', value: 4499998500000 }] })
    await sandbox.close()
  })

  test('starts over with every fact', async () => {
    const body = `for (let round = 0; round < 6; round++) { for (let at = 0; at < 3e6; at++); await agent('r' + round) } return 'done'`
    const sandbox = sandboxes().open(startOf(body, { cpuMs: 2_000 }))
    await sandbox.start()
    for (let id = 1; id < 6; id++) expect((await sandbox.deliver([value(id, 'on')])).kind).toBe('rests')
    expect(await sandbox.deliver([value(6, 'on')])).toMatchObject({
      commands: [{ do: 'return', value: 'done' }],
    })
    await sandbox.close()
  })

  test('finds a loop that never looks up, inside one step of the engine', async () => {
    const endless = startOf('return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)', { cpuMs: 200 })
    const sandbox = sandboxes().open(endless)
    expect(await sandbox.start()).toMatchObject({
      commands: [{ do: 'throw', message: expect.stringContaining('endless loop') }],
    })
    await sandbox.close()
  })
})
