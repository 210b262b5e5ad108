import type { OverviewFrame, OverviewQuestion, OverviewRun } from '@/lib/api/first/overview'
import type { RunSummary } from '@/lib/api/first/run-list'
import { shortenText } from '@/lib/core/base/cut-text'
import type { StoredAlert } from '@/lib/core/money/alerts'
import { type Cancel, type Clock, every } from '@/lib/core/ports/clock'
import type { DispatcherUsage } from '@/lib/core/ports/dispatcher'
import type { Headroom } from '@/lib/core/ports/ports'
import type { RunHead, RunStore } from '@/lib/core/ports/run-store'
import { type OpenCheckpoint, openCheckpoints } from '@/lib/core/run/checkpoints'
import { capReasons, trialRunPrefix } from '@/lib/core/spec/run'
import type { Engine } from '@/lib/engine/run/engine'
import type { Sink, SseEvent } from '@/lib/live/event-sink'
import { phaseGroups } from '@/lib/view/agent/phase-groups'
import { UsageRates } from '../services/usage-rate'

/** The overview is read from across a room: twice a second is live enough. */
const BEAT_MS = 500

/** How many runs the overview shows beside the open ones. */
const RECENT = 12

/** Characters of a question's detail that fit on the overview. */
const OVERVIEW_DETAIL = 600

type Sources = {
  store: RunStore
  engine: Pick<Engine, 'activeRuns'>
  /** Capacity and money: of a project what it has spent itself. */
  usage(): Pick<DispatcherUsage, 'slots' | 'today' | 'month' | 'headroom'>
  /** Whether runs go to the simulator. */
  simulated: boolean
  /** Warnings that nobody has dismissed. */
  alerts(): Promise<readonly StoredAlert[]>
  clock: Clock
  report(error: unknown): void
}

/**
 * The overview's stream: open runs, capacity, money, and what needs a person. Read once for all who watch.
 */
export class Overview {
  readonly #sinks = new Set<Sink>()
  #timer: Cancel | null = null
  #last = ''
  #reading: Promise<SseEvent> | null = null
  readonly #usageRates: UsageRates

  constructor(private readonly sources: Sources) {
    this.#usageRates = new UsageRates(sources.clock.now)
  }

  follow(sink: Sink): () => void {
    this.#sinks.add(sink)
    this.#timer ??= every(this.sources.clock, BEAT_MS, () => void this.#beat().catch(this.sources.report))
    this.#readForNewcomers()
      .then((event) => sink.send(event))
      .catch(this.sources.report)
    return () => {
      this.#sinks.delete(sink)
      if (this.#sinks.size === 0) this.close()
    }
  }

  close(): void {
    this.#timer?.()
    this.#timer = null
    this.#last = ''
  }

  /** Watchers that connect at the same moment share one reading, so a crowd costs no more than one. */
  #readForNewcomers(): Promise<SseEvent> {
    this.#reading ??= this.read()
      .then(encode)
      .finally(() => {
        this.#reading = null
      })
    return this.#reading
  }

  async #beat(): Promise<void> {
    const event = encode(await this.read())
    if (event.data === this.#last) return
    this.#last = event.data
    for (const sink of this.#sinks) sink.send(event)
  }

  async read(): Promise<OverviewFrame> {
    const { store, engine, usage } = this.sources
    const open = await store.listRuns({
      statuses: ['draft', 'queued', 'running', 'paused'],
      workflow: null,
      text: null,
      offset: 0,
      limit: 200,
    })
    const recent = await store.listRuns({
      statuses: null,
      workflow: null,
      text: null,
      offset: 0,
      limit: RECENT,
    })
    const heads = new Map([...open.runs, ...recent.runs].map((head) => [head.run.id, head]))
    for (const run of engine.activeRuns())
      if (!run.id.startsWith(trialRunPrefix)) heads.set(run.id, run.journal.state)
    const active = new Map(engine.activeRuns().map((run) => [run.id, run]))
    this.#usageRates.keep(new Set(active.keys()))
    const sorted = [...heads.values()].sort((a, b) => (a.run.createdAt < b.run.createdAt ? 1 : -1))
    const runs = sorted.map((head): OverviewRun => {
      const run = active.get(head.run.id)
      // Sent to everybody who watches: of a run with a phase an item, what the overview draws.
      const phases = phaseGroups(head.phases).of(head.phases)
      const isAsking = run !== undefined && openCheckpoints(run.journal.state).length > 0
      return {
        ...summaryOf(head, isAsking),
        phases,
        usageRate: run === undefined ? null : this.#usageRates.read(run),
      }
    })
    const { slots, today, month, headroom } = usage()
    return {
      runs,
      slots,
      simulated: this.sources.simulated,
      today,
      month,
      headroom: headroom.map(headroomOf),
      alerts: [...(await this.sources.alerts())],
      needsPerson: [...sorted.flatMap(needsPerson), ...questions(engine)],
    }
  }
}

/** A run as lists show it. `isAsking`: whether a question of it is open, which only a run at work has. */
export function summaryOf({ run, totals, phases }: RunHead, isAsking = false): RunSummary {
  const { id, title, status, reason, simulated, launchedBy, tags, createdAt, startedAt, endedAt } = run
  return {
    id,
    title,
    status,
    reason,
    workflow: run.workflow?.name ?? null,
    simulated,
    orchestrator: run.orchestrator,
    isDryRun: run.dryRun !== null,
    isImported: run.imported !== null,
    launchedBy,
    tags,
    workspace: run.workspace?.root ?? null,
    createdAt,
    startedAt,
    endedAt,
    pausedAt: run.pausedAt,
    pausedMs: run.pausedMs,
    capNanoUsd: run.limits.nanoUsd,
    isAsking,
    totals,
    phases,
  }
}

const noQuestion = { checkpointId: null, question: null }

/** Pauses that end when somebody allows more. */
const caps: ReadonlySet<string> = new Set(capReasons)

function needsPerson({ run, totals }: RunHead): OverviewFrame['needsPerson'] {
  const { id, title, status, reason, pauseReason, simulated } = run
  const about = { runId: id, title, simulated, ...noQuestion }
  if (status === 'draft') return [{ ...about, kind: 'approval', detail: 'waits for approval' }]
  if (status === 'paused')
    return [
      {
        ...about,
        kind: pauseReason !== null && caps.has(pauseReason) ? 'budget' : 'paused',
        detail: reason ?? 'paused',
      },
    ]
  const { stalled } = totals.agents
  if (status !== 'running' || stalled === 0) return []
  return [
    { ...about, kind: 'stalled', detail: `${stalled === 1 ? '1 agent is' : `${stalled} agents are`} silent` },
  ]
}

/** Open questions. Only runs that are being worked on can have one. */
function questions(engine: Sources['engine']): OverviewFrame['needsPerson'] {
  const shown = engine.activeRuns().filter(({ id }) => !id.startsWith(trialRunPrefix))
  return shown.flatMap(({ id, journal: { state } }) =>
    openCheckpoints(state).map((checkpoint): OverviewFrame['needsPerson'][number] => ({
      runId: id,
      title: state.run.title,
      simulated: state.run.simulated,
      kind: 'checkpoint',
      detail: checkpoint.title,
      checkpointId: checkpoint.checkpointId,
      question: questionOnOverview(checkpoint),
    })),
  )
}

function questionOnOverview({
  kind,
  title,
  detail,
  openedAt,
  dueAt,
  hasDefault,
  ...asked
}: OpenCheckpoint): OverviewQuestion {
  const isYesNo = asked.input === null
  return {
    kind,
    title,
    detail: shortenText(detail, OVERVIEW_DETAIL),
    openedAt,
    dueAt,
    hasDefault,
    // Any other default may be as long as a script; the question's own page shows it.
    default: isYesNo ? asked.default : null,
    isYesNo,
  }
}

function headroomOf({
  family,
  inFlight,
  window,
  blockedUntil,
  limits,
}: Headroom): OverviewFrame['headroom'][number] {
  return {
    family,
    inFlight,
    window: Number.isFinite(window) ? Math.round(window) : 1_000_000,
    blockedUntil,
    requestsRemaining: limits?.requestsRemaining ?? null,
    requestsLimit: limits?.requestsLimit ?? null,
    outputTokensRemaining: limits?.outputTokensRemaining ?? null,
    outputTokensLimit: limits?.outputTokensLimit ?? null,
    resetAt: limits?.outputTokensResetAt ?? limits?.requestsResetAt ?? null,
  }
}

function encode(frame: OverviewFrame): SseEvent {
  return { name: 'overview', data: JSON.stringify(frame) }
}
