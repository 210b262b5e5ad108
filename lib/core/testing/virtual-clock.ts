import { type Cancel, type Clock, sleepBy, type Timeline } from '../clock'

type Timer = { dueMs: number; order: number; run: () => void }

/** A clock that stands until it is stepped. Wall and awake time pass together, except by `skip`. */
export type VirtualClock = Clock & {
  /** Lets the next timer fire, however far off it is; false when none is set. */
  step(): boolean
  /** Lets so much time pass, firing what falls due in its order. */
  advance(ms: number): void
  /** Moves the wall alone: a suspended machine, or a clock that was set. */
  skip(ms: number): void
  /** Timers that wait, for a look at what a test forgot. */
  readonly pending: number
}

/** A virtual clock that begins at `startMs`. */
export function createVirtualClock(startMs = Date.parse('2026-01-01T00:00:00Z')): VirtualClock {
  const timers: Timer[] = []
  const listeners = new Set<(ms: number) => void>()
  let awakeMs = 0
  let offsetMs = startMs
  let orders = 0

  function afterAwake(ms: number, run: () => void): Cancel {
    const timer = { dueMs: awakeMs + Math.max(0, ms), order: orders++, run }
    timers.push(timer)
    return () => {
      const at = timers.indexOf(timer)
      if (at >= 0) timers.splice(at, 1)
    }
  }

  function earliest(): Timer | undefined {
    let first: Timer | undefined
    for (const timer of timers)
      if (
        first === undefined ||
        timer.dueMs < first.dueMs ||
        (timer.dueMs === first.dueMs && timer.order < first.order)
      )
        first = timer
    return first
  }

  function fire(timer: Timer): void {
    timers.splice(timers.indexOf(timer), 1)
    awakeMs = Math.max(awakeMs, timer.dueMs)
    timer.run()
  }

  const awake: Timeline = { now: () => awakeMs, after: afterAwake, sleep: sleepBy(afterAwake) }
  const now = () => offsetMs + awakeMs

  return {
    now,
    after: afterAwake,
    sleep: sleepBy(afterAwake),
    awake,
    onSkip(tell) {
      listeners.add(tell)
      return () => void listeners.delete(tell)
    },
    step() {
      const next = earliest()
      if (next === undefined) return false
      fire(next)
      return true
    },
    advance(ms) {
      const untilMs = awakeMs + ms
      for (let next = earliest(); next !== undefined && next.dueMs <= untilMs; next = earliest()) fire(next)
      awakeMs = untilMs
    },
    skip(ms) {
      offsetMs += ms
      for (const tell of listeners) tell(ms)
    },
    get pending() {
      return timers.length
    },
  }
}
