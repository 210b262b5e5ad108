import type { FoundImport, ImportedRun } from '@/lib/api/imports/imports'
import type { Imported, Skipped } from '@/lib/core/spec/imported'
import { plural, sentenceList } from '../format/numbers'

/** What is said of every imported run. */
export const importedMeaning =
  'Imported from Claude Code: it was made and paid for there, and counts against no cap or budget here'

const stateWords: Readonly<Record<FoundImport['state'], string>> = {
  completed: 'Completed',
  failed: 'Failed',
  killed: 'Stopped',
  unfinished: 'No end: interrupted, or still at work',
}

/** How a run ended by its own files. */
export function stateOfFound({ state }: Pick<FoundImport, 'state'>): string {
  return stateWords[state]
}

/** What was left out of an import; null where nothing was. */
export function skippedWords(skipped: readonly Skipped[]): string | null {
  if (skipped.length === 0) return null
  return `Not read: ${sentenceList(skipped.map(({ what, count }) => `${what} (${count.toLocaleString('en')})`))}.`
}

/** What an import came to, in a sentence or two. */
export function importedWords({ outcome, agents, turns, skipped, forkable }: ImportedRun): string {
  const what = `${plural(agents, 'agent')}, ${plural(turns, 'answer')}`
  const done = {
    already: 'It was imported before and has not changed.',
    imported: `Imported: ${what}.`,
    renewed: `Imported again, as it had changed: ${what}.`,
  }[outcome]
  const fork = outcome === 'already' ? null : `A fork reuses ${plural(forkable, 'answer')}.`
  return [done, fork, skippedWords(skipped)].filter(Boolean).join(' ')
}

/** What the page of an imported run says of where it comes from. */
export function originWords({ version, folder, forkable, skipped }: Imported, agents: number): string {
  const by = version === null ? 'Claude Code' : `Claude Code ${version}`
  const where = folder === null ? '' : ` in ${folder}`
  const fork = `A fork reuses ${forkable === agents ? 'all' : `${forkable} of`} its ${plural(agents, 'answer')}.`
  return [`Made by ${by}${where}.`, fork, skippedWords(skipped)].filter(Boolean).join(' ')
}
