import type { FolderLook, Workspaces } from '@/lib/api/settings'
import { formatBytes, formatCount, plural } from '../format/numbers'

type Listed = Workspaces['workspaces'][number]

/** Folders to choose from: those that runs were launched on, the last one first, and all others as they come. */
export function folderChoices(workspaces: readonly Listed[]): { recent: Listed[]; others: Listed[] } {
  const recent = workspaces.filter(({ usedAt }) => usedAt !== null).slice(0, MOST_RECENT)
  const taken = new Set(recent.map(({ path }) => path))
  return { recent, others: workspaces.filter(({ path }) => !taken.has(path)) }
}

const MOST_RECENT = 6

/** What is known of a folder, in parts that stand one beside the other; and a sentence on uncommitted changes. */
export function folderWords(look: FolderLook): { facts: string[]; changes: string | null } {
  const { files, repository, isCut } = look
  return {
    facts: [
      ...(files === null ? [] : sizeFacts(files)),
      ...(repository === null ? [] : [gitWords(repository)]),
      ...(repository === null && !isCut ? ['no git repository'] : []),
    ],
    changes: changesWords(look),
  }
}

function sizeFacts({ count, bytes, isMore, languages }: NonNullable<FolderLook['files']>): string[] {
  return [
    isMore ? `more than ${formatCount(count)} files` : plural(count, 'file'),
    `${isMore ? 'over ' : ''}${formatBytes(bytes)}`,
    ...(languages.length === 0 ? [] : [languages.join(', ')]),
  ]
}

/** Characters of a commit that tell it from others. */
const SHORT_COMMIT = 7

function gitWords({ branch, commit }: NonNullable<FolderLook['repository']>): string {
  return `git: ${branch ?? 'no branch'} at ${commit.slice(0, SHORT_COMMIT)}`
}

function changesWords({ repository, uncommitted }: FolderLook): string | null {
  if (repository === null) return null
  if (uncommitted === null)
    return 'Whether there are uncommitted changes is not known. They would be included.'
  if (uncommitted === 0) return 'No uncommitted changes.'
  return `${plural(uncommitted, 'uncommitted change')}: ${
    uncommitted === 1 ? 'it is' : 'they are'
  } included, nothing is touched.`
}
