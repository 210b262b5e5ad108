/** Whose money a sum is of. Imported runs were paid for elsewhere; theirs is real and was not spent here. */
export type MoneyOf = { simulated: boolean; imported?: boolean | undefined }

/**
 * The column `simulated` of every table of sums: 0 for what was spent here, 1 for the simulator's, 2 for what
 * imported runs had cost. Every sum is asked of one of them, so none is ever in another.
 */
export function moneyNumber({ simulated, imported }: MoneyOf): 0 | 1 | 2 {
  if (imported === true) return 2
  return simulated ? 1 : 0
}
