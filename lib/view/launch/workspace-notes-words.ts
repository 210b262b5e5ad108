import type { Plan } from '@/lib/api/plan'
import { formatUsd } from '../format/money'
import { formatCount, plural, sentenceList } from '../format/numbers'

type Notes = NonNullable<Plan['workspaceNotes']>

/** How many of the files are named; the others are counted. */
const MOST_NAMED = 3

/** Which notes of a workspace agents are told, or would be. */
export function namesOfNotes({ files, skills, further }: Notes): string {
  const named = files.slice(0, MOST_NAMED).map(({ path, isCut }) => (isCut ? `${path} (cut)` : path))
  const more = files.length - named.length
  return sentenceList([
    ...named,
    ...(more > 0 ? [`${more} more`] : []),
    ...(skills.length > 0 ? [`${plural(skills.length, 'skill')} by name`] : []),
    ...(further.length > 0 ? [`${plural(further.length, 'nested file')} by path`] : []),
  ])
}

/** What telling them takes, in a sentence; the price is left out where none is known. */
export function priceOfNotes({ tokensEach, costNanoUsd }: Notes): string {
  const price = costNanoUsd === null ? '' : `; likely ${formatUsd(costNanoUsd)} in all`
  return `About ${formatCount(tokensEach)} tokens in every prompt of every agent with files${price}`
}
