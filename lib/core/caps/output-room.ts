import type { Refusal } from '../agent/refusal'
import { modelRules } from '../money/models'
import type { Effort } from '../spec/run'
import { SMALLEST_USEFUL_TOKENS } from './room'

/** Output tokens that a turn may have unless asked otherwise, thinking included. */
const DEFAULT_OUTPUT_TOKENS = 32_000

/**
 * The same for turns that think long or write much: effort `xhigh` and `max` (effort page: begin at 64k),
 * plans, and agents that lead others, whose one call may describe a hundred agents.
 */
const WIDE_OUTPUT_TOKENS = 64_000

/** What an agent is asked to do, as far as it says how long its turns may be. */
export type Work = { effort: string | null; leads: boolean; plans: boolean }

/** The output a turn may have unless the call or the launch says otherwise, in tokens. */
export function defaultOutput({ effort, leads, plans }: Work): number {
  const isLong = effort === 'xhigh' || effort === 'max'
  return isLong || leads || plans ? WIDE_OUTPUT_TOKENS : DEFAULT_OUTPUT_TOKENS
}

/** Room for the first turns of a phase where money is short: little thinking, or some. */
const FIRST_ROOM = { short: 4_096, long: 8_192 } as const

/** Turns of a phase that have to be known before they say what the next one needs. */
const FEWEST_SAMPLES = 5

/** As many of the latest turns count. */
export const MOST_SAMPLES = 200

/** The share of turns that have to find room; the others are cut and go on with more. */
const SHARE_WITH_ROOM = 0.99

/**
 * The output that a turn of a phase leaves with where money bounds how many may be in flight, in tokens:
 * what nearly all turns of its phase needed so far, or a first guess by its effort while too few are known.
 * The fewer are known, the more is added. `needs` are the outputs of its turns; of one that was cut, twice
 * its room.
 */
export function likelyRoom(needs: readonly number[], model: string, effort: string | null): number {
  if (needs.length < FEWEST_SAMPLES) return firstRoom(effort ?? modelRules(model).defaultEffort)
  const ordered = [...needs].sort((a, b) => a - b)
  const rank = Math.ceil(SHARE_WITH_ROOM * ordered.length) - 1
  const most = ordered[rank] ?? 0
  return Math.max(SMALLEST_USEFUL_TOKENS, Math.ceil(most * (1 + 2 / ordered.length)))
}

function firstRoom(effort: string): number {
  const thinksLittle: readonly string[] = ['low', 'medium'] satisfies Effort[]
  return thinksLittle.includes(effort) ? FIRST_ROOM.short : FIRST_ROOM.long
}

/** A committed turn of an agent, as far as its successor's room depends on it. */
export type TurnMark = {
  stopReason: string
  /** The output it left with, in tokens. */
  maxTokens: number
  /** Whether a cap of the run or the calendar left it less than it asked for. */
  isClamped: boolean
  /** What a refusal says of itself; null for any other end. */
  refusal: Refusal | null
}

/** What consecutive truncated turns imply for the next turn. */
export type Cuts = {
  /** Length of the sequence, including the last turn; 0 when the last turn was not truncated. */
  inARow: number
  /** How many of these already had the model's own output limit. */
  atLimit: number
  /**
   * Output tokens the next turn needs at least: twice the limit of the last one. Null when that was not
   * truncated.
   */
  room: number | null
}

/** Reads the cuts at the end of a conversation. `limit`: the most output of a turn of its model. */
export function cutsOf(marks: readonly TurnMark[], limit: number): Cuts {
  const whole = marks.findLastIndex(({ stopReason }) => stopReason !== 'max_tokens')
  const cut = marks.slice(whole + 1).filter(({ isClamped }) => !isClamped)
  const last = marks.at(-1)
  const isCut = last !== undefined && last.stopReason === 'max_tokens' && !last.isClamped
  return {
    inARow: isCut ? cut.length : 0,
    atLimit: isCut ? cut.filter(({ maxTokens }) => maxTokens >= limit).length : 0,
    room: isCut ? Math.min(limit, 2 * last.maxTokens) : null,
  }
}
