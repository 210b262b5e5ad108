import { send } from './host'
import { state } from './state'
import { RealNumber, RealTypeError } from './taken-aside'

// Timers are facts: the sandbox is asked to set them, and delivers when they have fired.

/** The longest a timer can wait, in the browsers and servers that scripts are written for. */
export const LONGEST_DELAY_MS = 2_147_483_647
const SHORTEST_INTERVAL_MS = 50

const timers: Record<number, () => void> = Object.create(null)
/** The next timer of each interval, by the interval's handle, which is negative. */
const intervals: Record<number, number> = Object.create(null)
let intervalCount = 0

type Run = (...values: unknown[]) => unknown

/** The timers of one workflow, by its call scope. */
export function timersOf(scope: string) {
  function after(run: () => void, delay: unknown): number {
    state.calls += 1
    const id = state.calls
    const context = state.current
    timers[id] = () => {
      state.current = context
      run()
    }
    const wantedMs = RealNumber(delay)
    const delayMs = wantedMs > 0 ? (wantedMs < LONGEST_DELAY_MS ? wantedMs : LONGEST_DELAY_MS) : 0
    send('set-timer', { __proto__: null, id, scope, delayMs })
    return id
  }
  function setTimeout(run: Run, delay: unknown, ...values: unknown[]): number {
    if (typeof run !== 'function') throw new RealTypeError('setTimeout takes a function')
    return after(() => run(...values), delay)
  }
  function setInterval(run: Run, delay: unknown, ...values: unknown[]): number {
    if (typeof run !== 'function') throw new RealTypeError('setInterval takes a function')
    intervalCount += 1
    const handle = -intervalCount
    const wait = RealNumber(delay) > SHORTEST_INTERVAL_MS ? delay : SHORTEST_INTERVAL_MS
    const tick = () => {
      intervals[handle] = after(tick, wait)
      run(...values)
    }
    intervals[handle] = after(tick, wait)
    return handle
  }
  function clearTimeout(handle: number): void {
    const id = intervals[handle] === undefined ? handle : intervals[handle]
    delete intervals[handle]
    if (timers[id] === undefined) return
    delete timers[id]
    send('clear-timer', { __proto__: null, id })
  }
  return { setTimeout, setInterval, clearTimeout, clearInterval: clearTimeout }
}

/** Runs the timer that has fired. */
export function fire(id: number): void {
  const run = timers[id]
  delete timers[id]
  if (run) run()
}
