import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openDatabase } from '@/db/open'
import { createStore } from '@/db/store/store'
import { putEmptyDatabase } from '@/db/testing'
import { type LaunchInput, launchSchema } from '@/lib/api/runs'
import { type PulseFrame, pulseFrameSchema } from '@/lib/api/stream'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import type { Envelope, RunEvent, RunEventType } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'
import type { SseEvent } from '@/lib/live/event-sink'
import { startSimulatorServer } from '@/lib/simulator/server'
import type { SettingsInput } from '@/lib/simulator/settings'
import { type App, createApp, type Tuning } from '../app/app'
import { openThreads } from '../app/threads'
import { appCallbacks } from '../http/app-callbacks'
import { launch } from '../runs/launch'
import { installDir, testEnvironment } from './environment'
import { type Interception, startProxy } from './proxy'
import { realClock } from './real-clock'

export type TestAppOptions = {
  simulator?: SettingsInput
  /** Files of a workspace; without them runs get no tools. */
  files?: Readonly<Record<string, string>>
  tuning?: Partial<Tuning>
  /** Puts what may go wrong between the app and the simulator. */
  intercept?: Interception
  /** More of the environment, over what the harness sets. */
  env?: Readonly<Record<string, string>>
}

type Condition = (envelope: Envelope, state: RunState) => boolean
type Hope = { runId: string; condition: Condition; met(envelope: Envelope): void }

/** Short waits between tries, so a test of eight tries takes a moment. */
const quickRetries = { retries: 7, baseDelayMs: 1, maxDelayMs: 4 }

/**
 * Batches of the simulator at full speed end at once; a test waits for what follows, not for the next look.
 */
const quickBatches = { collectMs: 8, collectMostMs: 5000, pollFirstMs: 2, pollMostMs: 20, resolveMs: 100 }

/**
 * Threads of all apps of this process: starting them takes longer than most tests, and their second run is
 * tested as often as their first.
 */
const SPARE_THREADS = 8
const sharedThreads = openThreads(installDir, realClock, SPARE_THREADS)

/** An app over a real database, the real provider and a simulator in this process. */
export async function startTestApp(options: TestAppOptions = {}) {
  const home = mkdtempSync(join(tmpdir(), 'skein-app-'))
  const workspace = writeFiles(join(home, 'workspace'), options.files ?? {})
  const simulator = await startSimulatorServer({ speed: 0, ...options.simulator })
  const proxy = options.intercept === undefined ? null : await startProxy(simulator.url, options.intercept)
  let folders = 0
  let hopes: Hope[] = []
  const seen: { envelope: Envelope; state: RunState }[] = []
  const environment = (dataDir: string) =>
    testEnvironment({ dataDir, url: proxy?.url ?? simulator.url, workspace, more: options.env ?? {} })
  const openApp = async (dataDir: string) => {
    const life = { isOver: false }
    const onCommit: Tuning['onCommit'] = (runId, envelopes, state) => {
      if (life.isOver) return
      options.tuning?.onCommit?.(runId, envelopes, state)
      for (const envelope of envelopes) {
        seen.push({ envelope, state })
        for (const hope of [...hopes])
          if (hope.runId === runId && hope.condition(envelope, state)) hope.met(envelope)
      }
    }
    const app = await createApp(environment(dataDir), appCallbacks, {
      retryPolicy: quickRetries,
      batchTiming: quickBatches,
      // Tests count what is asked of the simulator.
      asksForModels: false,
      sharedThreads,
      ...options.tuning,
      onCommit,
    })
    await app.store.putSetting('approved-once', true)
    return { app, life, dataDir }
  }
  const first = join(home, `data${folders}`)
  putEmptyDatabase(first)
  let current = await openApp(first)
  const abandoned: App[] = []

  /** Resolves at the first commit that meets the condition; one that was seen before counts. */
  const until = (runId: string, condition: Condition): Promise<Envelope> => {
    const past = seen.find(({ envelope, state }) => envelope.runId === runId && condition(envelope, state))
    if (past !== undefined) return Promise.resolve(past.envelope)
    return next(runId, condition)
  }
  const next = (runId: string, condition: Condition): Promise<Envelope> =>
    new Promise((resolve) => {
      const hope: Hope = {
        runId,
        condition,
        met: (envelope) => {
          hopes = hopes.filter((other) => other !== hope)
          resolve(envelope)
        },
      }
      hopes.push(hope)
    })

  /** Copies the database as a killed process would leave it, and cuts the old engine off from the world. */
  const crash = (): string => {
    const { app, life, dataDir } = current
    folders += 1
    const copy = join(home, `data${folders}`)
    mkdirSync(copy, { recursive: true })
    for (const file of ['skein.db', 'skein.db-wal', 'skein.key']) {
      if (existsSync(join(dataDir, file))) copyFileSync(join(dataDir, file), join(copy, file))
    }
    for (const folder of ['reading', 'files'])
      if (existsSync(join(dataDir, folder)))
        cpSync(join(dataDir, folder), join(copy, folder), { recursive: true })
    life.isOver = true
    void app.engine.shutDown(0)
    void app.handovers.close()
    abandoned.push(app)
    return copy
  }

  return {
    get app() {
      return current.app
    },
    get dataDir() {
      return current.dataDir
    },
    simulator,
    workspace,
    seen,
    until,
    next,
    launch: async (script: string, more: Partial<LaunchInput> = {}): Promise<string> =>
      (
        await launch(
          current.app,
          launchSchema.parse({ script: workflow(script), ...more }),
          null,
          person('tester'),
        )
      ).id,
    ended: async (runId: string): Promise<RunState> => {
      await until(runId, ({ event }) => event.type === 'run.ended')
      await current.app.engine.atRest(runId)
      return stateOf(current.app, runId)
    },
    state: (runId: string) => stateOf(current.app, runId),
    journal: (runId: string) => current.app.store.readJournal(runId, 0, Number.MAX_SAFE_INTEGER),
    result: async (runId: string): Promise<Json> =>
      (await current.app.store.loadResult(runId))?.result ?? null,
    /** Resolves once text of so many agents that are in flight has been heard; tells what the pulses said. */
    heard: (runId: string, count: number): Promise<PulseFrame['agents']> =>
      new Promise((resolve) => {
        const pulses = new Map<string, PulseFrame['agents'][number]>()
        let leave = () => {}
        const send = ({ name, data }: SseEvent) => {
          if (name !== 'pulse') return
          for (const agent of pulseFrameSchema.parse(JSON.parse(data)).agents)
            if (agent.outputTokens > 1) pulses.set(agent.agentId, agent)
          if (pulses.size < count) return
          leave()
          resolve([...pulses.values()])
        }
        leave = current.app.tails.follow(
          runId,
          0,
          { id: 'harness', agents: [] },
          { send, close() {}, isOpen: true },
        )
      }),
    /**
     * Crashes at this moment, or in the very commit that meets a condition, and opens a new app on what is
     * left.
     */
    async restart(at?: { runId: string; when: Condition }) {
      const copy =
        at === undefined
          ? crash()
          : await new Promise<string>((resolve) => {
              hopes.push({
                runId: at.runId,
                condition: at.when,
                met: () => {
                  hopes = []
                  resolve(crash())
                },
              })
            })
      hopes = []
      current = await openApp(copy)
    },
    /**
     * Forgets how a run ended and opens a new app, in which its script runs again from the top over its whole
     * journal. Events may be put as an older version would have written them, and the script may be another.
     */
    async reopen(
      runId: string,
      rewritten = (event: RunEvent): RunEvent => event,
      script: string | null = null,
    ) {
      const copy = crash()
      hopes = []
      seen.length = 0
      const { connection, release } = openDatabase(copy, join(installDir, 'db', 'migrations'))
      const store = createStore(connection, release)
      const journal = await store.readJournal(runId, 0, Number.MAX_SAFE_INTEGER)
      const open = journal
        .filter(({ event }) => event.type !== 'run.ended')
        .map((envelope) => ({ ...envelope, event: rewritten(envelope.event) }))
      const save = connection.prepare('UPDATE events SET data = ? WHERE run_id = ? AND seq = ?')
      for (const { seq, event } of open) save.run(JSON.stringify(event), runId, seq)
      if (script !== null) connection.prepare('UPDATE runs SET script = ? WHERE id = ?').run(script, runId)
      connection.prepare("DELETE FROM events WHERE run_id = ? AND type = 'run.ended'").run(runId)
      connection.prepare('UPDATE runs SET seq = ?, result = NULL WHERE id = ?').run(open.length, runId)
      await store.commit((transaction) => transaction.project(foldAll(null, open), []))
      store.close()
      current = await openApp(copy)
    },
    /** Cuts this app off and gives the data folder as a killed process would leave it. */
    crashed: crash,
    /** Leaves this app for one over another data folder. */
    async adopt(dataDir: string) {
      current.life.isOver = true
      abandoned.push(current.app)
      current = await openApp(dataDir)
    },
    async dispose() {
      hopes = []
      current.life.isOver = true
      for (const app of [...abandoned, current.app]) await app.close(0)
      await proxy?.close()
      await simulator.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
export type TestApp = Awaited<ReturnType<typeof startTestApp>>

/** A whole script from its body. */
export function workflow(body: string, name = 'test'): string {
  return body.includes('export const meta')
    ? body
    : `export const meta = { name: '${name}', description: 'a test' }\n${body}`
}

/** A line for a prompt that tells the simulator what to answer, turn by turn. */
export function sim(...turns: readonly { [key: string]: Json }[]): string {
  return `[[sim: ${JSON.stringify(turns.length === 1 ? turns[0] : turns)}]]`
}

/** The events of one type, in order. */
export function eventsOf<T extends RunEventType>(journal: readonly Envelope[], type: T) {
  return journal.flatMap(({ event }) => (isOf(event, type) ? [event] : []))
}

function isOf<T extends RunEventType>(
  event: Envelope['event'],
  type: T,
): event is Extract<Envelope['event'], { type: T }> {
  return event.type === type
}

async function stateOf(app: App, runId: string): Promise<RunState> {
  const state = await app.store.loadState(runId)
  if (state === null) throw new Error(`There is no run ${runId}`)
  return state
}

function writeFiles(root: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(root, { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}
