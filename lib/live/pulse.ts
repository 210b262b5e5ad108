import type { PulseFrame } from '@/lib/api/stream'
import { sliceText } from '@/lib/core/cut-text'
import { costOf, type Price } from '@/lib/core/pricing'
import { usageSoFar } from '@/lib/core/usage'
import type { ActiveRun, Air } from '@/lib/engine/active-run'

/** Pulses leave at most ten times a second. */
export const PULSE_MS = 100

const LINE_CHARACTERS = 120

/** How much of a turn in the air a watcher has; a turn that is tried again is another one, and begins at 0. */
export type Sent = { air: Air; text: number; thinking: number }

/** Reads the turns in the air of one run, for all of its watchers at once. */
export class Pulse {
  #outputs = new Map<string, number>()
  #seen = new WeakMap<Air, string>()
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
    const at = this.run.iso()
    const agents = [...this.run.airs.values()]
      .filter((air) => this.#hasChanged(air))
      .map((air) => reading(air, prices, at))
    const tokensPerSecond = this.#tokensPerSecond()
    return agents.length === 0 && tokensPerSecond === 0 ? null : { agents, tokensPerSecond }
  }

  #hasChanged(air: Air): boolean {
    const mark = `${air.outputCharacters}:${air.usage.inputTokens}`
    if (this.#seen.get(air) === mark) return false
    this.#seen.set(air, mark)
    return true
  }

  /** Smoothed over about a second, so that the number can be read. */
  #tokensPerSecond(): number {
    let made = 0
    const outputs = new Map<string, number>()
    for (const air of this.run.airs.values()) {
      const id = `${air.agentId}:${air.turn}`
      const tokens = outputTokens(air)
      outputs.set(id, tokens)
      made += Math.max(0, tokens - (this.#outputs.get(id) ?? 0))
    }
    this.#outputs = outputs
    const nowMs = this.now()
    const seconds = Math.max(0.001, (nowMs - this.#lastMs) / 1000)
    this.#lastMs = nowMs
    const share = Math.min(1, seconds)
    this.#rate = this.#rate * (1 - share) + (made / seconds) * share
    return this.run.airs.size === 0 ? 0 : Math.round(this.#rate)
  }
}

/** The text one watcher has not had yet, of the agents it asked for; from offset 0 at first. */
export function unsentText(run: ActiveRun, watched: ReadonlySet<string>, sent: Map<string, Sent>): PulseFrame['text'] {
  const pieces: PulseFrame['text'] = []
  for (const agentId of watched) {
    const air = run.airs.get(agentId)
    if (air === undefined) continue
    const before = sent.get(agentId)
    const from = before?.air === air ? before : { air, text: 0, thinking: 0 }
    if (air.thinking.length > from.thinking) {
      pieces.push({
        agentId,
        turn: air.turn,
        from: from.thinking,
        text: air.thinking.slice(from.thinking),
        thinking: true,
      })
    }
    if (air.text.length > from.text)
      pieces.push({ agentId, turn: air.turn, from: from.text, text: air.text.slice(from.text), thinking: false })
    sent.set(agentId, { air, text: air.text.length, thinking: air.thinking.length })
  }
  return pieces
}

function reading(air: Air, prices: readonly Price[], at: string): PulseFrame['agents'][number] {
  const tokens = outputTokens(air)
  return {
    agentId: air.agentId,
    turn: air.turn,
    outputTokens: tokens,
    costNanoUsd: costOf({ ...air.usage, outputTokens: tokens }, air.model, prices, at)?.totalNanoUsd ?? null,
    lastByteAt: new Date(air.lastByteMs).toISOString(),
    line: lastLine(air.text === '' ? air.thinking : air.text),
  }
}

function outputTokens(air: Air): number {
  return usageSoFar(air.usage, air.outputCharacters).outputTokens
}

function lastLine(text: string): string {
  const tail = sliceText(text, text.length - LINE_CHARACTERS * 2, text.length).trimEnd()
  return tail.slice(tail.lastIndexOf('\n') + 1).slice(-LINE_CHARACTERS)
}
