import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { temporaryStore } from '@/db/testing'
import { person } from '@/lib/core/base/actor'
import { rollupPayer } from '@/lib/core/money/quotas'
import { allTokens } from '@/lib/core/money/token-counts'
import { noUsage, tokenCounts } from '@/lib/core/money/usage'
import type { AgentSpec, TurnRow } from '@/lib/core/ports/agent-store'
import {
  type JournalStore,
  type RollupKey,
  StaleFenceError,
  type Write,
} from '@/lib/core/ports/journal-store'
import type { RunPlace, RunSorting } from '@/lib/core/ports/run-store'
import type { RunEvent } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import { plainSpec, someEvents, timeAt } from '@/lib/core/testing/journals'
import { realClock } from '@/lib/server/testing/real-clock'
import { createRecorder, type Recorder } from './recorder'

const stores: { dispose(): void }[] = []
afterEach(() => {
  for (const one of stores.splice(0)) one.dispose()
})

function newStore() {
  const made = temporaryStore()
  stores.push(made)
  return made
}

function recorderOf(store: JournalStore): Recorder {
  let at = 0
  return createRecorder(
    store,
    { ...realClock, now: () => Date.parse(timeAt(at++)) },
    () => {},
    (error) => {
      throw error
    },
  )
}

const created: RunEvent = { type: 'run.created', spec: plainSpec, actor: person('tester') }
const createRun: Write = {
  do: 'create-run',
  script: 's',
  args: { a: 1 },
  idempotencyKey: null,
  idempotencyDigest: '',
}

function specOf(agentId: string): AgentSpec {
  const options = {
    model: 'm',
    effort: null,
    stallMs: 1,
    maxTurns: 1,
    maxTokens: 1,
    retries: 1,
    depth: 0,
    speed: 'standard',
    delivery: 'live',
    timeoutMs: null,
    nanoUsd: null,
    tokens: null,
    agentType: null,
    check: null,
  } as const
  return { agentId, key: `k-${agentId}`, prompt: 'p', system: '', tools: [], schema: null, options }
}

const first = { role: 'user' as const, content: [{ type: 'text', text: 'p' }] }

function agentMade(agentId: string, position: number): [RunEvent, Write] {
  const rest = {
    parentId: null,
    scope: '',
    callSite: null,
    barrier: null,
    phase: null,
    requestedModel: null,
    delivery: 'live' as const,
    dependsOn: [],
    preview: '',
  }
  return [
    { type: 'agent.created', agentId, position, label: agentId, key: `k-${agentId}`, model: 'm', ...rest },
    { do: 'create-agent', spec: specOf(agentId), first, counted },
  ]
}

const payer = { id: 'ann', ownerId: null, project: 'default' }
const counted = { day: '2026-11-22', simulated: false, payer }

function writesOf(events: readonly RunEvent[]): Write[] {
  return events.flatMap((event): Write[] => {
    if (event.type === 'run.created') return [createRun]
    if (event.type === 'agent.created')
      return [{ do: 'create-agent', spec: specOf(event.agentId), first, counted }]
    return []
  })
}

const rollup: RollupKey = {
  day: '2026-11-22',
  model: 'm',
  workflow: 'w',
  phase: 'p',
  launchedBy: 'ann',
  project: 'default',
  ...rollupPayer(payer),
  simulated: false,
}

function turnOf(
  agentId: string,
  turn: number,
  nanoUsd: number,
): [RunEvent, Extract<Write, { do: 'commit-turn' }>] {
  const byKind = { input: nanoUsd, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, output: 0, webSearch: 0 }
  const common = {
    agentId,
    turn,
    attempt: 1,
    model: 'm',
    usage: { ...noUsage, inputTokens: 3, outputTokens: 2 },
    cost: { totalNanoUsd: nanoUsd, byKind },
    stopReason: 'end_turn',
    refusal: null,
    isWasted: false,
    requestId: null,
    firstTokenAt: null,
  }
  const row: TurnRow = { ...common, startedAt: timeAt(0), endedAt: timeAt(1) }
  return [
    { type: 'turn.committed', ...common, unsettled: null },
    { do: 'commit-turn', fence: 0, row, rollup },
  ]
}

describe('the store', () => {
  test('has rows that equal the fold, however the events of a run fall into commits', async () => {
    const { store } = newStore()
    let runs = 0
    await fc.assert(
      fc.asyncProperty(someEvents, fc.array(fc.integer({ min: 1, max: 12 })), async (events, sizes) => {
        const runId = `run${runs++}`
        const recorder = recorderOf(store)
        const waits: Promise<unknown>[] = []
        for (let at = 0, cut = 0; at < events.length; cut++) {
          const part = events.slice(at, at + (sizes[cut] ?? 5))
          waits.push(recorder.record(runId, part, writesOf(part)))
          if (cut % 2 === 0) await Promise.all(waits)
          at += part.length
        }
        await Promise.all(waits)
        const journal = await store.readJournal(runId, 0, 1000)
        expect(journal.map(({ event }) => event)).toEqual(events)
        expect(journal.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1))
        const folded = foldAll(null, journal)
        expect(recorder.state(runId)).toEqual(folded)
        expect(await store.loadState(runId)).toEqual(folded)
      }),
      { numRuns: 8 },
    )
  })

  test('goes on with the next seq after it was closed and opened again', async () => {
    const made = newStore()
    await recorderOf(made.store).record(
      'r',
      [created, { type: 'run.approved', actor: person('a') }],
      [createRun],
    )
    const again = made.reopen()
    const recorder = recorderOf(again)
    const state = await again.loadState('r')
    if (state === null) throw new Error('the run is gone')
    recorder.adopt(state)
    await recorder.record('r', [{ type: 'run.started' }])
    expect((await again.readJournal('r', 0, 10)).map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(await again.loadInput('r')).toEqual({ script: 's', args: { a: 1 } })
  })

  test('refuses a holder whose claim was taken over, and loses none of its neighbours of the same tick', async () => {
    const { store } = newStore()
    const recorder = recorderOf(store)
    const agents = [agentMade('a1', 0), agentMade('a2', 1)]
    await recorder.record(
      'r',
      [created, ...agents.map(([event]) => event)],
      [createRun, ...agents.map(([, write]) => write)],
    )
    expect(await store.claimAgent('r', 'a1')).toBe(1)
    const say = (agentId: string, fence: number): Write => ({
      do: 'add-message',
      agentId,
      fence,
      attempt: 1,
      turn: 0,
      message: first,
    })
    const logged = (message: string): RunEvent => ({ type: 'run.logged', message })
    const tick = await Promise.allSettled([
      recorder.record('r', [logged('before')], [say('a2', 0)]),
      recorder.record('r', [logged('zombie')], [say('a1', 0)]),
      recorder.record('r', [logged('after')], [say('a1', 1)]),
    ])
    expect(tick.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(tick[1]).toMatchObject({ reason: expect.any(StaleFenceError) })
    const journal = await store.readJournal('r', 3, 10)
    expect(journal.map(({ seq, event }) => [seq, event.type === 'run.logged' ? event.message : ''])).toEqual([
      [4, 'before'],
      [5, 'after'],
    ])
    expect(await store.loadState('r')).toEqual(foldAll(null, await store.readJournal('r', 0, 10)))
    expect(await store.loadMessages('r', 'a1')).toHaveLength(2)
  })

  test('keeps what a listener throws about, once', async () => {
    const { store } = newStore()
    const told: unknown[] = []
    const recorder = createRecorder(
      store,
      { ...realClock, now: () => 0 },
      () => {
        throw new Error('a bad listener')
      },
      (error) => told.push(error),
    )
    await Promise.all([
      recorder.record('r', [created], [createRun]),
      recorder.record('r', [{ type: 'run.started' }]),
    ])
    expect(told).toHaveLength(1)
    expect(await store.readJournal('r', 0, 10)).toHaveLength(2)
  })

  test('sums the turns of a day, and what was lost, in the rollups', async () => {
    const { store } = newStore()
    const recorder = recorderOf(store)
    const [made, write] = agentMade('a1', 0)
    await recorder.record('r', [created, made], [createRun, write])
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 8 }),
        fc.nat(500),
        async (costs, lost) => {
          const before = await store.spentOn('2026-11-22', false)
          const turns = (await store.loadTurns('r', 'a1')).length
          const made = costs.map((cost, at) => turnOf('a1', turns + at, cost))
          await recorder.record(
            'r',
            made.map(([event]) => event),
            made.map(([, write]) => write),
          )
          await recorder.record('r', [], [{ do: 'add-unsettled', rollup, nanoUsd: lost, tokens: lost * 2 }])
          const after = await store.spentOn('2026-11-22', false)
          expect(after.spentNanoUsd - before.spentNanoUsd).toBe(costs.reduce((sum, cost) => sum + cost, 0))
          expect(after.unsettledNanoUsd - before.unsettledNanoUsd).toBe(lost)
        },
      ),
      { numRuns: 10 },
    )
    const rows = await store.loadTurns('r', 'a1')
    expect((await store.spentOn('2026-11-22', false)).spentNanoUsd).toBe(
      rows.reduce((sum, { cost }) => sum + (cost?.totalNanoUsd ?? 0), 0),
    )
    const tokens = rows.reduce((sum, { usage }) => sum + allTokens(tokenCounts(usage)), 0)
    const [day] = await store.spentByDay(false)
    const { unsettledNanoUsd } = await store.spentOn('2026-11-22', false)
    expect(day).toMatchObject({ day: '2026-11-22', tokens: tokens + unsettledNanoUsd * 2, agents: 1 })
    expect(await store.spentByDay(true)).toEqual([])
    expect(await store.spentOn('2026-11-22', true)).toEqual({ spentNanoUsd: 0, unsettledNanoUsd: 0 })
    expect(await store.spentOn('2026-11-23', false)).toEqual({ spentNanoUsd: 0, unsettledNanoUsd: 0 })
  })

  test('deletes everything of a run but its cost totals, and nothing of another', async () => {
    const { store, dir } = newStore()
    const recorder = recorderOf(store)
    for (const runId of ['r', 'other']) {
      const [made, write] = agentMade('a1', 0)
      const [committed, commit] = turnOf('a1', 0, 500)
      const key: Write = {
        do: 'create-run',
        script: 's',
        args: null,
        idempotencyKey: `key-${runId}`,
        idempotencyDigest: 'd',
      }
      const inFlightTurn = {
        agentId: 'a1',
        turn: 1,
        attempt: 1,
        model: 'm',
        usage: noUsage,
        outputCharacters: 9,
        silentMs: 0,
        startedAt: timeAt(0),
      }
      await recorder.record(
        runId,
        [created, made, committed],
        [key, write, commit, { do: 'save-in-flight-turn', inFlightTurn }],
      )
    }
    const database = new Database(join(dir, 'skein.db'), { readonly: true })
    const tables = ['events', 'agents', 'messages', 'turns', 'in_flight_turns', 'idempotency_keys']
    const count = (runId: string) =>
      [...tables.map((table) => `${table} WHERE run_id`), 'runs WHERE id'].map((from) =>
        Number(database.prepare(`SELECT count(*) FROM ${from} = ?`).pluck().get(runId)),
      )
    const kept = count('other')
    expect(kept.every((rows) => rows > 0)).toBe(true)
    await store.deleteRun('r')
    expect(count('r')).toEqual([0, 0, 0, 0, 0, 0, 0])
    expect(count('other')).toEqual(kept)
    expect((await store.spentOn('2026-11-22', false)).spentNanoUsd).toBe(1000)
    expect(await store.findIdempotent('key-r')).toBeNull()
    database.close()
  })

  test('finds runs by status, workflow and text, newest first, in pages', async () => {
    const { store } = newStore()
    const recorder = recorderOf(store)
    for (const [at, title] of ['one 100%', 'two', 'three_'].entries())
      await recorder.record(
        `r${at}`,
        [
          { ...created, spec: { ...plainSpec, title } },
          ...(at === 1 ? [{ type: 'run.approved' as const, actor: person('a') }] : []),
        ],
        [createRun],
      )
    const find = async (filter: object) => {
      const all = { statuses: null, workflow: null, text: null, offset: 0, limit: 10 }
      const { runs, total } = await store.listRuns({ ...all, ...filter })
      return [runs.map(({ run }) => run.title), total]
    }
    expect(await find({})).toEqual([['three_', 'two', 'one 100%'], 3])
    expect(await find({ limit: 1, offset: 1 })).toEqual([['two'], 3])
    expect(await find({ text: '%' })).toEqual([['one 100%'], 1])
    expect(await find({ text: '_' })).toEqual([['three_'], 1])
    expect(await find({ statuses: ['queued'] })).toEqual([['two'], 1])
    expect(await find({ statuses: [] })).toEqual([[], 0])
    expect(await find({ workflow: 'w' })).toEqual([['three_', 'two', 'one 100%'], 3])
    expect(await find({ workflow: "w' OR 1=1" })).toEqual([[], 0])
  })

  test('tells runs of one moment page by page, each once', async () => {
    const { store } = newStore()
    // A recorder of its own for each: all of them are made at the first moment of their clocks.
    for (const id of ['r3', 'r1', 'r4', 'r2'])
      await recorderOf(store).record(id, [{ ...created, spec: plainSpec }], [createRun])
    const told: string[] = []
    let after: RunPlace | null = null
    do {
      const sorting: RunSorting = { by: 'status', descends: false, at: timeAt(0), after }
      const page = await store.listRuns({
        ...{ statuses: null, workflow: null, text: null, offset: 0, limit: 1 },
        sorting,
      })
      told.push(...page.runs.map(({ run }) => run.id))
      after = page.last
    } while (after !== null && told.length < 10)
    expect(told).toEqual(['r1', 'r2', 'r3', 'r4'])
  })
})
