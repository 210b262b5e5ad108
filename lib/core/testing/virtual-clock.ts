import { type Cancel, type Clock, sleepBy, type Timeline } from '../ports/clock'

/** `leftMs`: how long until it is due, on the time it was set by. */
type Timer = { leftMs(): number; order: number; run: () => void }

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
  const now = () => offsetMs + awakeMs

  function afterOn(time: () => number): Timeline['after'] {
    return (ms, run): Cancel => {
      const begun = { ownMs: time(), awakeMs }
      // As the real clock does: one that was set back holds nobody for longer than was asked.
      const passedMs = () => Math.max(time() - begun.ownMs, awakeMs - begun.awakeMs)
      const timer = { leftMs: () => ms - passedMs(), order: orders++, run }
      timers.push(timer)
      return () => {
        const at = timers.indexOf(timer)
        if (at >= 0) timers.splice(at, 1)
      }
    }
  }

  function earliest(): Timer | undefined {
    let first: Timer | undefined
    for (const timer of timers)
      if (first === undefined || timer.leftMs() < first.leftMs() || isBefore(timer, first)) first = timer
    return first
  }

  function fire(timer: Timer): void {
    awakeMs += Math.max(0, timer.leftMs())
    timers.splice(timers.indexOf(timer), 1)
    timer.run()
  }

  const timeline = (time: () => number): Timeline => {
    const after = afterOn(time)
    return { now: time, after, sleep: sleepBy(after) }
  }

  return {
    ...timeline(now),
    awake: timeline(() => awakeMs),
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
      for (let next = earliest(); next !== undefined && awakeMs + next.leftMs() <= untilMs; next = earliest())
        fire(next)
      awakeMs = Math.max(awakeMs, untilMs)
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

function isBefore(one: Timer, other: Timer): boolean {
  return one.leftMs() === other.leftMs() && one.order < other.order
}
