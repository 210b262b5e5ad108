import { type Cancel, type Clock, sleepBy, type Timeline } from '@/lib/core/ports/clock'

/** How often the awake clock is stepped. */
const TICK_MS = 50

/** A step that took longer than this was no work: it counts as one tick. */
const LONGEST_STEP_MS = 250

/**
 * A wait is looked at again at least so often, since the wall may be set, and a suspended machine stops its
 * timers.
 */
const LONGEST_WAIT_MS = 30_000

/**
 * Skipped time of at least this is reported at once; smaller skips of a starved machine once they add up to
 * it.
 */
const TOLD_SKIP_MS = 2_000
const TOLD_SUM_MS = 10_000

export type SystemClock = Clock & { close(): void }

type Sources = { wallMs(): number; steadyMs(): number }

const system: Sources = { wallMs: () => Date.now(), steadyMs: () => performance.now() }

/** The clock of this process. `close` ends its ticking; what waits on the awake clock then waits for ever. */
export function createSystemClock({ wallMs, steadyMs }: Sources = system): SystemClock {
  const awake = createAwake({ wallMs, steadyMs })

  function after(ms: number, run: () => void): Cancel {
    const begunWallMs = wallMs()
    const begunMs = steadyMs()
    let timer: NodeJS.Timeout
    const look = () => {
      // Either may have been stopped or set back meanwhile; the one that has come further is right.
      const leftMs = ms - Math.max(wallMs() - begunWallMs, steadyMs() - begunMs)
      if (leftMs <= 0) run()
      else wait(leftMs)
    }
    const wait = (leftMs: number) => {
      timer = setTimeout(look, Math.min(Math.max(0, Math.ceil(leftMs)), LONGEST_WAIT_MS)).unref()
    }
    wait(ms)
    return () => clearTimeout(timer)
  }

  return {
    now: wallMs,
    after,
    sleep: sleepBy(after),
    awake: awake.time,
    onSkip: awake.onSkip,
    close: awake.close,
  }
}

type Sleeper = { dueMs: number; run: () => void }

function createAwake({ wallMs, steadyMs }: Sources) {
  const sleepers = new Set<Sleeper>()
  const listeners = new Set<(ms: number) => void>()
  let earliestMs = Number.POSITIVE_INFINITY
  let passedMs = 0
  /** The latest that anybody was told. */
  let toldMs = 0
  let lastMs = steadyMs()
  let lastWallMs = wallMs()
  let skippedMs = 0

  const ticker = setInterval(step, TICK_MS).unref()

  /** How much of the time since the last step was awake. */
  function stepMs(): number {
    const tookMs = Math.max(0, steadyMs() - lastMs)
    return tookMs > LONGEST_STEP_MS ? TICK_MS : tookMs
  }

  function step(): void {
    const tookMs = stepMs()
    const nowWallMs = wallMs()
    const skipMs = nowWallMs - lastWallMs - tookMs
    passedMs += tookMs
    lastMs = steadyMs()
    lastWallMs = nowWallMs
    skippedMs += skipMs
    if (Math.abs(skipMs) >= TOLD_SKIP_MS || Math.abs(skippedMs) >= TOLD_SUM_MS) {
      const ms = Math.round(skippedMs)
      skippedMs = 0
      for (const tell of listeners) tell(ms)
    }
    if (passedMs >= earliestMs) setImmediate(wake)
  }

  /** After what came in meanwhile has been read: a late message is heard before it is judged. */
  function wake(): void {
    earliestMs = Number.POSITIVE_INFINITY
    for (const sleeper of [...sleepers]) {
      if (sleeper.dueMs > passedMs) earliestMs = Math.min(earliestMs, sleeper.dueMs)
      else if (sleepers.delete(sleeper)) sleeper.run()
    }
  }

  /** Never earlier than before: what seemed a long step may turn out to have been none. */
  function now(): number {
    toldMs = Math.max(toldMs, passedMs + stepMs())
    return toldMs
  }

  function after(ms: number, run: () => void): Cancel {
    // Too short to be judged by: what is asked for is a moment, not a limit.
    if (ms <= TICK_MS) {
      let isOff = false
      const timer = setTimeout(() => setImmediate(() => isOff || run()), Math.max(0, ms)).unref()
      return () => {
        isOff = true
        clearTimeout(timer)
      }
    }
    const sleeper = { dueMs: now() + ms, run }
    sleepers.add(sleeper)
    earliestMs = Math.min(earliestMs, sleeper.dueMs)
    return () => void sleepers.delete(sleeper)
  }

  const time: Timeline = { now, after, sleep: sleepBy(after) }
  return {
    time,
    onSkip(tell: (ms: number) => void): Cancel {
      listeners.add(tell)
      return () => void listeners.delete(tell)
    },
    close: () => clearInterval(ticker),
  }
}
