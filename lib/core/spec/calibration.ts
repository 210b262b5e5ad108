import { z } from 'zod'

const range = z.object({ low: z.number(), likely: z.number(), high: z.number() })

/**
 * The estimate of a run when it was launched; null where nothing could be. Saved with the run, never changed.
 */
export const savedEstimateSchema = z.object({
  agents: range.nullable(),
  costNanoUsd: range.nullable(),
  tokens: range.nullable(),
  /** From start to end without pauses. */
  seconds: range.nullable(),
  /** Where the numbers came from, in words. */
  basis: z.string(),
})
export type SavedEstimate = z.infer<typeof savedEstimateSchema>

/** How a run with an estimate ended: complete, stopped or failed early, or with usage that has no price. */
export const estimatedEnds = ['whole', 'early', 'unpriced'] as const

/**
 * An ended run that had an estimate in dollars, with its actual cost; that cost is complete only where
 * `whole` is true.
 */
export type EstimatedRun = {
  costNanoUsd: { low: number; likely: number; high: number }
  actualNanoUsd: number
  /** The estimate of its agents; null where nothing was. */
  agents: { low: number; high: number } | null
  actualAgents: number
  end: (typeof estimatedEnds)[number]
}

/**
 * How an actual figure compares with its estimate; `ratio` is actual divided by likely, null where likely was
 * zero.
 */
export type Comparison = { ratio: number | null; place: 'below' | 'within' | 'above' }

/** Compares what came with the estimate; both ends of the range are inside it. */
export function compare({ low, likely, high }: EstimatedRun['costNanoUsd'], actual: number): Comparison {
  return {
    ratio: likely > 0 ? actual / likely : null,
    place: placeIn(low, high, actual),
  }
}

export const calibrationSchema = z.object({
  /** Whether the estimates are of this workflow, or of all where it has too few. */
  of: z.enum(['workflow', 'all']),
  /** Estimates looked back on; these, less the two counts of what is not compared, were compared. */
  runs: z.number().int(),
  within: z.number().int(),
  /** Completed runs with an estimate of their agents: how many, and how many of them stayed within it. */
  agents: z.object({ runs: z.number().int(), within: z.number().int() }).nullable().default(null),
  /**
   * Not compared: runs that were stopped or failed below the upper end of their range, so it tells
   * nothing.
   */
  stoppedEarly: z.number().int(),
  /** Not compared: runs whose cost is not known, since a price is missing. */
  unpriced: z.number().int(),
  /** Actual cost divided by likely cost, over completed runs: the 10th and the 90th percentile. */
  ratios: z.object({ low: z.number(), high: z.number() }).nullable(),
})
export type Calibration = z.infer<typeof calibrationSchema>

/** Estimates that a calibration looks back on. */
export const CALIBRATED_RUNS = 20

/** Fewer say nothing. */
export const FEWEST_CALIBRATED = 3

/**
 * How good estimates were; null when there are too few. A run that ended early is compared only if it had
 * already cost more than its range: then the estimate was certainly too low.
 */
export function calibrate(runs: readonly EstimatedRun[], of: Calibration['of']): Calibration | null {
  const compared = runs.flatMap(({ costNanoUsd, actualNanoUsd, end }) => {
    const comparison = compare(costNanoUsd, actualNanoUsd)
    return end === 'whole' || comparison.place === 'above' ? [{ ...comparison, end }] : []
  })
  if (compared.length < FEWEST_CALIBRATED) return null
  const notCompared = (end: EstimatedRun['end']) =>
    runs.filter((run) => run.end === end).length - compared.filter((one) => one.end === end).length
  const counted = runs.flatMap((run) =>
    run.end === 'early' || run.agents === null ? [] : [{ ...run, agents: run.agents }],
  )
  const ratios = compared
    .flatMap(({ ratio, end }) => (ratio === null || end !== 'whole' ? [] : [ratio]))
    .sort((a, b) => a - b)
  const cut = Math.floor(ratios.length / 10)
  const [low, high] = [ratios[cut], ratios[ratios.length - 1 - cut]]
  return {
    of,
    runs: runs.length,
    within: compared.filter(({ place }) => place === 'within').length,
    agents:
      counted.length === 0
        ? null
        : {
            runs: counted.length,
            within: counted.filter(
              ({ agents: { low, high }, actualAgents: came }) => low <= came && came <= high,
            ).length,
          },
    stoppedEarly: notCompared('early'),
    unpriced: notCompared('unpriced'),
    ratios: low === undefined || high === undefined ? null : { low, high },
  }
}

function placeIn(low: number, high: number, actual: number): Comparison['place'] {
  if (actual < low) return 'below'
  return actual > high ? 'above' : 'within'
}
