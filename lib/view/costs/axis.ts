/** Lines between the bottom and the top of an axis, at most. */
const MOST_STEPS = 4

/**
 * Amounts to write beside an axis that begins at zero and holds `most`: round ones, evenly apart, from zero up;
 * the last is the top of the axis.
 */
export function axisTicks(most: number): number[] {
  if (!(most > 0)) return [0]
  const rough = most / MOST_STEPS
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10)
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, at) => at * step)
}
