import type { Failure } from '@/lib/core/agent/failure'
import type { Settlement } from '@/lib/core/ports/dispatcher'
import type { CompletedTurn, ToolDefinition, TurnRequest } from '@/lib/core/ports/ports'
import type { Unmetered } from '@/lib/core/run/events'
import type { CapMet } from '@/lib/core/spec/run'
import type { BookedTurn } from './turn-plan'

/** What a turn that travelled in a batch comes back with. */
export type BatchResult =
  | { kind: 'turn'; turn: CompletedTurn }
  | { kind: 'failure'; failure: Failure; unsettledNanoUsd: number; unsettledTokens: number }
  /** It was recorded, and it is certain that it was never submitted. */
  | { kind: 'unsent'; failure: Failure }
  /** The run was paused before its batch was recorded: nothing has happened. */
  | { kind: 'not-submitted' }

export type TurnRef = { agentId: string; turn: number; attempt: number }

/** The slot of one turn in a batch, from the moment it joins until it is booked. */
export class BatchSlot {
  #result: BatchResult | null = null
  #tell: ((result: BatchResult) => void) | null = null
  #leave: (() => void) | null = null
  /** Its agent has gone: whatever comes is booked by the batch itself. */
  isAbandoned = false
  isBooked = false
  startedAt = ''

  constructor(
    readonly ref: TurnRef,
    readonly model: string,
    readonly phase: string | null,
    readonly reserved: {
      maxTokens: number
      nanoUsd: number | null
      tokens: number
      clampedBy: CapMet | null
    },
    /** Null for a slot of an earlier process: what was asked is not needed again. */
    readonly request: TurnRequest | null,
    /** What its agent was offered, to read its calls by. */
    readonly tools: readonly ToolDefinition[],
    readonly position: number,
    /** Upper bound of its request's size. */
    readonly bytes: number,
    private readonly settleReservation: (settlement: Settlement) => void,
  ) {}

  get hasResult(): boolean {
    return this.#result !== null
  }

  /** Upper bound of what its turn may have been billed, for a batch whose results can no longer be read. */
  get mostLost(): { unsettledNanoUsd: number; unsettledTokens: number } {
    return { unsettledNanoUsd: this.reserved.nanoUsd ?? 0, unsettledTokens: this.reserved.tokens }
  }

  get isAwaited(): boolean {
    return !this.isAbandoned && !this.hasResult
  }

  /** Told when its agent goes away before the turn is back. */
  onAbandon(act: () => void): void {
    this.#leave = act
  }

  /** Waits for the turn to come back; it is then for the caller to book. Rejects with the signal's reason. */
  async result(signal: AbortSignal): Promise<BatchResult> {
    signal.throwIfAborted()
    if (this.#result !== null) return this.#result
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#tell = null
        reject(signal.reason)
        this.#leave?.()
      }
      signal.addEventListener('abort', abort, { once: true })
      this.#tell = (result) => {
        signal.removeEventListener('abort', abort)
        resolve(result)
      }
    })
  }

  /** What has come back; only the first counts. */
  resolve(result: BatchResult): void {
    if (this.#result !== null) return
    this.#result = result
    this.#tell?.(result)
    this.#tell = null
  }

  /** The result of an abandoned slot. */
  get abandonedResult(): BatchResult | null {
    return this.isAbandoned ? this.#result : null
  }

  settle(settlement: Settlement): void {
    this.isBooked = true
    this.settleReservation(settlement)
  }

  booked(fence: number): BookedTurn {
    const { agentId, turn, attempt } = this.ref
    return { spec: { agentId }, fence, model: this.model, phase: this.phase, turn, attempt }
  }
}

/** Names a turn of a run. */
export function slotKey({ agentId, turn, attempt }: TurnRef): string {
  return `${agentId} ${turn} ${attempt}`
}

/** What an answer may have used at most that does not say what it did. */
export function unmeteredOf({ reserved, mostLost }: BatchSlot): Unmetered {
  return {
    nanoUsd: mostLost.unsettledNanoUsd,
    tokens: mostLost.unsettledTokens,
    outputTokens: reserved.maxTokens,
  }
}

/** Of a turn that was certainly not billed. */
export const nothingLost = { unsettledNanoUsd: 0, unsettledTokens: 0 }

/** For the settlement of a turn that cost nothing. */
export const nothingSpent: Settlement = { spentNanoUsd: 0, unsettledNanoUsd: 0, tokens: 0, failure: null }
