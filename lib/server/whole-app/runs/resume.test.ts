import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { programOptions } from '@/lib/bin/build-entries.mjs'
import type { Json } from '@/lib/core/base/json'
import { fold } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'
import type { Delivery } from '@/lib/core/spec/run'
import { bought, expectHonest as expectBookedOnce } from '../../testing/batches'
import { installDir } from '../../testing/environment'
import { eventsOf, sim, startTestApp, type TestApp, workflow } from '../../testing/test-app'

const files = Object.fromEntries(
  Array.from({ length: 6 }, (_, at) => [`src/f${at}.ts`, `export const n${at} = ${at}\n`]),
)

const look = (path: string, text: string) =>
  sim(
    { toolCalls: [{ name: 'read_file', input: { path } }] },
    { toolCalls: [{ name: 'search_files', input: { pattern: 'export' } }] },
    { text },
  )

/** Sixty agents in three waves: the second is told what the first found, the third answers in a schema. */
const threeWaves = workflow(
  `
phase('look')
const first = await parallel(Array.from({ length: 36 }, (_, at) => () =>
  agent(at + ' ' + LOOK[at % 6].replace('TEXT', 'found ' + at))))
phase('weigh')
const second = await parallel(Array.from({ length: 18 }, (_, at) => () =>
  agent('weigh ' + first[at * 2] + ' against ' + first[at * 2 + 1] + ' ' + LOOK[at % 6].replace('TEXT', 'weighed ' + at))))
phase('report')
const schema = { type: 'object', properties: { sum: { type: 'integer' } }, required: ['sum'] }
const third = await parallel(Array.from({ length: 6 }, (_, at) => () =>
  agent('report ' + second.slice(at * 3, at * 3 + 3).join() + ' ' + ANSWER.replace('"SUM"', String(at)), { schema })))
return { first, second, third }
`
    .replaceAll('LOOK', JSON.stringify(Object.keys(files).map((path) => look(path, 'TEXT'))))
    .replaceAll('ANSWER', JSON.stringify(sim({ toolCalls: [{ name: 'answer', input: { sum: 'SUM' } }] }))),
)

const expected = {
  first: Array.from({ length: 36 }, (_, at) => `found ${at}`),
  second: Array.from({ length: 18 }, (_, at) => `weighed ${at}`),
  third: Array.from({ length: 6 }, (_, at) => ({ sum: at })),
} satisfies Json

let test40: TestApp | null = null
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await test40?.dispose()
  test40 = null
})

/** No committed turn was sent again after its commit, and money, rows and journal agree. */
async function expectHonest(app: TestApp, runId: string, state: RunState): Promise<void> {
  const journal = await app.journal(runId)
  const { entries } = app.simulator.log()
  const byRequest = new Map(entries.map((entry) => [entry.requestId, entry]))
  for (const { requestId } of eventsOf(journal, 'turn.committed')) {
    const own = byRequest.get(requestId ?? '')
    expect(own, `request ${requestId} of a committed turn is in the log`).toBeDefined()
    const later = entries.filter(
      (entry) => entry.digest === own?.digest && entry.ordinal > (own?.ordinal ?? 0),
    )
    expect(later, 'a committed turn is never sent again').toEqual([])
  }
  expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_, at) => at + 1))
  const folded = journal.reduce<RunState | null>(fold, null)
  expect(state).toEqual(folded)
  expect(state.totals.reservedNanoUsd).toBe(0)
  const prices = eventsOf(journal, 'turn.committed').reduce(
    (sum, { cost }) => sum + (cost?.totalNanoUsd ?? 0),
    0,
  )
  expect(state.totals.spentNanoUsd).toBe(prices)
  const lost = eventsOf(journal, 'turn.failed').reduce((sum, event) => sum + event.unsettledNanoUsd, 0)
  expect(state.totals.unsettledNanoUsd).toBe(lost)
  const day = new Date().toISOString().slice(0, 10)
  const booked = await app.app.store.spentOn(day, false)
  expect(booked).toEqual({ spentNanoUsd: prices, unsettledNanoUsd: lost })
}

/** A small deterministic draw, so a failing seed can be run again. */
function draws(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state / 2 ** 32
  }
}

/** A handful in every test run; `npm run faults` asks for more. */
const seeds = Array.from({ length: inject('faultSeeds') }, (_, at) => 11 + at)

describe('kill -9', () => {
  const entry = join(installDir, 'dist', 'testing', 'app.mjs')
  beforeAll(async () => {
    await build({
      ...programOptions,
      entryPoints: [join(installDir, 'lib/server/testing/child.ts')],
      outfile: entry,
    })
  })

  /** Runs an app in a child and kills it as the kernel would, at any moment in the time after a commit. */
  async function killedAt(
    seq: number,
    afterMs: number,
    orders: { dataDir: string; script: string | null; delivery?: Delivery },
  ): Promise<string | null> {
    const { simulator, workspace } = test40 ?? {}
    const child = spawn(
      process.execPath,
      [entry, JSON.stringify({ ...orders, url: simulator?.url, workspace })],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        cwd: installDir,
      },
    )
    children.push(child)
    let launched: string | null = null
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    for await (const line of createInterface({ input: child.stdout })) {
      const [word, value, type] = line.split(' ')
      if (word === 'launched') launched = value ?? null
      if (word === 'seq' && type === 'run.ended') child.kill('SIGKILL')
      else if (word === 'seq' && Number(value) >= seq) setTimeout(() => child.kill('SIGKILL'), afterMs)
    }
    await gone
    return launched
  }

  test.each(seeds)(
    'loses nothing that was committed, and the run ends as if undisturbed (seed %i)',
    async (seed) => {
      const draw = draws(seed)
      test40 = await startTestApp({ files, simulator: { speed: 40 } })
      const dataDir = join(test40.workspace, '..', 'killed')
      mkdirSync(dataDir)
      const runId = await killedAt(Math.floor(draw() * 270) + 5, draw() * 40, { dataDir, script: threeWaves })
      expect(runId).not.toBeNull()
      await killedAt(Math.floor(draw() * 260) + 300, draw() * 40, { dataDir, script: null })
      await test40.adopt(dataDir)
      const state = await test40.ended(runId ?? '')
      expect(await test40.result(runId ?? '')).toEqual(expected)
      expect(state.run.status).toBe('completed')
      await expectHonest(test40, runId ?? '', state)
    },
  )

  test.each(seeds.filter((_, at) => at % 2 === 0))(
    'buys no turn of a batch twice and loses none, wherever it falls (seed %i)',
    async (seed) => {
      const draw = draws(seed * 7)
      test40 = await startTestApp({ files, simulator: { speed: 40 } })
      const dataDir = join(test40.workspace, '..', 'killed')
      mkdirSync(dataDir)
      const orders = { dataDir, script: threeWaves, delivery: 'batch' as const }
      const runId = await killedAt(Math.floor(draw() * 270) + 60, draw() * 60, orders)
      expect(runId).not.toBeNull()
      for (const from of [250, 420])
        await killedAt(Math.floor(draw() * 150) + from, draw() * 60, { dataDir, script: null })
      await test40.adopt(dataDir)
      const state = await test40.ended(runId ?? '')
      expect(await test40.result(runId ?? '')).toEqual(expected)
      expect(state.outcomeCounts).toMatchObject({ succeeded: 60, failed: 0 })
      // Every turn that was answered anywhere was booked, and every one was asked for exactly once.
      expect((await bought(test40)).answered).toBe(36 * 3 + 18 * 3 + 6)
      await expectBookedOnce(test40, runId ?? '', state)
    },
  )
})
