import { createHash } from 'node:crypto'
import { inspect, isDeepStrictEqual } from 'node:util'
import { memoryStore } from '@/db/testing'
import type { AgentType } from '@/lib/core/agent/agent-type'
import { defaultRetryPolicy } from '@/lib/core/agent/failed-turn'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import { priceTable } from '@/lib/core/money/price-table'
import { type Clock, sleepBy, type Timeline } from '@/lib/core/ports/clock'
import { type CalendarCaps, noCalendarCaps } from '@/lib/core/ports/dispatcher'
import type { FileStore, Governor, SchemaChecker, ToolBox } from '@/lib/core/ports/ports'
import type { Sandbox, SandboxStart } from '@/lib/core/ports/sandbox'
import type { Envelope, EventOf, RunEvent } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'
import type { RunSpec } from '@/lib/core/spec/run'
import { hasEnded } from '@/lib/core/spec/run-status'
import { plainSpec } from '@/lib/core/testing/journals'
import { createVirtualClock } from '@/lib/core/testing/virtual-clock'
import { openDispatcher } from '@/lib/dispatch/testing'
import { inlineSchemas } from '@/lib/json-schema/testing'
import { bodyOf, openInlineSandbox } from '@/lib/script/testing'
import type { EnginePorts, ProviderContext } from '../context/ports'
import { createRecorder } from '../parts/recorder'
import { Engine } from '../run/engine'
import { seeded } from './random'
import { type BatchScript, emptyBatchWorld, scriptedBatches } from './scripted-batches'
import { type Reply, type Sent, scriptedProvider, toldBy } from './scripted-provider'
import { type ScriptedTool, scriptedTools, scriptedTypes, scriptedWorkflows } from './scripted-surroundings'

/** Timers that may fire before a run is taken for one that never ends. */
const MOST_STEPS = 50_000

/** Looks that are taken at what comes about while time passes. */
const SLICES = 50

export type HarnessOptions = {
  seed?: number
  /** What the provider says to a request; by default it answers at once. */
  reply?(sent: Sent, random: () => number): Reply
  concurrency?: number
  /** Names the account that turns are sent under; by default it is always the same. */
  credential?(): string
  /** How many tokens the provider counts in a prompt; by default it cannot count. */
  counts?(): number
  /** What goes wrong with batches; by default nothing does. */
  batches?: BatchScript
  /** Lets the provider's own limits decide when a turn may leave. */
  governor?: Governor
  /** What agents can do in a workspace, by name. */
  tools?: Readonly<Record<string, ScriptedTool>>
  openTools?: EnginePorts['openTools']
  /** Opening them is real work, for which the clock stands. */
  opensRealFiles?: boolean
  /** Sources of the workflows that scripts call, by name; an error is what the search for it throws. */
  workflows?: Record<string, string | Error>
  /** What those workflows need of the run that calls them. */
  needs?: Readonly<Record<string, readonly string[]>>
  /** Agent types by name; a string is why the one of that name cannot be used. */
  types?: Record<string, AgentType | string>
  schemas?: SchemaChecker
  checkWorkflow?: EnginePorts['checkWorkflow']
  openSandbox?: EnginePorts['openSandbox']
  readings?: EnginePorts['readings']
}

const noReadings: EnginePorts['readings'] = { diedOver: () => null, forget: () => {} }

/** What a promise came to. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: unknown }

export type Harness = ReturnType<typeof openHarness>

/**
 * The engine that ships, over a store in memory, a provider that says what a test decides, scripts in this
 * process and a clock that stands until it is stepped: hours pass in milliseconds, and the same seed gives
 * the same run. A kill leaves what had been committed, as `kill -9` does.
 */
export function openHarness(options: HarnessOptions = {}) {
  const clock = createVirtualClock(Date.parse('2026-11-28T12:00:00Z'))
  const random = seeded(options.seed ?? 1)
  const store = memoryStore()
  const sent: Sent[] = []
  const reports: unknown[] = []
  const batchWorld = emptyBatchWorld()
  const digest = (text: string) => createHash('sha256').update(text).digest('hex')
  let caps = noCalendarCaps
  /** The commit after which this process dies. */
  let dies: ((envelope: Envelope) => boolean) | null = null
  /** Work of this process that takes no virtual time; the clock stands until it is done. */
  let busy = 0
  let ids = 0
  let commits = 0

  const during = async <T>(work: Promise<T>): Promise<T> => {
    busy += 1
    try {
      return await work
    } finally {
      busy -= 1
    }
  }

  const openSandbox = (start: SandboxStart): Sandbox => {
    const inner = (options.openSandbox ?? openInlineSandbox)(start)
    return {
      start: (onRoom) => during(inner.start(onRoom)),
      deliver: (facts) => during(inner.deliver(facts)),
      close: () => inner.close(),
    }
  }

  const begin = (spent: Parameters<typeof openDispatcher>[3] = undefined) => {
    const life = { isOver: false }
    const time = clockOfLife(clock, life)
    const decide = (one: Sent): Reply => {
      if (!life.isOver) sent.push(one)
      return options.reply?.(one, random) ?? { kind: 'answer', text: `re: ${one.prompt}`, afterMs: 10 }
    }
    const batches = scriptedBatches(time, batchWorld, options.batches ?? {}, decide)
    const scripted = scriptedProvider(time, decide, batches)
    const provider = {
      ...scripted,
      countTokens: async () => options.counts?.() ?? null,
      credentialId: options.credential?.() ?? scripted.credentialId,
    }
    const dispatcher = openDispatcher(time, options.concurrency, options.governor, spent)
    dispatcher.setCaps(caps)
    const providerContext: ProviderContext = {
      provider,
      dispatcher,
      batchTiming: { collectMs: 10, collectMostMs: 1000, pollFirstMs: 10, pollMostMs: 100, resolveMs: 1000 },
      knownBatches: new Set(),
      close: async () => {},
    }
    // A process that was killed writes nothing any more, whatever its promises still want to do.
    const living: typeof store = {
      ...store,
      commit: (work) => {
        if (life.isOver) return new Promise(() => {})
        commits += 1
        return store.commit(work)
      },
    }
    const report = (error: unknown) => {
      if (!life.isOver) reports.push(error)
    }
    const recorder = createRecorder(
      living,
      time,
      (runId, envelopes) => {
        if (dies !== null && !life.isOver && envelopes.some(dies)) life.isOver = true
        if (!life.isOver) engine.onEvent(runId, envelopes)
      },
      report,
    )
    const ports: EnginePorts = {
      store: living,
      recorder,
      dispatcher,
      simulated: false,
      openProviderContext: async () => providerContext,
      schemas: options.schemas ?? inlineSchemas,
      checkWorkflow: options.checkWorkflow ?? (async () => []),
      bodyOf,
      readings: options.readings ?? noReadings,
      workflows: scriptedWorkflows(options.workflows ?? {}, digest, options.needs ?? {}),
      openSandbox,
      openTools: async (...opened) => {
        const opening = (options.openTools ?? openTools)(...opened)
        return timeless(await (options.opensRealFiles === true ? during(opening) : opening))
      },
      agentTypes: () => scriptedTypes(options.types ?? {}),
      prices: () => priceTable,
      sandboxLimits: {
        memoryBytes: 64 * 1024 * 1024,
        stackBytes: 512 * 1024,
        cpuMs: 5_000,
        itemsPerCall: 4096,
      },
      retryPolicy: defaultRetryPolicy,
      clock: time,
      detached: (work) => work(),
      random,
      digest,
      newId: () => `run-${++ids}`,
      report,
    }
    const engine = new Engine(ports)
    return { engine, life, recorder, dispatcher }
  }

  /** Tools that do real work beside the clock: it stands until they are done. */
  const timeless = (box: ToolBox): ToolBox =>
    box.files === null
      ? box
      : {
          ...box,
          call: (...asked) => during(box.call(...asked)),
          check: box.check === null ? null : (...asked) => during(checked(box, asked)),
          endAgent: (agentId) => during(box.endAgent(agentId)),
          files: timelessFiles(box.files),
        }
  const checked = (box: ToolBox, asked: Parameters<NonNullable<ToolBox['check']>>) => {
    if (box.check === null) throw new Error('Nothing is checked here')
    return box.check(...asked)
  }
  const timelessFiles = ({ open, trees }: FileStore): FileStore => ({
    open: (signal) => during(open(signal)),
    trees: {
      merge: (...asked) => during(trees.merge(...asked)),
      patch: (...asked) => during(trees.patch(...asked)),
      changes: (...asked) => during(trees.changes(...asked)),
      read: (...asked) => during(trees.read(...asked)),
    },
  })

  const openTools: EnginePorts['openTools'] = async () => {
    if (options.tools === undefined) throw new Error('There is no workspace here')
    return scriptedTools(options.tools)
  }

  let current = begin()

  /** Lets everything happen that needs no time to pass. */
  const rest = async (): Promise<void> => {
    for (let quiet = 0; quiet < 3; ) {
      await new Promise((resolve) => setImmediate(resolve))
      quiet = busy === 0 ? quiet + 1 : 0
    }
  }

  // Conditions are asked after every timer, and most timers write nothing.
  const rowsChanged = store.connection.prepare('SELECT total_changes()').pluck()
  let read: { runId: string; rows: unknown; state: RunState } | null = null

  /** A run's state as the store has it: read again once any row has changed since. */
  const stateOf = async (runId: string): Promise<RunState> => {
    const rows = rowsChanged.get()
    if (read?.runId === runId && read.rows === rows) return read.state
    const state = await store.loadState(runId)
    if (state === null) throw new Error(`There is no run ${runId}`)
    read = { runId, rows, state }
    return state
  }

  /**
   * Lets time pass, timer by timer, until the condition holds. Throws when nothing is left that could bring
   * it about.
   */
  const until = async (condition: () => boolean | Promise<boolean>, what = 'it'): Promise<void> => {
    for (let steps = 0; ; steps++) {
      await rest()
      if (await condition()) return
      if (steps >= MOST_STEPS) throw new Error(`After ${steps} timers ${what} had not come about`)
      if (!clock.step()) throw new Error(`Nothing is left that could bring about ${what}`)
    }
  }

  /** Lets so much time pass, with whatever comes about in it. */
  const pass = async (ms: number): Promise<void> => {
    await rest()
    for (let slice = 0; slice < SLICES; slice++) {
      clock.advance(ms / SLICES)
      await rest()
    }
  }

  /** What a promise comes to, with the clock stepped until it does. */
  const settled = async <T>(work: Promise<T>): Promise<Outcome<T>> => {
    const outcomes: Outcome<T>[] = []
    work.then(
      (value) => outcomes.push({ ok: true, value }),
      (error: unknown) => outcomes.push({ ok: false, error }),
    )
    await until(() => outcomes.length > 0, 'an answer')
    const [outcome] = outcomes
    if (outcome === undefined) throw new Error('No answer')
    return outcome
  }

  const done = async <T>(work: Promise<T>): Promise<T> => {
    const outcome = await settled(work)
    if (!outcome.ok) throw outcome.error
    return outcome.value
  }

  const launched =
    (approved: boolean) =>
    (body: string, spec: Partial<RunSpec> = {}, args: Json = null) =>
      done(
        current.engine.launch({
          spec: { ...plainSpec, ...spec },
          script: body.startsWith('export const meta')
            ? body
            : `export const meta = { name: 'w', description: 'd' }\n${body}`,
          args,
          idempotency: null,
          approved,
          actor: person('tester'),
        }),
      )

  const journalOf = (runId: string): Promise<Envelope[]> =>
    store.readJournal(runId, 0, Number.MAX_SAFE_INTEGER)

  const killed = async (between: () => Promise<void> = async () => {}): Promise<void> => {
    current.life.isOver = true
    dies = null
    await between()
    const [spentByDay, spentByPayer] = await Promise.all([store.spentByDay(false), store.spentByPayer(false)])
    current = begin({ spentByDay, spentByPayer })
    await done(current.engine.recover())
  }

  return {
    clock,
    random,
    store,
    /** The connection below the store, for what may happen to a database. */
    database: store.connection,
    /** Requests that left, in their order, of all lives. */
    sent,
    /** Faults that the engine reported; a healthy one reports none. */
    reports,
    /** How often something was written down so far. */
    get commits() {
      return commits
    },
    get engine() {
      return current.engine
    },
    get dispatcher() {
      return current.dispatcher
    },
    /** Batches that the provider has taken, and how often it was asked what. */
    batches: batchWorld,
    rest,
    pass,
    until,
    launch: launched(true),
    /** A launch that waits for somebody's approval. */
    draft: launched(false),
    settled,
    /** What a promise resolves to, with the clock stepped until it does; throws what it rejects with. */
    done,
    state: stateOf,
    journal: journalOf,
    /** The events of one type, in their order. */
    async events<T extends RunEvent['type']>(runId: string, type: T): Promise<EventOf<T>[]> {
      const isOfType = (event: RunEvent): event is EventOf<T> => event.type === type
      return (await journalOf(runId)).map(({ event }) => event).filter(isOfType)
    },
    /** Runs on until an event stands in the journal of which this holds. */
    happened: (runId: string, holds: (event: RunEvent) => boolean): Promise<void> =>
      until(async () => (await journalOf(runId)).some(({ event }) => holds(event)), 'an event'),
    /** Runs on until the run is paused; gives its state. */
    async paused(runId: string): Promise<RunState> {
      const isPaused = () => current.recorder.state(runId)?.run.status === 'paused'
      await until(isPaused, `a pause of ${runId}`)
      return stateOf(runId)
    },
    /** What was said to an agent, its question first, and what its tools gave. */
    async told(runId: string, agentId = 'a1'): Promise<string[]> {
      const messages = await store.loadMessages(runId, agentId)
      return messages
        .filter(({ message }) => message.role === 'user')
        .map(({ message }, at) => toldBy(message, at === 0))
    },
    /** Caps over all runs, of this process and of those after it. */
    setCaps(more: Partial<CalendarCaps>): void {
      caps = { ...caps, ...more }
      current.dispatcher.setCaps(caps)
    },
    result: async (runId: string): Promise<Json> => (await store.loadResult(runId))?.result ?? null,
    /** Runs on until the run has ended; gives its state. */
    async ended(runId: string): Promise<RunState> {
      // Reading the whole state after every timer would take longer than the run.
      const isAtRest = () => current.engine.active(runId) === null
      const isOver = async () => isAtRest() && hasEnded((await stateOf(runId)).run.status)
      await until(isOver, `the end of ${runId}`)
      return stateOf(runId)
    },
    /**
     * `kill -9` and a start: what was committed is there, all else is gone. `between` is what happens to the
     * database while nobody is there.
     */
    restart: killed,
    /** Runs on until something is committed of which this holds, and dies right after that. */
    async killedAfter(holds: (event: RunEvent) => boolean): Promise<void> {
      const { life } = current
      dies = ({ event }) => holds(event)
      await until(() => life.isOver, 'the moment to die')
      await killed()
    },
    /** Throws when a row says something else than the journal does. */
    async checkRows(runId: string): Promise<void> {
      const folded = foldAll(null, await store.readJournal(runId, 0, Number.MAX_SAFE_INTEGER))
      const rows = await stateOf(runId)
      for (const [part, value] of Object.entries(folded)) {
        const row: unknown = Object.entries(rows).find(([name]) => name === part)?.[1]
        if (!isDeepStrictEqual(value, row))
          throw new Error(
            `Row of ${runId} differs from its journal in ${part}:\n${inspect(row)}\n${inspect(value)}`,
          )
      }
    },
    close(): void {
      current.life.isOver = true
      store.close()
    },
  }
}

/** A process that was killed has no timers any more. They fire at whole milliseconds, as the wall has them. */
function clockOfLife(clock: Clock, life: { isOver: boolean }): Clock {
  const timeline = ({ now, after }: Timeline): Timeline => {
    const own: Timeline['after'] = (ms, run) => after(Math.ceil(ms), () => void (life.isOver || run()))
    return { now, after: own, sleep: sleepBy(own) }
  }
  return {
    ...timeline(clock),
    awake: timeline(clock.awake),
    onSkip: (tell) => clock.onSkip((ms) => void (life.isOver || tell(ms))),
  }
}
