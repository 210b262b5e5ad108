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
  /** Nanodollars of the turn with so many tokens of output. */
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

/** Whether a room is of use to a turn that asked for so much: one that asks for little is content with it. */
export function isUseful(room: number, asked: number): boolean {
  return room >= Math.min(SMALLEST_USEFUL_TOKENS, asked)
}
