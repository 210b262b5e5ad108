import { parseJson } from '@/lib/core/base/json'
import { isNamed } from '@/lib/core/base/named-error'
import { uncommittedPaths } from '@/lib/revisions/uncommitted'
import { languagesOf } from '@/lib/workspace/languages'
import { checkedOut } from '@/lib/workspace/revision'
import { glanceInto } from '@/lib/workspace/workspace'
import type { WorkspaceError } from '@/lib/workspace/workspace-error'
import { type LookLine, type LookOrder, lookOrderSchema } from './folder-look-lines'

/** Where the look at the files stops: a picker says "more than", and agents are not asked to wait. */
const LIMITS = { files: 20_000, entries: 200_000 }

// A program of its own: a file system that answers nothing would hold up a thread that the whole server needs,
// and a process can be left behind. It says what it knows as soon as it knows it.
const say = (line: LookLine) => process.stdout.write(`${JSON.stringify(line)}\n`)

try {
  await look(lookOrderSchema.parse(parseJson(process.argv[2] ?? '')))
} catch (error) {
  if (!isNamed<WorkspaceError>(error, 'WorkspaceError')) throw error
  say({ kind: 'refused', why: error.kind })
}

async function look({ place, ...options }: LookOrder): Promise<void> {
  const { root, walk, keptBack } = await glanceInto(options, LIMITS)
  const found = await checkedOut(root, options.roots)
  const repository =
    found === null ? null : { branch: found.branch, commit: found.head, within: found.within }
  say({ kind: 'opened', path: root, repository })
  await Promise.all([
    walk().then(({ files, isCut }) =>
      say({
        kind: 'files',
        files: {
          count: files.length,
          bytes: files.reduce((sum, { size }) => sum + size, 0),
          isMore: isCut,
          languages: languagesOf(files),
        },
      }),
    ),
    found === null
      ? null
      : uncommittedPaths(found, place).then((paths) =>
          say({
            kind: 'uncommitted',
            uncommitted: paths?.filter((path) => keptBack(path) === null).length ?? null,
          }),
        ),
  ])
}
