import type { Json } from '@/lib/core/base/json'

/** Shorter pieces occur by chance and say nothing about where a prompt came from. */
const SHORTEST_TRACE = 24

/** Text beyond this length of a prompt is not searched; a prompt this long names its sources earlier. */
const LONGEST_SEARCH = 1_000_000

/**
 * Which earlier answers went into a prompt, found by their text: an answer leaves traces (its first
 * characters, as text, as JSON, and of every long string within it), and a prompt that contains one depends
 * on that call.
 */
export class DataFlow {
  #traces = new Map<string, number[]>()
  #starts = new Uint8Array(65_536)
  /** Whole answers, and whole texts within them, by their JSON. */
  #wholes = new Map<string, Set<number>>()

  /** Remembers what a call answered. */
  addAnswer(callId: number, answer: Json): void {
    if (answer === null) return
    if (typeof answer !== 'string') this.#trace(callId, JSON.stringify(answer))
    this.#traceStrings(callId, answer)
    this.#whole(callId, answer)
  }

  /** Ids of the calls whose answers this prompt contains, ascending. */
  sourcesOf(prompt: string): number[] {
    if (this.#traces.size === 0) return []
    const found = new Set<number>()
    /** A text that repeats one trace a million times names its sources once. */
    const met = new Set<number[]>()
    const end = Math.min(prompt.length, LONGEST_SEARCH) - SHORTEST_TRACE
    for (let at = 0; at <= end; at++) {
      if (this.#starts[code(prompt, at)] === 0) continue
      const sources = this.#traces.get(prompt.slice(at, at + SHORTEST_TRACE))
      if (sources === undefined || met.has(sources)) continue
      met.add(sources)
      for (const id of sources) found.add(id)
    }
    return [...found].sort((a, b) => a - b)
  }

  /**
   * Ids of the calls whose answers this value contains, ascending: the whole answer or a whole object of it,
   * or a text that carries its trace. Here short answers count too, since a value has edges that a prompt has
   * not.
   */
  sourcesOfValue(value: Json): number[] {
    const found = new Set<number>()
    const visit = (part: Json): void => {
      for (const id of this.#wholes.get(JSON.stringify(part)) ?? []) found.add(id)
      if (typeof part === 'string') for (const id of this.sourcesOf(part)) found.add(id)
      if (typeof part !== 'object' || part === null) return
      for (const inner of Array.isArray(part) ? part : Object.values(part)) visit(inner)
    }
    visit(value)
    return [...found].sort((a, b) => a - b)
  }

  /** The answer, and the objects in it: scripts merge lists of findings before they return them. */
  #whole(callId: number, answer: Json): void {
    const note = (part: Json) => {
      const text = JSON.stringify(part)
      const ids = this.#wholes.get(text) ?? new Set()
      ids.add(callId)
      this.#wholes.set(text, ids)
    }
    const inside = (part: Json): void => {
      if (typeof part !== 'object' || part === null) return
      if (!Array.isArray(part) && Object.keys(part).length > 1) note(part)
      for (const inner of Array.isArray(part) ? part : Object.values(part)) inside(inner)
    }
    const isTelling =
      typeof answer === 'object' ? answer !== null && Object.keys(answer).length > 0 : answer !== ''
    if (isTelling) note(answer)
    inside(answer)
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
