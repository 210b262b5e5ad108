import { z } from 'zod'

const range = z.object({ low: z.number(), likely: z.number(), high: z.number() })

/** What was foretold of a run when it was launched; null where nothing could be. Kept with the run, never changed. */
export const keptEstimateSchema = z.object({
  agents: range.nullable(),
  costNanoUsd: range.nullable(),
  tokens: range.nullable(),
  /** From start to end without pauses. */
  seconds: range.nullable(),
  /** Where the numbers came from, in words. */
  basis: z.string(),
})
export type KeptEstimate = z.infer<typeof keptEstimateSchema>

/** An ended run that had an estimate of its dollars, with what it came to. */
export type EstimatedRun = { costNanoUsd: { low: number; likely: number; high: number }; actualNanoUsd: number }

/** How an actual stands to what was foretold; `ratio` is actual to likely, null where likely was nothing. */
export type Comparison = { ratio: number | null; place: 'below' | 'within' | 'above' }

/** Compares what came with what was foretold; both ends of the range are inside it. */
export function compare({ low, likely, high }: EstimatedRun['costNanoUsd'], actual: number): Comparison {
  return {
    ratio: likely > 0 ? actual / likely : null,
    place: actual < low ? 'below' : actual > high ? 'above' : 'within',
  }
}

export const calibrationSchema = z.object({
  /** Whose estimates: this workflow's, or all of them where it has too few. */
  of: z.enum(['workflow', 'all']),
  runs: z.number().int(),
  within: z.number().int(),
  /** Actual to likely: the middle eight tenths of them. */
  ratios: z.object({ low: z.number(), high: z.number() }).nullable(),
})
export type Calibration = z.infer<typeof calibrationSchema>

/** Estimates that a calibration looks back on. */
export const CALIBRATED_RUNS = 20

/** Fewer say nothing. */
export const FEWEST_CALIBRATED = 3

/** How good estimates were; null when there are too few to say. */
export function calibrate(runs: readonly EstimatedRun[], of: Calibration['of']): Calibration | null {
  if (runs.length < FEWEST_CALIBRATED) return null
  const compared = runs.map(({ costNanoUsd, actualNanoUsd }) => compare(costNanoUsd, actualNanoUsd))
  const ratios = compared.flatMap(({ ratio }) => (ratio === null ? [] : [ratio])).sort((a, b) => a - b)
  const cut = Math.floor(ratios.length / 10)
  const [low, high] = [ratios[cut], ratios[ratios.length - 1 - cut]]
  return {
    of,
    runs: runs.length,
    within: compared.filter(({ place }) => place === 'within').length,
    ratios: low === undefined || high === undefined ? null : { low, high },
  }
}
