import { setMaxListeners } from 'node:events'
import type { Failure } from '@/lib/core/agent/failure'
import type { Actor } from '@/lib/core/base/actor'
import type { RetryRequest } from './retry-request'

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

const stopSentences = {
  cancelled: 'The run was cancelled',
  shutdown: 'The server is stopping',
  ended: 'The run has ended',
  limit: 'The run reached a limit',
} as const

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
    this.name = 'AgentRetry'
  }

  tell(): void {
    this.#tell()
  }
}

/** The signals by which a run and each of its agents at work are told to stop. */
export class Stops {
  readonly #run = new AbortController()
  readonly #agents = new Map<string, AbortController>()

  constructor() {
    // A thousand agents listen to one signal by design; Node would warn of a leak at the eleventh.
    setMaxListeners(0, this.#run.signal)
  }

  /** Aborted once the run is stopped, with a `RunStopped` as its reason. */
  get signal(): AbortSignal {
    return this.#run.signal
  }

  /** Stops the run and all of its agents. The first reason counts. */
  stop(reason: RunStopped): void {
    this.#run.abort(reason)
    for (const controller of this.#agents.values()) controller.abort(reason)
  }

  /** An agent begins to work here: the signal tells it to stop, alone or with the run. */
  enter(agentId: string): AbortSignal {
    const controller = new AbortController()
    setMaxListeners(0, controller.signal)
    if (this.signal.aborted) controller.abort(this.signal.reason)
    this.#agents.set(agentId, controller)
    return controller.signal
  }

  /** An agent no longer works here. */
  leave(agentId: string): void {
    this.#agents.delete(agentId)
  }

  /** Cuts one agent. False when it is not working here: it has ended, or has not begun. */
  cut(agentId: string, reason: AgentCut | AgentRetry): boolean {
    const controller = this.#agents.get(agentId)
    controller?.abort(reason)
    return controller !== undefined
  }
}
