import { parseJson } from '@/lib/core/base/json'
import { isNamed } from '@/lib/core/base/named-error'
import { processesHere } from '@/lib/processes/here'
import { uncommittedPaths } from '@/lib/revisions/uncommitted'
import { languagesOf } from '@/lib/workspace/languages'
import { checkedOut } from '@/lib/workspace/revision'
import { glanceInto } from '@/lib/workspace/workspace'
import type { WorkspaceError } from '@/lib/workspace/workspace-error'
import { type LookLine, type LookOrder, lookOrderSchema } from './folder-look-lines'

/**
 * Where the looks at the files stop, one after the other: what the first one finds is known at once, also where
 * the second one does not end in time.
 */
const LIMITS = [
  { files: 2_000, entries: 20_000 },
  { files: 20_000, entries: 200_000 },
]

// A program of its own: a file system that answers nothing would hold up a thread that the whole server needs,
// and a process can be left behind. It says what it knows as soon as it knows it.
const say = (line: LookLine) => process.stdout.write(`${JSON.stringify(line)}\n`)

type Glance = Awaited<ReturnType<typeof glanceInto>>

try {
  await look(lookOrderSchema.parse(parseJson(process.argv[2] ?? '')))
} catch (error) {
  if (!isNamed<WorkspaceError>(error, 'WorkspaceError')) throw error
  say({ kind: 'refused', why: error.kind })
}

async function look({ place, ...options }: LookOrder): Promise<void> {
  const { root, walk, keptBack } = await glanceInto(options)
  const found = await checkedOut(root, options.roots)
  const repository =
    found === null ? null : { branch: found.branch, commit: found.head, within: found.within }
  say({ kind: 'opened', path: root, repository })
  await Promise.all([
    sayFiles(walk),
    found === null
      ? null
      : uncommittedPaths(found, place, processesHere).then((paths) =>
          say({
            kind: 'uncommitted',
            uncommitted: paths?.filter((path) => keptBack(path) === null).length ?? null,
          }),
        ),
  ])
}

async function sayFiles(walk: Glance['walk']): Promise<void> {
  for (const limits of LIMITS) {
    const { files, isCut } = await walk(limits)
    say({
      kind: 'files',
      files: {
        count: files.length,
        bytes: files.reduce((sum, { size }) => sum + size, 0),
        isMore: isCut,
        languages: languagesOf(files),
      },
    })
    if (!isCut) return
  }
}
