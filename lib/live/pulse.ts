import type { PulseFrame } from '@/lib/api/stream'
import { sliceText } from '@/lib/core/base/cut-text'
import { costOf, type Price } from '@/lib/core/money/pricing'
import { usageSoFar } from '@/lib/core/money/usage'
import type { ActiveRun } from '@/lib/engine/context/active-run'
import type { InFlightTurn } from '@/lib/engine/parts/in-flight-turn'

/** Time between two pulses: no more than ten a second. */
export const PULSE_MS = 100

const LINE_CHARACTERS = 120

/**
 * How many characters of a turn in flight a watcher has received. A retried turn is a new object and starts
 * at 0.
 */
export type Sent = { inFlightTurn: InFlightTurn; text: number; thinking: number }

/** Reads the turns in flight of one run, for all of its watchers at once. */
export class Pulse {
  #outputs = new Map<string, number>()
  #seen = new WeakMap<InFlightTurn, string>()
  #rate = 0
  #lastMs: number

  constructor(
    private readonly run: ActiveRun,
    private readonly now: () => number,
  ) {
    this.#lastMs = now()
  }

  /** The common part of a pulse: what changed since the last one. Null when nothing did. */
  read(): Pick<PulseFrame, 'agents' | 'tokensPerSecond'> | null {
    const prices = this.run.ports.prices()
    const at = this.run.journal.iso()
    const agents = [...this.run.inFlightTurns.values()]
      .filter((inFlightTurn) => this.#hasChanged(inFlightTurn))
      .map((inFlightTurn) => reading(inFlightTurn, prices, at))
    const tokensPerSecond = this.#tokensPerSecond()
    return agents.length === 0 && tokensPerSecond === 0 ? null : { agents, tokensPerSecond }
  }

  #hasChanged(inFlightTurn: InFlightTurn): boolean {
    const mark = `${inFlightTurn.outputCharacters}:${inFlightTurn.usage.inputTokens}`
    if (this.#seen.get(inFlightTurn) === mark) return false
    this.#seen.set(inFlightTurn, mark)
    return true
  }

  /** Smoothed over about a second, so the number can be read. */
  #tokensPerSecond(): number {
    let made = 0
    const outputs = new Map<string, number>()
    for (const inFlightTurn of this.run.inFlightTurns.values()) {
      const id = `${inFlightTurn.agentId}:${inFlightTurn.turn}`
      const tokens = outputTokens(inFlightTurn)
      outputs.set(id, tokens)
      made += Math.max(0, tokens - (this.#outputs.get(id) ?? 0))
    }
    this.#outputs = outputs
    const nowMs = this.now()
    const seconds = Math.max(0.001, (nowMs - this.#lastMs) / 1000)
    this.#lastMs = nowMs
    const share = Math.min(1, seconds)
    this.#rate = this.#rate * (1 - share) + (made / seconds) * share
    return this.run.inFlightTurns.size === 0 ? 0 : Math.round(this.#rate)
  }
}

/** The text one watcher has not had yet, of the agents it asked for; from offset 0 at first. */
export function unsentText(
  run: ActiveRun,
  watched: ReadonlySet<string>,
  sent: Map<string, Sent>,
): PulseFrame['text'] {
  const pieces: PulseFrame['text'] = []
  for (const agentId of watched) {
    const inFlightTurn = run.inFlightTurns.get(agentId)
    if (inFlightTurn === undefined) continue
    const before = sent.get(agentId)
    const from = before?.inFlightTurn === inFlightTurn ? before : { inFlightTurn, text: 0, thinking: 0 }
    if (inFlightTurn.thinking.length > from.thinking) {
      pieces.push({
        agentId,
        turn: inFlightTurn.turn,
        from: from.thinking,
        text: inFlightTurn.thinking.slice(from.thinking),
        thinking: true,
      })
    }
    if (inFlightTurn.text.length > from.text)
      pieces.push({
        agentId,
        turn: inFlightTurn.turn,
        from: from.text,
        text: inFlightTurn.text.slice(from.text),
        thinking: false,
      })
    sent.set(agentId, {
      inFlightTurn,
      text: inFlightTurn.text.length,
      thinking: inFlightTurn.thinking.length,
    })
  }
  return pieces
}

function reading(
  inFlightTurn: InFlightTurn,
  prices: readonly Price[],
  at: string,
): PulseFrame['agents'][number] {
  const tokens = outputTokens(inFlightTurn)
  return {
    agentId: inFlightTurn.agentId,
    turn: inFlightTurn.turn,
    outputTokens: tokens,
    costNanoUsd:
      costOf({ ...inFlightTurn.usage, outputTokens: tokens }, inFlightTurn.model, prices, at)?.totalNanoUsd ??
      null,
    lastByteAt: new Date(inFlightTurn.lastByteMs).toISOString(),
    line: lastLine(inFlightTurn.text === '' ? inFlightTurn.thinking : inFlightTurn.text),
  }
}

function outputTokens(inFlightTurn: InFlightTurn): number {
  return usageSoFar(inFlightTurn.usage, inFlightTurn.outputCharacters).outputTokens
}

function lastLine(text: string): string {
  const tail = sliceText(text, text.length - LINE_CHARACTERS * 2, text.length).trimEnd()
  return tail.slice(tail.lastIndexOf('\n') + 1).slice(-LINE_CHARACTERS)
}
