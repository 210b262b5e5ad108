import type { StatusCounts } from '@/lib/core/agent/agent-status'
import type { PhaseState } from '@/lib/core/agent/phase-state'
import { unphased } from '@/lib/core/run/phases'

/** Phases as they are drawn: each by itself, or those whose titles share a beginning as one. */
export type PhaseGroups = {
  isGrouped: boolean
  /** The title under which an agent of this phase is drawn. */
  titleOf(phase: string | null): string
  /** The groups in the order of their first phases. */
  of(phases: readonly PhaseState[]): PhaseState[]
}

/** Side by side, more than these are no outline any more. */
const MOST_SIDE_BY_SIDE = 24

/** The group for phases that share their beginning with no other, once there are too many groups. */
const others = 'Other phases …'

/**
 * How the phases of a run are drawn in map, strip, timeline, table and costs. A script that names a
 * phase after each of its items has hundreds of them: `Review a.ts`, `Review b.ts` and their like become
 * `Review …`.
 */
export function phaseGroups(phases: readonly { title: string }[]): PhaseGroups {
  const known = byPhases.get(phases)
  if (known !== undefined) return known
  const titles = phases.map(({ title }) => title)
  // The list is another one whenever a count changes; its titles are the same nearly always.
  const groups = isSame(titles, last.titles) ? last.groups : grouped(titles)
  last = { titles, groups }
  byPhases.set(phases, groups)
  return groups
}

const byPhases = new WeakMap<readonly { title: string }[], PhaseGroups>()

const alone: PhaseGroups = {
  isGrouped: false,
  titleOf: (phase) => phase ?? unphased,
  of: (phases) => [...phases],
}

let last: { titles: readonly string[]; groups: PhaseGroups } = { titles: [], groups: alone }

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((title, at) => title === b[at])
}

function grouped(titles: readonly string[]): PhaseGroups {
  if (titles.length <= MOST_SIDE_BY_SIDE) return alone
  const homes = homesOf(titles)
  const titleOf = (phase: string | null) => homes.get(phase ?? unphased) ?? phase ?? unphased
  return { isGrouped: true, titleOf, of: (phases) => merged(phases, titleOf) }
}

/**
 * The group of each title: those with one stem, and all that stand alone where there are too many of them.
 */
function homesOf(titles: readonly string[]): ReadonlyMap<string, string> {
  const byStem = new Map<string, string[]>()
  for (const title of titles) {
    const stem = stemOf(title)
    const held = byStem.get(stem)
    if (held === undefined) byStem.set(stem, [title])
    else held.push(title)
  }
  const bySize = [...byStem].sort(([, a], [, b]) => b.length - a.length)
  const apart = new Set(
    bySize.length <= MOST_SIDE_BY_SIDE
      ? byStem.keys()
      : bySize.slice(0, MOST_SIDE_BY_SIDE - 1).flatMap(([stem, own]) => (own.length > 1 ? [stem] : [])),
  )
  const homes = new Map<string, string>()
  for (const [stem, own] of byStem) {
    const [first = ''] = own
    const homeApart = own.length === 1 ? first : `${stem} …`
    const home = apart.has(stem) ? homeApart : others
    for (const title of own) homes.set(title, home)
  }
  return homes
}

/** The first word of a title without its number: what titles have in common that were made in a loop. */
function stemOf(title: string): string {
  const [first = ''] = title
    .trim()
    .split(/[\s:;,/\\|–—()[\]"'#]+/u)
    .filter(Boolean)
  const word = first.replace(/[-_.]*\d.*$/u, '')
  return (word === '' ? first.replace(/\d+/gu, '') : word) || 'Phase'
}

function merged(phases: readonly PhaseState[], titleOf: (phase: string) => string): PhaseState[] {
  const groups = new Map<string, { phase: PhaseState; count: number }>()
  for (const phase of phases) {
    const title = titleOf(phase.title)
    const held = groups.get(title)
    if (held === undefined) groups.set(title, { phase: { ...phase, title }, count: 1 })
    else groups.set(title, { phase: joined(held.phase, phase), count: held.count + 1 })
  }
  return [...groups.values()].map(({ phase, count }) =>
    count === 1 ? phase : { ...phase, detail: `${count.toLocaleString('en')} phases`, model: null },
  )
}

/** What two phases have done together; the time of both is the time of neither. */
function joined(a: PhaseState, b: PhaseState): PhaseState {
  const { workingSince: x } = a
  const { workingSince: y } = b
  return {
    ...a,
    counts: sum(a.counts, b.counts),
    spentNanoUsd: a.spentNanoUsd + b.spentNanoUsd,
    workedMs: Math.max(a.workedMs, b.workedMs),
    workingSince: x === null || (y !== null && y < x) ? y : x,
  }
}

function sum(a: StatusCounts, b: StatusCounts): StatusCounts {
  return {
    queued: a.queued + b.queued,
    waiting: a.waiting + b.waiting,
    running: a.running + b.running,
    stalled: a.stalled + b.stalled,
    succeeded: a.succeeded + b.succeeded,
    flagged: a.flagged + b.flagged,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    cancelled: a.cancelled + b.cancelled,
  }
}
