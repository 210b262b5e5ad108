/** The order of two texts by code units, or of two numbers, as `sort` wants it: the same in every language. */
export function inOrder<T extends string | number>(a: T, b: T): -1 | 0 | 1 {
  if (a < b) return -1
  return a > b ? 1 : 0
}
