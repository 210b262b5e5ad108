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
  theirs: { label: string; asked: string; more: string },
): string {
  const paths = conflicts.map(({ path }) => `- ${path}`).join('\n')
  return `Two agents changed the same places of these files, and both changes are wanted:
${paths}

In each file, a part between "<<<<<<<" and "=======" is what was merged before, and the part from there to ">>>>>>>" is what "${theirs.label}" wants to add. Read each file, edit it so that it does what both sides meant, and remove every marker. Change nothing else. Where both cannot be had, keep what was merged before and fit the other side to it.

"${theirs.label}" had been asked:
<request>
${cutText(theirs.asked, ASKED_CHARACTERS)}
</request>

${theirs.more === '' ? '' : `${theirs.more}\n\n`}Answer with one sentence for each file on how you resolved it.`
}

/** Characters of a check's output that its fixer is told; the end says most. */
const OUTPUT_CHARACTERS = 8_000

/** What an agent is asked that mends what a merged change has broken. */
export function fixPrompt(broken: { check: string; output: string; label: string; asked: string }): string {
  return `The changes of several agents were merged, and the check fails since those of "${broken.label}" were added. Mend the files so that it passes: keep what the changes were meant to do, and do not weaken the check or the tests.

The check is:
<command>
${broken.check}
</command>

It ended with:
<output>
${broken.output.slice(-OUTPUT_CHARACTERS)}
</output>

"${broken.label}" had been asked:
<request>
${cutText(broken.asked, ASKED_CHARACTERS)}
</request>

Run the check yourself if you can. Answer with what was broken and how you mended it.`
}
