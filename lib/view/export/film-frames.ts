import { agentCount, endedCount } from '@/lib/core/agent/agent-status'
import { openCheckpoints } from '@/lib/core/run/checkpoints'
import type { Envelope } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'
import { type DisplayStatus, displayStatusOf, runStatusDisplay } from '../agent/status-display'
import { usdIn } from '../format/money'
import { formatCount, plural } from '../format/numbers'
import type { RunHistory } from '../timeline/timeline-history'
import { formatMoment, idleGaps, timeScale } from '../timeline/timeline-scale'
import { endOf } from '../timeline/timeline-sums'

/** Pictures of a film. More are hardly seen, and each makes the file longer. */
const FRAMES = 120

/** One picture of a film: what each agent does, and the line of figures above. */
export type FilmFrame = {
  /** By the agent's id; those that are not there yet have none. */
  statuses: ReadonlyMap<string, DisplayStatus>
  words: string
}

/**
 * The moments that a film of a run shows, in milliseconds since 1970: evenly over its time, in which stretches
 * where nothing happened are cut short. The last is its end, or `nowMs` for a run that goes on.
 */
export function filmMoments(history: RunHistory, nowMs: number): number[] {
  const scale = timeScale(endOf(history, nowMs) - history.origin, idleGaps(history, nowMs))
  return Array.from({ length: FRAMES }, (_, at) =>
    Math.round(history.origin + scale.stretch((at / (FRAMES - 1)) * scale.length)),
  )
}

/** The picture of a run at a moment, so many milliseconds after it began. */
export function filmFrame(state: RunState, elapsedMs: number): FilmFrame {
  const { run, totals, checkpoints } = state
  const asks = openCheckpoints({ run, checkpoints }).length > 0
  const all = agentCount(totals.agents)
  const words = [
    formatMoment(elapsedMs),
    usdIn(run.simulated)(totals.spentNanoUsd),
    all === 0 ? 'no agents yet' : `${formatCount(endedCount(totals.agents))} of ${plural(all, 'agent')}`,
    runStatusDisplay(run.status, asks).label,
  ]
  const statuses = new Map<string, DisplayStatus>()
  for (const agent of state.agents.values()) statuses.set(agent.id, displayStatusOf(agent))
  return { statuses, words: words.join(' · ') }
}

/** The pictures of a whole journal, which comes in pages, at these moments; `origin` is when the run began. */
export async function filmOfJournal(
  pages: AsyncIterable<readonly Envelope[]>,
  moments: readonly number[],
  origin: number,
): Promise<FilmFrame[]> {
  const frames: FilmFrame[] = []
  let state: RunState | null = null
  const shoot = (until: number) => {
    for (let ms = moments[frames.length]; ms !== undefined && ms < until; ms = moments[frames.length]) {
      if (state === null) return
      frames.push(filmFrame(state, ms - origin))
    }
  }
  for await (const page of pages) {
    let folded = 0
    for (const [at, envelope] of page.entries()) {
      const ms = Date.parse(envelope.at)
      if (ms <= (moments[frames.length] ?? Number.POSITIVE_INFINITY)) continue
      if (at > folded) state = foldAll(state, page.slice(folded, at))
      folded = at
      shoot(ms)
    }
    if (page.length > folded) state = foldAll(state, page.slice(folded))
  }
  shoot(Number.POSITIVE_INFINITY)
  return frames
}
