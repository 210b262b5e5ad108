import type { Conflict } from '@/lib/core/agent/patch'
import type { MergedTree } from '@/lib/core/ports/revisions'
import type { GitOptions } from './git'
import type { Repository } from './repository'

/**
 * The changes from `base` to `theirs` made to `ours` as well, in the object store: no folder is needed. Git
 * names its base by history, so the three trees become commits that nobody else will see.
 */
export async function mergeTrees(
  { git, objects }: Repository,
  [base, ours, theirs]: readonly [string, string, string],
  options: Pick<GitOptions, 'alternates' | 'signal'> = {},
): Promise<MergedTree> {
  if (ours === base || ours === theirs) return { tree: theirs, conflicts: [] }
  if (theirs === base) return { tree: ours, conflicts: [] }
  const commit = (tree: string, parents: readonly string[]) =>
    objects.write('commit', Buffer.from(commitText(tree, parents)))
  const root = await commit(base, [])
  const [one, other] = await Promise.all([commit(ours, [root]), commit(theirs, [root])])
  const { code, output } = await git.run(
    ['merge-tree', '--write-tree', '--allow-unrelated-histories', '--messages', '-z', one, other],
    { ...options, answers: [1] },
  )
  const said = output.toString('utf8')
  const tree = said.slice(0, 40)
  return { tree, conflicts: code === 0 ? [] : conflictsIn(said.slice(41)) }
}

const nobody = 'Skein <skein@localhost> 0 +0000'

/** A commit by nobody at no time: the same trees always make the same one. */
export function commitText(tree: string, parents: readonly string[], message = ''): string {
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${nobody}`,
    `committer ${nobody}`,
  ]
  return `${lines.join('\n')}\n\n${message}`
}

/**
 * What `git merge-tree -z` says after the tree: a line for each side of each path in conflict, an empty line,
 * and messages of a count, that many paths, a short and a long text.
 */
function conflictsIn(said: string): Conflict[] {
  const end = said.indexOf('\0\0')
  const listed = said.slice(0, end === -1 ? said.length : end).split('\0')
  const paths = new Set(
    listed.flatMap((line) => {
      const path = /^\d+ [0-9a-f]{40} \d\t(.+)$/s.exec(line)?.[1]
      return path === undefined ? [] : [path]
    }),
  )
  const found = new Map<string, Conflict>()
  for (const { about, kind, text } of messagesIn(end === -1 ? '' : said.slice(end + 2))) {
    if (!kind.startsWith('CONFLICT')) continue
    for (const path of about.filter((one) => paths.has(one)))
      if (!found.has(path)) found.set(path, { path, kind: kindOf(kind), detail: text.trim() })
  }
  for (const path of paths)
    if (!found.has(path)) found.set(path, { path, kind: 'other', detail: 'Both sides changed it.' })
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

function kindOf(kind: string): Conflict['kind'] {
  if (kind === 'CONFLICT (contents)') return 'content'
  return kind === 'CONFLICT (binary)' ? 'binary' : 'other'
}

function messagesIn(said: string): { about: string[]; kind: string; text: string }[] {
  const fields = said.split('\0')
  const messages: { about: string[]; kind: string; text: string }[] = []
  for (let at = 0; at < fields.length - 1; ) {
    const count = Number(fields[at])
    if (!Number.isInteger(count) || fields[at] === '') break
    const about = fields.slice(at + 1, at + 1 + count)
    messages.push({ about, kind: fields[at + 1 + count] ?? '', text: fields[at + 2 + count] ?? '' })
    at += 3 + count
  }
  return messages
}
