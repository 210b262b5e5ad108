import type { Json } from '@/lib/core/json'

/** Shorter pieces occur by chance and say nothing about where a prompt came from. */
const SHORTEST_TRACE = 24

/** Text beyond this length of a prompt is not searched; a prompt this long names its sources earlier. */
const LONGEST_SEARCH = 1_000_000

/**
 * Which earlier answers went into a prompt, found by their text: an answer leaves traces (its first characters, as text,
 * as JSON, and of every long string within it), and a prompt that contains one depends on that call.
 */
export class DataFlow {
  #traces = new Map<string, number[]>()
  #starts = new Uint8Array(65_536)

  /** Remembers what a call answered. */
  addAnswer(callId: number, answer: Json): void {
    if (answer === null) return
    if (typeof answer !== 'string') this.#trace(callId, JSON.stringify(answer))
    this.#traceStrings(callId, answer)
  }

  /** Ids of the calls whose answers stand in this prompt, ascending. */
  sourcesOf(prompt: string): number[] {
    if (this.#traces.size === 0) return []
    const found = new Set<number>()
    const end = Math.min(prompt.length, LONGEST_SEARCH) - SHORTEST_TRACE
    for (let at = 0; at <= end; at++) {
      if (this.#starts[code(prompt, at)] === 0) continue
      const sources = this.#traces.get(prompt.slice(at, at + SHORTEST_TRACE))
      if (sources) for (const id of sources) found.add(id)
    }
    return [...found].sort((a, b) => a - b)
  }

  #traceStrings(callId: number, value: Json): void {
    if (typeof value === 'string') this.#trace(callId, value)
    else if (Array.isArray(value)) for (const part of value) this.#traceStrings(callId, part)
    else if (typeof value === 'object' && value !== null)
      for (const part of Object.values(value)) this.#traceStrings(callId, part)
  }

  #trace(callId: number, text: string): void {
    const trace = text.trimStart().slice(0, SHORTEST_TRACE)
    if (trace.length < SHORTEST_TRACE) return
    this.#starts[code(trace, 0)] = 1
    const ids = this.#traces.get(trace)
    if (ids === undefined) this.#traces.set(trace, [callId])
    else if (!ids.includes(callId)) ids.push(callId)
  }
}

function code(text: string, at: number): number {
  return (text.charCodeAt(at) * 31 + text.charCodeAt(at + 1) * 7 + text.charCodeAt(at + 2)) & 0xffff
}
