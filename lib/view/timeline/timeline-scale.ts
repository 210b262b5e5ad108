import type { RunHistory } from './timeline-history'
import { endOf, isActive } from './timeline-sums'

/** A stretch in which no model answered and no tool worked. */
export type Gap = { from: number; until: number }

/** Real time to time as it is drawn and back, both in milliseconds since the origin. */
export type TimeScale = {
  /** Length of the whole picture, idle gaps cut short. */
  length: number
  gaps: readonly (Gap & { at: number; width: number })[]
  squeeze: (ms: number) => number
  stretch: (drawn: number) => number
}

/** Shorter gaps belong to the work: a script computes, a commit is written. */
const SHORTEST_GAP_MS = 2_000
const GAP_SHARE = 0.02

/** Idle stretches long enough to be collapsed, since the origin. */
export function idleGaps(history: RunHistory, now: number): Gap[] {
  const until = endOf(history, now) - history.origin
  const busy: Gap[] = []
  for (const { segments } of history.agents.values())
    for (const segment of segments)
      if (isActive(segment.activity))
        busy.push({ from: segment.from - history.origin, until: (segment.until ?? now) - history.origin })
  return idleGapsOf(busy, until)
}

/** Stretches up to `until` that none of these covers, if they are long enough to be worth it. */
export function idleGapsOf(busy: Gap[], until: number): Gap[] {
  busy.sort((a, b) => a.from - b.from)
  const gaps: Gap[] = []
  let edge = 0
  for (const one of busy) {
    if (one.from > edge) gaps.push({ from: edge, until: one.from })
    edge = Math.max(edge, one.until)
  }
  if (until > edge) gaps.push({ from: edge, until })
  const shortest = Math.max(SHORTEST_GAP_MS, until * GAP_SHARE)
  return gaps.filter((gap) => gap.until - gap.from > shortest)
}

/** A scale over `length` milliseconds in which these gaps are drawn short. */
export function timeScale(length: number, gaps: readonly Gap[]): TimeScale {
  const work = gaps.reduce((sum, gap) => sum - (gap.until - gap.from), length)
  const width = Math.max(work * GAP_SHARE, 1)
  let cut = 0
  const placed = gaps.map((gap) => {
    const shown = Math.min(width, gap.until - gap.from)
    const at = gap.from - cut
    cut += gap.until - gap.from - shown
    return { ...gap, at, width: shown }
  })
  const squeeze = (ms: number) => {
    let lost = 0
    for (const gap of placed) {
      if (ms <= gap.from) break
      const whole = gap.until - gap.from
      const into = Math.min(ms - gap.from, whole)
      lost += into - (whole === 0 ? 0 : (into / whole) * gap.width)
    }
    return ms - lost
  }
  const stretch = (drawn: number) => {
    let lost = 0
    for (const gap of placed) {
      if (drawn <= gap.at) break
      const whole = gap.until - gap.from
      const into = Math.min(drawn - gap.at, gap.width)
      lost += (gap.width === 0 ? whole : (into / gap.width) * whole) - into
    }
    return drawn + lost
  }
  return { length: squeeze(length), gaps: placed, squeeze, stretch }
}

/** Part of the drawn time that is on screen. */
export type TimeWindow = { from: number; until: number }

/** A window zoomed by a factor about one of its moments, within the picture. */
export function zoomed(window: TimeWindow, factor: number, about: number, length: number): TimeWindow {
  const span = window.until - window.from
  const next = Math.min(length, Math.max(Math.min(20, length), span * factor))
  const share = span === 0 ? 0.5 : (about - window.from) / span
  return within(about - share * next, next, length)
}

/** A window moved by `by`, within the picture. */
export function panned(window: TimeWindow, by: number, length: number): TimeWindow {
  return within(window.from + by, window.until - window.from, length)
}

function within(from: number, span: number, length: number): TimeWindow {
  const start = Math.max(0, Math.min(from, length - span))
  return { from: start, until: start + span }
}

const stepsMs = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 86_400_000,
] as const

/** Round moments for a time axis, at most about `most` of them. */
export function ticks(from: number, until: number, most: number): number[] {
  const span = Math.max(1, until - from)
  const step = stepsMs.find((one) => span / one <= most) ?? span
  const first = Math.ceil(from / step) * step
  const count = Math.max(0, Math.floor((until - first) / step) + 1)
  return Array.from({ length: count }, (_, index) => first + index * step)
}

/** `00:32`, `02:10.5`, `1:04:09`: a place on the page's clock; tenths where they matter. */
export function formatMoment(ms: number, hasTenths = false): string {
  const whole = Math.max(0, hasTenths ? Math.floor(ms / 100) / 10 : Math.floor(ms / 1000))
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  const seconds = hasTenths
    ? (whole % 60).toFixed(1).padStart(4, '0')
    : String(Math.floor(whole % 60)).padStart(2, '0')
  const pad = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${pad(minutes)}:${seconds}` : `${pad(minutes)}:${seconds}`
}
