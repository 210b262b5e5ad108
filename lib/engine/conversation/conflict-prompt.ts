import type { Conflict } from '@/lib/core/agent/patch'
import { cutText } from '@/lib/core/base/cut-text'

/** Characters of the request whose changes are in conflict that its resolver is told. */
const ASKED_CHARACTERS = 4_000

/**
 * What an agent is asked that makes one of two sides. It begins from files that hold both, between markers,
 * so nothing of either has to be told.
 */
export function conflictPrompt(
  conflicts: readonly Conflict[],
  theirs: { label: string; asked: string },
): string {
  const paths = conflicts.map(({ path }) => `- ${path}`).join('\n')
  return `Two agents changed the same places of these files, and both changes are wanted:
${paths}

In each file, a part between "<<<<<<<" and "=======" is what was merged before, and the part from there to ">>>>>>>" is what "${theirs.label}" wants to add. Read each file, edit it so that it does what both sides meant, and remove every marker. Change nothing else. Where both cannot be had, keep what was merged before and fit the other side to it.

"${theirs.label}" had been asked:
<request>
${cutText(theirs.asked, ASKED_CHARACTERS)}
</request>

Answer with one sentence for each file on how you resolved it.`
}
