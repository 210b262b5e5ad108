import type { RunHistory } from './timeline-history'
import type { TimeScale } from './timeline-scale'
import { isActive } from './timeline-sums'

/** How many agents worked, and how many waited, on average in each of the equal parts of the picture. */
export type MinimapCounts = { active: number[]; waiting: number[]; most: number }

export function minimapOf(
  history: RunHistory,
  scale: TimeScale,
  buckets: number,
  now: number,
): MinimapCounts {
  const active = new Array<number>(buckets).fill(0)
  const waiting = new Array<number>(buckets).fill(0)
  const width = Math.max(1e-6, scale.length / buckets)
  for (const { segments } of history.agents.values())
    for (const { activity, from, until } of segments) {
      const sums = isActive(activity) ? active : waiting
      spread(
        sums,
        scale.squeeze(from - history.origin) / width,
        scale.squeeze((until ?? now) - history.origin) / width,
      )
    }
  return {
    active,
    waiting,
    most: active.reduce((most, one, at) => Math.max(most, one + (waiting[at] ?? 0)), 1),
  }
}

/** Adds to each bucket the share of it that lies between two edges, counted in buckets. */
function spread(sums: number[], from: number, until: number): void {
  const first = Math.max(0, Math.floor(from))
  const last = Math.min(sums.length - 1, Math.floor(until))
  for (let at = first; at <= last; at += 1)
    sums[at] = (sums[at] ?? 0) + Math.max(0, Math.min(until, at + 1) - Math.max(from, at))
}
