import { shortenText } from '../base/cut-text'

/** Longest title that is made of something else. */
const LONGEST_TITLE = 80

/** What a run of a goal is called until somebody names it: the goal's first line, shortened. */
export function goalTitle(goal: string): string {
  return shortenText(goal.split('\n', 1)[0] ?? '', LONGEST_TITLE)
}

/**
 * The name of a planned script as the title of its run: `check-error-handling` is `Check error handling`. Null for
 * a name of one word, which says less than the goal.
 */
export function plannedTitle(name: string): string | null {
  const words = name.split(/[\s_-]+/).filter((word) => /[\p{L}\p{N}]/u.test(word))
  const text = words.join(' ')
  return words.length < 2 ? null : shortenText(text.slice(0, 1).toUpperCase() + text.slice(1), LONGEST_TITLE)
}
