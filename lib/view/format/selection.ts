/**
 * The chosen ids after one was ticked: with `from`, everything between the two becomes as the ticked one is.
 */
export function ticked(
  all: readonly string[],
  chosen: readonly string[],
  id: string,
  isChosen: boolean,
  from: string | null,
): string[] {
  const [begin, end] = [all.indexOf(from ?? id), all.indexOf(id)]
  const range = begin < 0 || end < 0 ? [id] : all.slice(Math.min(begin, end), Math.max(begin, end) + 1)
  const others = chosen.filter((one) => !range.includes(one))
  return isChosen ? [...others, ...range] : others
}
