import type { Source } from '@/lib/api/sources'
import { plural } from '@/lib/view/format/numbers'

/** What was added, and what could not be read. */
export function AddedSource({ source }: { source: Source }) {
  return (
    <div role="status" className="min-w-0 break-words text-xs text-ink-2">
      <p>
        <bdi>{source.name}</bdi>: {whatOf(source)} added; agents work on it.
      </p>
      <SourceProblems problems={source.problems} />
    </div>
  )
}

/** What of a source could not be read, and why. */
export function SourceProblems({ problems }: Pick<Source, 'problems'>) {
  return problems.map(({ from, why }) => (
    <p key={from} className="break-words text-failed">
      <bdi>{from}</bdi>: {why}
    </p>
  ))
}

function whatOf({ kind, repository, files }: Source): string {
  return kind === 'repository'
    ? `the repository at ${repository?.commit.slice(0, 12)}`
    : plural(files.length, 'file')
}
