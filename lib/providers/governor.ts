import { setMaxListeners } from 'node:events'
import type { Clock } from '@/lib/core/ports/clock'
import type { Governor, Permit } from '@/lib/core/ports/ports'
import { Bucket, type Ticket } from './governor-bucket'

type Options = {
  clock: Pick<Clock, 'now' | 'after'>
  /** Requests in flight over all families; none when absent. */
  maxConcurrency?: number
}

type Waiter = {
  number: number
  leave(permit: Permit): void
  onWait(untilMs: number | null): void
}

/** A family's bucket, those who wait for it in order of arrival, and the one timer that wakes them. */
type Line = {
  bucket: Bucket
  waiters: Set<Waiter>
  alarm: { at: number; cancel(): void } | null
}

/**
 * A governor for one credential. All requests of a family share one window, one count of requests left and
 * one blocked-until, so one refusal delays everybody once instead of each agent finding out for itself.
 */
export function createGovernor({ clock, maxConcurrency = Number.POSITIVE_INFINITY }: Options): Governor {
  const { now } = clock
  const lines = new Map<string, Line>()
  let inFlight = 0
  let arrivals = 0

  function lineOf(family: string): Line {
    const known = lines.get(family)
    if (known !== undefined) return known
    const line: Line = { bucket: new Bucket(family), waiters: new Set(), alarm: null }
    lines.set(family, line)
    return line
  }

  /** Lets out all that may leave, the longest waiting first, whatever the family. */
  function release(): void {
    while (inFlight < maxConcurrency) {
      const next = nextToLeave()
      if (next === null) return
      next.line.waiters.delete(next.waiter)
      next.waiter.leave(permitFor(next.line))
    }
  }

  function nextToLeave(): { line: Line; waiter: Waiter } | null {
    let next: { line: Line; waiter: Waiter } | null = null
    for (const line of lines.values()) {
      const waiter = firstOf(line.waiters)
      if (waiter === undefined || (next !== null && next.waiter.number < waiter.number)) continue
      const opening = line.bucket.opening(now())
      if (opening === 'open') next = { line, waiter }
      else if (opening !== 'full') wakeAt(line, opening)
    }
    return next
  }

  function wakeAt(line: Line, at: number): void {
    if (line.alarm !== null && line.alarm.at === at) return
    line.alarm?.cancel()
    const cancel = clock.after(Math.max(1, at - now()), () => {
      line.alarm = null
      release()
    })
    line.alarm = { at, cancel }
  }

  function permitFor(line: Line): Permit {
    const ticket = line.bucket.take(now())
    inFlight += 1
    return {
      headers(limits) {
        line.bucket.headers(ticket, limits, now())
        // A refusal has headers too and settles within this tick; only what outlives the tick was let
        // through.
        clock.after(0, () => acceptLate(line, ticket))
      },
      settle(failed) {
        if (ticket.isSettled) return
        inFlight -= 1
        const isBlockNews = line.bucket.settle(ticket, failed, now())
        if (isBlockNews) for (const waiter of line.waiters) waiter.onWait(line.bucket.blockedUntil)
        release()
      },
    }
  }

  function acceptLate(line: Line, ticket: Ticket): void {
    if (ticket.isSettled || ticket.isAccepted) return
    line.bucket.accept(ticket)
    release()
  }

  return {
    admit: (family, signal, onWait) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason)
          return
        }
        const line = lineOf(family)
        const abandon = () => {
          line.waiters.delete(waiter)
          if (line.waiters.size === 0) line.alarm = cancelled(line.alarm)
          reject(signal.reason)
        }
        const waiter: Waiter = {
          number: arrivals++,
          leave(permit) {
            signal.removeEventListener('abort', abandon)
            resolve(permit)
          },
          onWait,
        }
        // A whole run may wait on one signal; Node would warn of a leak at the eleventh.
        setMaxListeners(0, signal)
        signal.addEventListener('abort', abandon, { once: true })
        line.waiters.add(waiter)
        release()
        if (line.waiters.has(waiter)) onWait(line.bucket.blockedUntil ?? line.alarm?.at ?? null)
      }),
    headroom: () => [...lines.values()].map((line) => line.bucket.headroom()),
  }
}

function cancelled(alarm: Line['alarm']): null {
  alarm?.cancel()
  return null
}

function firstOf(waiters: Set<Waiter>): Waiter | undefined {
  for (const waiter of waiters) return waiter
}
