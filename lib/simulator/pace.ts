import type { Effort, ModelLine } from './rules/models'

/** How fast a model answers. */
export interface Pace {
  tokensPerSecond: number
  ttftMs: number
}

/** Typical figures per family: measured medians are near these, and only the proportions matter here. */
const PACE_OF_LINE: Readonly<Record<ModelLine, Pace>> = {
  haiku: { tokensPerSecond: 160, ttftMs: 450 },
  sonnet: { tokensPerSecond: 80, ttftMs: 800 },
  opus: { tokensPerSecond: 60, ttftMs: 1100 },
  fable: { tokensPerSecond: 50, ttftMs: 1500 },
  mythos: { tokensPerSecond: 45, ttftMs: 1600 },
}

/** Fast mode gives up to 2.5 times the output rate and leaves the time to the first token as it is. */
const FAST_FACTOR = 2.5

/** Tokens the simulator thinks before a turn, by effort. */
export const THINKING_TOKENS: Readonly<Record<Effort, number>> = {
  low: 20,
  medium: 60,
  high: 120,
  xhigh: 240,
  max: 400,
}

/**
 * The pace of one request; `vary` in [0, 1) makes it differ by up to a fifth, prompts take time to be read.
 */
export function paceOf(line: ModelLine, fast: boolean, promptTokens: number, vary: number): Pace {
  const base = PACE_OF_LINE[line]
  const factor = 0.9 + vary * 0.2
  return {
    tokensPerSecond: base.tokensPerSecond * factor * (fast ? FAST_FACTOR : 1),
    ttftMs: base.ttftMs * factor + promptTokens / 100,
  }
}

/** A clock that one timer drives for all streams, so that hundreds of them cost one wake-up. */
export interface Ticker {
  /** Calls back at (or a few milliseconds after) a time; returns what undoes it. */
  at(timeMs: number, callback: (nowMs: number) => void): () => void
  now(): number
}

const TICK_MS = 10

/** A shared ticker over wall time. It sleeps when nothing is waiting. */
export function createTicker(now: () => number = () => performance.now()): Ticker {
  const slots = new Map<number, Set<(nowMs: number) => void>>()
  let timer: NodeJS.Timeout | undefined
  let swept = 0

  const sweep = () => {
    const time = now()
    const current = Math.floor(time / TICK_MS)
    const due: ((nowMs: number) => void)[] = []
    if (current - swept > slots.size) {
      for (const [slot, callbacks] of slots) {
        if (slot > current) continue
        due.push(...callbacks)
        slots.delete(slot)
      }
    } else {
      for (let slot = swept; slot <= current; slot += 1) {
        const callbacks = slots.get(slot)
        if (callbacks === undefined) continue
        due.push(...callbacks)
        slots.delete(slot)
      }
    }
    swept = current
    for (const callback of due) callback(time)
    if (slots.size === 0 && timer !== undefined) {
      clearInterval(timer)
      timer = undefined
    }
  }

  return {
    now,
    at(timeMs, callback) {
      const slot = Math.max(Math.ceil(timeMs / TICK_MS), Math.floor(now() / TICK_MS) + 1)
      if (timer === undefined) {
        swept = Math.floor(now() / TICK_MS)
        timer = setInterval(sweep, TICK_MS)
      }
      const callbacks = slots.get(slot) ?? new Set()
      callbacks.add(callback)
      slots.set(slot, callbacks)
      return () => {
        callbacks.delete(callback)
        if (callbacks.size === 0 && slots.get(slot) === callbacks) slots.delete(slot)
      }
    },
  }
}
