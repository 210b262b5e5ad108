import { setMaxListeners } from 'node:events'
import type { AgentState } from '@/lib/core/agent/agent'
import type { AgentTypes } from '@/lib/core/agent/agent-type'
import { type Failure, failure } from '@/lib/core/agent/failure'
import type { Actor } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import { utcDay } from '@/lib/core/base/utc-day'
import { adviceOnEnd, adviceOnPause, type CapReason } from '@/lib/core/caps/advice'
import type { Usage } from '@/lib/core/money/usage'
import type { InFlightTurnRow, StoredAgent } from '@/lib/core/ports/agent-store'
import type { Cancel } from '@/lib/core/ports/clock'
import type { Admission } from '@/lib/core/ports/dispatcher'
import type { RollupKey } from '@/lib/core/ports/journal-store'
import type { ToolBox } from '@/lib/core/ports/ports'
import type { Fact } from '@/lib/core/ports/sandbox'
import type { Envelope, RunEvent } from '@/lib/core/run/events'
import { unphased } from '@/lib/core/run/phases'
import type { RunState } from '@/lib/core/run/state'
import type { PauseReason } from '@/lib/core/spec/run'
import { MetAgentTypes } from './agent-types'
import { Approval } from './approval'
import type { BatchSlot, TurnRef } from './batch-slot'
import { BatchTime } from './batch-time'
import { Breaker } from './breaker'
import { FactQueue } from './fact-queue'
import type { LiveAgent } from './live-agent'
import { PauseGate } from './pause-gate'
import type { EnginePorts, ProviderContext } from './ports'
import type { ReplaySource } from './replay-source'
import type { RetryRequest } from './retry-request'
import { SteeringMessages } from './steering-messages'
import type { TurnPlan } from './turn-plan'
import { WarmUps } from './warm-up'
import { WorkTime } from './work-time'

/** Why the agents of a run are told to stop. */
export class RunStopped extends Error {
  constructor(
    readonly why: 'cancelled' | 'shutdown' | 'ended' | 'limit',
    readonly actor: Actor | null,
  ) {
    super(stopSentences[why])
    this.name = 'RunStopped'
  }
}

/** Whether a run stops only because its server does: the next process takes it up. */
export function isShutdown({ reason }: AbortSignal): boolean {
  return reason instanceof RunStopped && reason.why === 'shutdown'
}

/** Why one agent is told to stop while its run goes on; its ending is recorded with this outcome. */
export class AgentCut extends Error {
  constructor(
    readonly outcome: 'cancelled' | 'skipped' | 'failed',
    readonly failure: Failure | null,
    readonly actor: Actor | null,
  ) {
    super(`The agent was ${outcome}`)
    this.name = 'AgentCut'
  }
}

/** Why an agent at work stops: a person wants another attempt of it, with the same question. */
export class AgentRetry extends Error {
  #tell: () => void = () => {}
  /** Resolves once the next attempt is on disk. */
  readonly begun = new Promise<void>((resolve) => {
    this.#tell = resolve
  })

  constructor(
    readonly actor: Actor,
    readonly asked: RetryRequest | null,
  ) {
    super('A new attempt of the agent was requested')
    this.name = 'AgentAgain'
  }

  tell(): void {
    this.#tell()
  }
}

const stopSentences = {
  cancelled: 'The run was cancelled',
  shutdown: 'The server is stopping',
  ended: 'The run has ended',
  limit: 'The run reached a limit',
} as const

/** A turn in flight: what has been heard of it so far. */
export type InFlightTurn = {
  agentId: string
  turn: number
  attempt: number
  model: string
  usage: Usage
  text: string
  thinking: string
  outputCharacters: number
  startedAt: string
  firstTokenAt: string | null
  lastByteMs: number
  /** The same on the awake clock, by which silence is judged. */
  heardMs: number
  stallMs: number
  /** What was reserved for it: the most its prompt can be, and the output it was allowed. */
  promptBound: number
  maxTokens: number
  isStalled: boolean
  isDirty: boolean
}

/** The batches of a run, as its agents and its engine use them. */
export type RunBatches = {
  /** The provider has no batches: everybody goes on live. */
  areRefused: boolean
  readonly turnsInBatch: number
  restore(journal: readonly Envelope[], agents: ReadonlyMap<string, StoredAgent>): void
  isInBatch(ref: TurnRef): boolean
  slotOf(ref: TurnRef): BatchSlot | null
  join(plan: TurnPlan, admission: Extract<Admission, { kind: 'admitted' }>): BatchSlot
  forget(place: BatchSlot): void
  /** False when the server stops before all is booked. */
  settled(): Promise<boolean>
  giveUp(): void
  halt(): void
}

/** An in-flight turn as it is saved, so that a turn that dies with the process is booked with a basis. */
export function savedInFlightTurn(inFlightTurn: InFlightTurn): InFlightTurnRow {
  const { agentId, turn, attempt, model, usage, outputCharacters, startedAt, firstTokenAt, lastByteMs } = inFlightTurn
  const untilMs = firstTokenAt === null ? lastByteMs : Date.parse(firstTokenAt)
  const silentMs = Math.max(0, untilMs - Date.parse(startedAt))
  return { agentId, turn, attempt, model, usage, outputCharacters, silentMs, startedAt }
}

/** What the agents and the orchestrator of one run share while it is being worked on. */
export class ActiveRun {
  /** How long it has worked; limits of time are judged by it. */
  readonly workTime: WorkTime
  readonly gate: PauseGate
  readonly facts = new FactQueue<Fact>()
  readonly steeringMessages = new SteeringMessages()
  readonly inFlightTurns = new Map<string, InFlightTurn>()
  readonly warmUps: WarmUps
  readonly answers = new Map<string, Json>()
  readonly types: MetAgentTypes
  readonly batches: RunBatches
  readonly batchTime = new BatchTime()
  /** Clocks of agents at work; each looks again when the limits were changed. */
  readonly clocks = new Set<() => void>()
  /** Agents that wait for room to start others. */
  readonly inLine = new Set<string>()
  /** When agents began in this process, as work time of the run. */
  readonly begunMs = new Map<string, number>()
  #cancelResume: Cancel = () => {}
  /** Agents on their way to the journal, with their phase: they count against caps of agents already. */
  readonly making = new Map<string, string>()
  readonly #noted = new Set<string>()
  readonly #breaker = new Breaker()
  /** Checkpoints whose answer is being written down: of two answers at once, one counts. */
  readonly closing = new Map<string, Promise<unknown>>()
  readonly #stop = new AbortController()
  readonly #working = new Map<string, AbortController>()
  readonly #keys = new Map<string, string>()
  readonly #watchers = new Map<string, Set<() => void>>()
  /** Starts the loop of an agent that was just recorded; given by the orchestration that waits for all loops. */
  begin: (agent: LiveAgent) => void = () => {
    throw new Error(`Run ${this.id} is not being orchestrated`)
  }
  /** Agents whose fast mode was refused or limited: the rest of their turns goes at standard speed. */
  readonly slowed = new Set<string>()
  readonly approval = new Approval(this)
  /** Agents that were bought, or are about to be: answers that were taken over are none. */
  bought = 0
  /** What this run inherits, when it was forked from another. */
  replaySource: ReplaySource | null = null
  /** What its agents can do in the workspace, once that is open; null without one. */
  tools: ToolBox | null = null
  /** What people are doing to agents that have not come to rest: said once, and refused when said again. */
  readonly acting = new Map<string, { what: string; actor: Actor }>()
  /** Who cancelled the run in this process; its script may return while that is written down. */
  cancelledBy: Actor | null = null
  /** The cap that ended the run, when the launcher chose ending over pausing. */
  endedByLimit: string | null = null

  constructor(
    readonly id: string,
    readonly ports: EnginePorts,
    types: AgentTypes,
    readonly providerContext: ProviderContext,
    makeBatches: (run: ActiveRun) => RunBatches,
  ) {
    // A thousand agents listen to one signal by design; Node would warn of a leak at the eleventh.
    setMaxListeners(0, this.#stop.signal)
    this.workTime = new WorkTime(ports.clock.awake)
    this.gate = new PauseGate((isOpen) => (isOpen ? this.workTime.go() : this.workTime.stand()))
    this.warmUps = new WarmUps(ports.clock)
    this.types = new MetAgentTypes(types)
    this.batches = makeBatches(this)
  }

  /** Those of these notes that were not taken before: said once a run, not once a call. */
  newNotes(notes: readonly string[]): string[] {
    const fresh = [...new Set(notes)].filter((note) => !this.#noted.has(note))
    for (const note of fresh) this.#noted.add(note)
    return fresh
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  get state(): RunState {
    const state = this.ports.recorder.state(this.id)
    if (state === null) throw new Error(`Run ${this.id} is not being recorded`)
    return state
  }

  agent(agentId: string): AgentState {
    const agent = this.state.agents.get(agentId)
    if (agent === undefined) throw new Error(`Run ${this.id} has no agent ${agentId}`)
    return agent
  }

  stop(reason: RunStopped): void {
    this.#cancelResume()
    // What a batch carries is taken up by the next process: nobody leaves it.
    if (reason.why === 'shutdown') this.batches.halt()
    this.#stop.abort(reason)
    for (const controller of this.#working.values()) controller.abort(reason)
  }

  /** An agent begins to work here: the signal tells it to stop, alone or with the run. */
  enter(agentId: string): AbortSignal {
    const controller = new AbortController()
    setMaxListeners(0, controller.signal)
    if (this.signal.aborted) controller.abort(this.signal.reason)
    this.#working.set(agentId, controller)
    return controller.signal
  }

  leave(agentId: string): void {
    this.#working.delete(agentId)
  }

  /** Cuts one agent. False when it is not working here: it has ended, or has not begun. */
  cut(agentId: string, reason: AgentCut | AgentRetry): boolean {
    const controller = this.#working.get(agentId)
    controller?.abort(reason)
    return controller !== undefined
  }

  /** Told of every committed envelope of the run. */
  onEvent(envelope: Envelope): void {
    this.facts.onEvent(envelope)
    this.steeringMessages.onEvent(envelope)
    this.#watchBreaker(envelope)
    if (envelope.event.type === 'checkpoint.answered') this.#onApproval()
    if (envelope.event.type === 'run.limits-changed') for (const look of this.clocks) look()
    if (envelope.event.type === 'agent.started') this.begunMs.set(envelope.event.agentId, this.workTime.now())
    if (envelope.event.type !== 'agent.ended') return
    const { agentId } = envelope.event
    this.begunMs.delete(agentId)
    const watchers = this.#watchers.get(agentId)
    this.#watchers.delete(agentId)
    for (const tell of watchers ?? []) tell()
  }

  /**
   * What happened before this process: the breaker counts on from there, what people said is still to be told, and a
   * cap that ends the run has ended it.
   */
  recall(journal: readonly Envelope[]): void {
    this.bought = [...this.state.agents.values()].filter(({ reusedFrom }) => reusedFrom === null).length
    for (const envelope of journal) {
      const { event } = envelope
      this.#breaker.onEvent(envelope, this.state.run.breaker?.failures ?? null, null)
      this.steeringMessages.onEvent(envelope)
      if (event.type === 'call.refused' && event.endsRun) this.endedByLimit ??= event.message
      if (event.type === 'run.retried') this.endedByLimit = null
    }
    this.endedByLimit ??= this.approval.stopped
  }

  /** Somebody may have said how far the run may go. */
  #onApproval(): void {
    this.endedByLimit ??= this.approval.stopped
    this.approval.answered()
  }

  #watchBreaker(envelope: Envelope): void {
    const { breaker } = this.state.run
    const detail = this.#breaker.onEvent(envelope, breaker?.failures ?? null, {
      labelOf: (id) => this.agent(id).label,
      answering: () => [...this.inFlightTurns.values()].filter(({ firstTokenAt }) => firstTokenAt !== null).length,
    })
    if (detail !== null) this.pause('breaker', detail, null).catch(this.ports.report)
  }

  /** Resolves once the agent has ended, at once if it has. */
  whenEnded(agentId: string): Promise<void> {
    if (this.agent(agentId).endedAt !== null) return Promise.resolve()
    return new Promise((resolve) => {
      this.#watch(agentId, resolve)
    })
  }

  /** Resolves once so many of these agents have ended, or the time is over. Rejects with the signal's reason. */
  async whenEnough(ids: readonly string[], count: number, mostMs: number | null, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const enough = () => ids.filter((id) => this.agent(id).endedAt !== null).length >= count
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        cancel()
        signal.removeEventListener('abort', abort)
        resolve()
      }
      const abort = () => {
        cancel()
        reject(signal.reason)
      }
      const cancel = mostMs === null ? () => {} : this.ports.clock.awake.after(mostMs, done)
      signal.addEventListener('abort', abort, { once: true })
      const look = () => {
        if (enough()) done()
      }
      for (const id of ids) if (this.agent(id).endedAt === null) this.#watch(id, look)
      look()
    })
  }

  #watch(agentId: string, tell: () => void): void {
    const watchers = this.#watchers.get(agentId) ?? new Set()
    watchers.add(tell)
    this.#watchers.set(agentId, watchers)
  }

  /** Phases of the agents that are on their way to the journal: they count against caps of agents already. */
  phasesInTheMaking(): string[] {
    for (const agentId of this.making.keys()) if (this.state.agents.has(agentId)) this.making.delete(agentId)
    return [...this.making.values()]
  }

  /** Remembers which agent stands for a call key. */
  noteKey(key: string, agentId: string): void {
    this.#keys.set(key, agentId)
  }

  agentByKey(key: string): string | null {
    return this.#keys.get(key) ?? null
  }

  /** Pauses once: a thousand agents that hit the same wall make one pause. Turns in flight finish. */
  async pause(
    reason: PauseReason,
    detail: string,
    actor: Actor | null,
    { phase = null, resumesAtMs = null }: { phase?: string | null; resumesAtMs?: number | null } = {},
  ): Promise<void> {
    if (!this.gate.isOpen || this.signal.aborted) return
    this.gate.shut()
    const resumesAt = resumesAtMs === null ? null : new Date(resumesAtMs).toISOString()
    await this.ports.recorder.record(this.id, [{ type: 'run.paused', reason, detail, phase, resumesAt, actor }])
    this.resumeByItself()
  }

  /** Ends a pause: turns leave again. */
  async resume(actor: Actor | null): Promise<void> {
    this.#cancelResume()
    const { pausedAt } = this.state.run
    const pausedMs = pausedAt === null ? 0 : Math.max(0, this.ports.clock.now() - Date.parse(pausedAt))
    await this.ports.recorder.record(this.id, [{ type: 'run.resumed', pausedMs, actor }])
    this.gate.open()
  }

  /** A pause with a date ends by itself then, also one that an earlier process began. */
  resumeByItself(): void {
    const { status, resumesAt, pausedAt } = this.state.run
    this.#cancelResume()
    if (status !== 'paused' || resumesAt === null) return
    this.#cancelResume = this.ports.clock.after(Math.max(0, Date.parse(resumesAt) - this.ports.clock.now()), () => {
      const { run } = this.state
      if (this.signal.aborted || run.status !== 'paused' || run.pausedAt !== pausedAt) return
      this.resume(null).catch(this.ports.report)
    })
  }

  /** What a cap leads to: a pause that a person can end, or a failure the script hears of. Either says what to do. */
  async reachCap(reason: CapReason, detail: string, phase: string | null = null): Promise<Failure | null> {
    if (this.state.run.onLimit === 'pause') {
      await this.pause(reason, `${detail} ${adviceOnPause(reason)}`, null, { phase })
      return null
    }
    const why = `${detail} ${adviceOnEnd}`
    this.endedByLimit ??= why
    return failure('limit', why)
  }

  /** Ends the run at a limit that no agent would notice by itself. */
  endAtLimit(detail: string): void {
    this.endedByLimit = detail
    this.stop(new RunStopped('limit', null))
  }

  /** Where a turn is counted; null in a dry run, which costs nothing. */
  rollup(model: string, phase: string | null): RollupKey | null {
    const { run } = this.state
    if (run.dryRun !== null) return null
    return {
      day: utcDay(this.ports.clock.now()),
      model,
      workflow: run.workflow?.name ?? 'ad hoc',
      phase: phase ?? unphased,
      launchedBy: run.launchedBy.id,
      project: run.project,
      simulated: run.simulated,
    }
  }

  /** Turns whose cost is not known yet. */
  get turnsOut(): number {
    return this.inFlightTurns.size + this.batches.turnsInBatch
  }

  record(events: readonly RunEvent[]): Promise<unknown> {
    return this.ports.recorder.record(this.id, events)
  }

  iso(): string {
    return new Date(this.ports.clock.now()).toISOString()
  }
}
