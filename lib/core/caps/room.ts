/** A turn with less output room than this, in tokens, would be useless; the cap counts as reached instead. */
export const SMALLEST_USEFUL_TOKENS = 1024

/** The most a turn can add under a cap. `worstCase` grows with its argument; null without a price. */
export type TurnQuote = {
  /** The most its prompt can be, in tokens. */
  inputTokens: number
  /** The most output it may have, in tokens. */
  maxTokens: number
  /** What of it the turn is likely to need. */
  likelyTokens: number
  /** Worst case of the turn in nanodollars, with `maxTokens` of output. */
  worstCase(maxTokens: number): number | null
}

/**
 * The largest output of at most `most` tokens that fits, by bisection; 0 when none does. If an output fits,
 * every smaller one does.
 */
export function largestFitting(most: number, fits: (maxTokens: number) => boolean): number {
  if (fits(most)) return most
  let low = 0
  let high = most
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * Whether `room` tokens are enough to be useful to a turn that asked for `asked`; a turn that asked for
 * little needs no more than that.
 */
export function isUseful(room: number, asked: number): boolean {
  return room >= Math.min(SMALLEST_USEFUL_TOKENS, asked)
}
