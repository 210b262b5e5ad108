import { createHash } from 'node:crypto'
import type { FileChange, Patch } from '@/lib/core/agent/patch'
import type { Repository } from './repository'

/** Files that differ between two trees, sorted by path. A file that moved is one gone and one more. */
export async function changesBetween({ git }: Repository, base: string, tree: string): Promise<FileChange[]> {
  return (await compare(git, base, tree)).changes
}

/** What lies between two trees; null when they are the same. */
export async function patchBetween({ git }: Repository, base: string, tree: string): Promise<Patch | null> {
  if (base === tree) return null
  const { changes, digest } = await compare(git, base, tree)
  if (changes.length === 0) return null
  const sum = (of: (change: FileChange) => number | null) =>
    changes.reduce((total, change) => total + (of(change) ?? 0), 0)
  return {
    base,
    tree,
    digest,
    files: changes.length,
    added: sum((change) => change.added),
    removed: sum((change) => change.removed),
  }
}

/** The difference as text that `git apply` takes, binary files included. Of some paths, or of all. */
export async function patchText(
  { git }: Repository,
  base: string,
  tree: string,
  paths: readonly string[] = [],
): Promise<string> {
  const args = [
    'diff-tree',
    '-r',
    '-p',
    '--binary',
    '--full-index',
    '--no-renames',
    '--no-ext-diff',
    '--no-textconv',
  ]
  const { output } = await git.run([...args, base, tree, ...(paths.length === 0 ? [] : ['--', ...paths])])
  return output.toString('utf8')
}

const statuses: Readonly<Record<string, FileChange['status']>> = {
  A: 'added',
  D: 'deleted',
  M: 'modified',
  T: 'modified',
}

async function compare(git: Repository['git'], base: string, tree: string) {
  const args = [
    'diff-tree',
    '-r',
    '-z',
    '--raw',
    '--numstat',
    '--no-renames',
    '--no-ext-diff',
    '--no-textconv',
  ]
  const { output } = await git.run([...args, base, tree])
  const fields = output.toString('utf8').split('\0')
  const status = new Map<string, FileChange['status']>()
  const changes: FileChange[] = []
  const digest = createHash('sha256')
  for (let at = 0; at < fields.length - 1; at++) {
    const field = fields[at] ?? ''
    if (field.startsWith(':')) {
      at += 1
      const path = fields[at] ?? ''
      status.set(path, statuses[field.split(' ').at(-1) ?? ''] ?? 'modified')
      digest.update(`${field}\0${path}\0`)
      continue
    }
    const match = /^(\d+|-)\t(\d+|-)\t(.+)$/s.exec(field)
    const [, added, removed, path] = match ?? []
    if (path === undefined) continue
    const lines = (text: string | undefined) => (text === undefined || text === '-' ? null : Number(text))
    changes.push({
      path,
      status: status.get(path) ?? 'modified',
      added: lines(added),
      removed: lines(removed),
    })
  }
  return { changes, digest: digest.digest('hex') }
}
