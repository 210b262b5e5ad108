import { setMaxListeners } from 'node:events'
import type { AgentState } from '@/lib/core/agent'
import { utcDay } from '@/lib/core/day'
import { type Failure, failure } from '@/lib/core/failure'
import { unphased } from '@/lib/core/fold'
import type { Json } from '@/lib/core/json'
import type { ToolBox } from '@/lib/core/ports'
import type { PauseReason } from '@/lib/core/run'
import type { Fact } from '@/lib/core/sandbox'
import type { RunState } from '@/lib/core/state'
import type { RollupKey } from '@/lib/core/store'
import type { Usage } from '@/lib/core/usage'
import { FactQueue } from './fact-queue'
import { Gate } from './gate'
import type { EnginePorts } from './ports'

/** Why the agents of a run are told to stop. */
export class RunStopped extends Error {
  constructor(
    readonly why: 'cancelled' | 'shutdown' | 'ended' | 'limit',
    readonly actor: string | null,
  ) {
    super(stopSentences[why])
    this.name = 'RunStopped'
  }
}

const stopSentences = {
  cancelled: 'The run was cancelled',
  shutdown: 'The server is stopping',
  ended: 'The run has ended',
  limit: 'The run reached a limit',
} as const

/** A turn in the air: what has been heard of it so far. */
export type Air = {
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
  stallMs: number
  isStalled: boolean
  isDirty: boolean
}

/** What the agents and the orchestrator of one run share while it is being worked on. */
export class ActiveRun {
  readonly gate = new Gate()
  readonly facts = new FactQueue<Fact>()
  readonly airs = new Map<string, Air>()
  readonly answers = new Map<string, Json>()
  /** Checkpoints whose answer is being written down: of two answers at once, one counts. */
  readonly closing = new Map<string, Promise<unknown>>()
  readonly #stop = new AbortController()
  /** The cap that ended the run, when the launcher chose ending over pausing. */
  endedByLimit: string | null = null

  constructor(
    readonly id: string,
    readonly ports: EnginePorts,
    readonly tools: ToolBox | null,
  ) {
    // A thousand agents listen to one signal by design; Node would warn of a leak at the eleventh.
    setMaxListeners(0, this.#stop.signal)
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
    this.#stop.abort(reason)
  }

  /** Pauses once: a thousand agents that hit the same wall make one pause. Turns in the air finish. */
  async pause(reason: PauseReason, detail: string, actor: string | null): Promise<void> {
    if (!this.gate.isOpen || this.signal.aborted) return
    this.gate.shut()
    await this.ports.recorder.record(this.id, [{ type: 'run.paused', reason, detail, actor }])
  }

  /** What a cap leads to: a pause that a person can end, or a failure the script hears of. */
  async reachCap(reason: PauseReason, detail: string): Promise<Failure | null> {
    if (this.state.run.onLimit === 'pause') {
      await this.pause(reason, detail, null)
      return null
    }
    this.endedByLimit ??= detail
    return failure('limit', detail)
  }

  /** Ends the run at a limit that no agent would notice by itself. */
  endAtLimit(detail: string): void {
    this.endedByLimit = detail
    this.stop(new RunStopped('limit', null))
  }

  rollup(model: string, phase: string | null): RollupKey {
    const { run } = this.state
    return {
      day: utcDay(this.ports.now()),
      model,
      workflow: run.workflow?.name ?? 'ad hoc',
      phase: phase ?? unphased,
      launchedBy: run.launchedBy,
      simulated: run.simulated,
    }
  }

  iso(): string {
    return new Date(this.ports.now()).toISOString()
  }
}
