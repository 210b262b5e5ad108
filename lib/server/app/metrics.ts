import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { agentStatuses } from '@/lib/core/agent/agent-status'
import type { CalendarSpend, Dispatcher } from '@/lib/core/ports/dispatcher'
import type { JournalStore } from '@/lib/core/ports/journal-store'
import type { Headroom } from '@/lib/core/ports/ports'
import type { RunStore } from '@/lib/core/ports/run-store'
import type { Envelope } from '@/lib/core/run/events'
import { trialRunPrefix } from '@/lib/core/spec/run'
import { runOutcomes } from '@/lib/core/spec/run-status'
import type { Engine } from '@/lib/engine/run/engine'
import { oneByOne } from '../access/in-turn'

/** Families of models that are told of: an endpoint may call its models anything, and each name is a line. */
const MOST_FAMILIES = 32

/** Bounds in seconds: a commit is one fsync, of which a good disk does a thousand a second and a poor one ten. */
const commitBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

const NANO = 1e9

/** What the app keeps anyway, of which most metrics are read. */
type Sources = {
  store: Pick<RunStore, 'countDrafts'>
  engine: Pick<Engine, 'activeRuns'>
  dispatcher: Pick<Dispatcher, 'usage'>
  streams: { readonly open: number }
  /** Whether runs go to the simulator: its dollars are no money. */
  provider: { simulated: boolean }
}

/** What Prometheus is told of an app. No line bears a title, a path or a name that somebody chose. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #eventLoop = monitorEventLoopDelay({ resolution: 10 })
  readonly #commits = new Histogram({
    name: 'skein_store_commit_seconds',
    help: 'Time until commits of journals were on disk',
    buckets: commitBuckets,
    registers: [this.#registry],
  })
  readonly #ended = new Counter({
    name: 'skein_runs_ended_total',
    help: 'Runs that ended since the server was started',
    labelNames: ['outcome'],
    registers: [this.#registry],
  })
  readonly #stalls = new Counter({
    name: 'skein_agent_stalls_total',
    help: 'How often agents fell silent since the server was started',
    registers: [this.#registry],
  })

  readonly #backupAt = new Gauge({
    name: 'skein_backup_last_success_timestamp_seconds',
    help: 'When the last backup was made by itself and was good; 0 for never',
    registers: [this.#registry],
  })
  readonly #backupFailed = new Gauge({
    name: 'skein_backup_failed',
    help: '1 where the last backup that was made by itself failed',
    registers: [this.#registry],
  })

  readonly #gauge = gaugesOf(this.#registry)

  constructor() {
    this.#eventLoop.enable()
    // A counter that is not there yet cannot be told from one that was lost.
    for (const outcome of runOutcomes) this.#ended.inc({ outcome }, 0)
  }

  /** The journal, with its commits timed. */
  timed(store: Pick<JournalStore, 'commit'>): Pick<JournalStore, 'commit'> {
    return {
      commit: async (work) => {
        const done = this.#commits.startTimer()
        try {
          return await store.commit(work)
        } finally {
          done()
        }
      },
    }
  }

  /** Counts what a commit tells of a run. */
  onEvent(runId: string, envelopes: readonly Envelope[]): void {
    if (runId.startsWith(trialRunPrefix)) return
    for (const { event } of envelopes) {
      if (event.type === 'run.ended') this.#ended.inc({ outcome: event.outcome })
      if (event.type === 'agent.stalled') this.#stalls.inc()
    }
  }

  /** Notes when the last good backup was made, and whether one after it failed. */
  noteBackup(goodAt: string | null, hasFailed: boolean): void {
    this.#backupAt.set(goodAt === null ? 0 : Date.parse(goodAt) / 1000)
    this.#backupFailed.set(hasFailed ? 1 : 0)
  }

  /**
   * Everything, in the text format of Prometheus. Takes a step for each run at work, none for an agent. In turn: what is
   * set for one reader is not to be set anew while it is written out.
   */
  read(sources: Sources): Promise<Response> {
    return oneByOne(this, 'read', () => this.#readNow(sources))
  }

  async #readNow({ store, engine, dispatcher, streams, provider }: Sources): Promise<Response> {
    const gauge = this.#gauge
    const drafts = await store.countDrafts()
    const { slots, today, month, headroom } = dispatcher.usage()
    gauge('slots', 'Model requests and tools there may be at once').set(slots.max)
    gauge('slots_used', 'Model requests and tools under way').set(slots.used)
    gauge('queue', 'Model requests and tools that wait for a slot').set(slots.waiting)
    gauge('streams_open', 'Event streams that are followed').set(streams.open)
    tellSpend(gauge, { day: today, month }, String(provider.simulated))
    tellHeadroom(gauge, headroom)
    tellRuns(gauge, engine, drafts)
    tellDelay(gauge, this.#eventLoop)
    const { contentType } = this.#registry
    return new Response(await this.#registry.metrics(), { headers: { 'content-type': contentType } })
  }

  close(): void {
    this.#eventLoop.disable()
  }
}

type MakeGauge = (name: string, help: string, labelNames?: readonly string[]) => Gauge

/** Gauges by their names, made once; each reading begins with none of what the one before has set. */
function gaugesOf(registry: Registry): MakeGauge {
  const made = new Map<string, Gauge>()
  return (name, help, labelNames = []) => {
    const gauge =
      made.get(name) ?? new Gauge({ name: `skein_${name}`, help, labelNames, registers: [registry] })
    made.set(name, gauge)
    gauge.reset()
    return gauge
  }
}

/** Dollars of the present UTC day and month; those of the simulator under a label of their own. */
function tellSpend(gauge: MakeGauge, sums: Record<'day' | 'month', CalendarSpend>, simulated: string): void {
  const dollars = gauge('spend_dollars', 'Dollars of the present UTC day and month, over all runs', [
    'period',
    'kind',
    'simulated',
  ])
  const caps = gauge('spend_cap_dollars', 'Caps over all runs, where there are any', ['period', 'simulated'])
  for (const [period, sum] of Object.entries(sums)) {
    dollars.set({ period, kind: 'spent', simulated }, sum.spentNanoUsd / NANO)
    dollars.set({ period, kind: 'reserved', simulated }, sum.reservedNanoUsd / NANO)
    dollars.set({ period, kind: 'unsettled', simulated }, sum.unsettledNanoUsd / NANO)
    if (sum.capNanoUsd !== null) caps.set({ period, simulated }, sum.capNanoUsd / NANO)
  }
}

/** How much more the provider takes, of each family of models that was asked for anything. */
function tellHeadroom(gauge: MakeGauge, headroom: readonly Headroom[]): void {
  const inFlight = gauge('family_requests_in_flight', 'Requests to models under way', ['family'])
  const window = gauge('family_window', 'Requests there may be at once by now', ['family'])
  const isBlocked = gauge('family_blocked', '1 while the provider takes nothing', ['family'])
  const requests = gauge('family_requests_remaining', 'Requests left in the limit', ['family'])
  const tokens = gauge('family_output_tokens_remaining', 'Output tokens left in the limit', ['family'])
  for (const { family, limits, ...line } of headroom.slice(0, MOST_FAMILIES)) {
    inFlight.set({ family }, line.inFlight)
    if (Number.isFinite(line.window)) window.set({ family }, line.window)
    isBlocked.set({ family }, line.blockedUntil === null ? 0 : 1)
    if (limits?.requestsRemaining != null) requests.set({ family }, limits.requestsRemaining)
    if (limits?.outputTokensRemaining != null) tokens.set({ family }, limits.outputTokensRemaining)
  }
}

/** Runs that have not ended, and the agents of those at work. */
function tellRuns(gauge: MakeGauge, engine: Pick<Engine, 'activeRuns'>, drafts: number): void {
  const runs = gauge('runs', 'Runs that have not ended', ['status'])
  const agents = gauge('agents', 'Agents of the runs at work', ['status'])
  for (const status of ['queued', 'running', 'paused']) runs.set({ status }, 0)
  runs.set({ status: 'draft' }, drafts)
  for (const status of agentStatuses) agents.set({ status }, 0)
  for (const { id, journal } of engine.activeRuns()) {
    if (id.startsWith(trialRunPrefix)) continue
    const { run, totals } = journal.state
    if (run.status !== 'draft') runs.inc({ status: run.status })
    for (const status of agentStatuses) agents.inc({ status }, totals.agents[status])
  }
}

/** How late the event loop was since the last reading, in seconds; begins anew. */
function tellDelay(gauge: MakeGauge, delay: IntervalHistogram): void {
  const seconds = gauge('event_loop_delay_seconds', 'Delay of the event loop since the last reading', [
    'quantile',
  ])
  for (const quantile of [50, 90, 99])
    seconds.set({ quantile: String(quantile / 100) }, delay.percentile(quantile) / NANO)
  // A percentile is looked for through all of what was counted; the longest is known.
  seconds.set({ quantile: '1' }, delay.max / NANO)
  delay.reset()
}
