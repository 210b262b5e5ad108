import type { UsageRate } from '@/lib/api/first/overview'
import { usageSoFar } from '@/lib/core/money/usage'
import type { ActiveRun } from '@/lib/engine/context/active-run'
import { forecast } from '@/lib/view/run/forecast'

/** Over these spans what is made and spent is averaged; shorter ones jump with every turn. */
const TOKENS_OVER_MS = 10_000
const MONEY_OVER_MS = 60_000
/** Below this a rate would be made up from one turn. */
const LEAST_MS = 3_000

type Sample = { atMs: number; outputTokens: number; spentNanoUsd: number }

/** How fast active runs go, from what was seen of them since somebody began to look. */
export class UsageRates {
  readonly #samples = new Map<string, Sample[]>()

  constructor(private readonly now: () => number) {}

  /** Looks at a run and says its usageRate. Called at each beat of the overview. */
  read(
    run: Pick<ActiveRun, 'id' | 'inFlightTurns'> & { journal: Pick<ActiveRun['journal'], 'state'> },
  ): UsageRate {
    const atMs = this.now()
    const { totals } = run.journal.state
    const inFlight = [...run.inFlightTurns.values()].reduce(
      (sum, inFlightTurn) => sum + usageSoFar(inFlightTurn.usage, inFlightTurn.outputCharacters).outputTokens,
      0,
    )
    const sample = { atMs, outputTokens: totals.outputTokens + inFlight, spentNanoUsd: totals.spentNanoUsd }
    const samples = [...(this.#samples.get(run.id) ?? []), sample].filter(
      (one) => atMs - one.atMs <= MONEY_OVER_MS,
    )
    this.#samples.set(run.id, samples)
    const heading = forecast(run.journal.state)
    return {
      tokensPerSecond: rate(samples, TOKENS_OVER_MS, 1_000, ({ outputTokens }) => outputTokens),
      nanoUsdPerMinute: rate(samples, MONEY_OVER_MS, 60_000, ({ spentNanoUsd }) => spentNanoUsd),
      left: heading === null ? null : { leftMs: heading.leftMs, isAtLeast: heading.isAtLeast },
    }
  }

  /** Forgets runs that are not active any more, or all of them once nobody looks. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#samples.keys()) if (!ids.has(id)) this.#samples.delete(id)
  }
}

/** What was added a unit of time over the last `overMs`; null before there is enough to say. */
function rate(samples: readonly Sample[], overMs: number, unitMs: number, of: (sample: Sample) => number) {
  const last = samples.at(-1)
  const first = samples.find((sample) => last !== undefined && last.atMs - sample.atMs <= overMs)
  if (first === undefined || last === undefined || last.atMs - first.atMs < LEAST_MS) return null
  // A turn that was counted in flight may be booked with fewer tokens than were guessed.
  return Math.max(0, Math.round(((of(last) - of(first)) / (last.atMs - first.atMs)) * unitMs))
}
