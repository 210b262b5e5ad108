import type { ComparedChanges, ComparedFile } from '@/lib/api/changes'
import { formatCount } from '../format/numbers'
import { fileStatusWords, lineCounts } from './change-words'

export type ComparedKind = ComparedFile['kind']

/** In the order in which they are of interest. */
export const comparedKinds: readonly ComparedKind[] = ['different', 'only-from', 'only-to', 'alike']

/** What became of a file in two runs, in a few words. */
export const comparedKindWords: Readonly<Record<ComparedKind, string>> = {
  different: 'In both, differently',
  'only-from': 'Only in A',
  'only-to': 'Only in B',
  alike: 'In both, alike',
}

/** The kinds that there are files of, with their number. */
export function kindOptions({
  counts,
}: Pick<ComparedChanges, 'counts'>): { kind: ComparedKind; label: string }[] {
  return comparedKinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => ({ kind, label: `${comparedKindWords[kind]} (${formatCount(counts[kind])})` }))
}

/** What each run did to a file: `A modified, +3 −1 · B added, +9 −0`. */
export function doneWords({ from, to }: ComparedFile): string {
  return [
    { name: 'A', done: from },
    { name: 'B', done: to },
  ]
    .flatMap(({ name, done }) =>
      done === null ? [] : [`${name} ${fileStatusWords[done.status].word}, ${lineCounts(done)}`],
    )
    .join(' · ')
}

/** Why there are no changes to compare, in a sentence; null where there are. */
export function noChangesWords({ files }: ComparedChanges): string | null {
  return files.length === 0 ? 'Both runs left every file as it was.' : null
}
