import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GitError } from './git'
import { commitText } from './merge-trees'
import type { Repository } from './repository'
import { emptyTree, type Objects } from './trees'

/** Files of a tree in a folder, for commands that need one. */
export type Checkout = {
  folder: string
  /** The tree its files are known to be. */
  readonly tree: string
  /** Makes the files those of another tree; only what differs is written. */
  moveTo(tree: string): Promise<void>
  /**
   * The tree of its files as they are now: without what its ignore files name, what is no file, and what
   * `refusal` keeps from agents.
   */
  record(refusal: (path: string) => string | null): Promise<string>
  remove(): Promise<void>
}

/** Where the objects of a checkout's own history are seen by those who work in it. */
export const HISTORY_FOLDER = '/skein-history'

/**
 * Checks a tree out into a folder of its own below `parent`. Git there knows one commit, the tree as it was, so
 * that status and diff say what changed since; its objects are to be seen at `HISTORY_FOLDER`.
 */
export async function checkOut(repository: Repository, tree: string, parent: string): Promise<Checkout> {
  const { git } = repository
  await mkdir(parent, { recursive: true, mode: 0o700 })
  const place = await mkdtemp(join(parent, 'checkout-'))
  const folder = join(place, 'files')
  await mkdir(folder)
  const options = { index: join(place, 'index'), workTree: folder }
  const write = (of: string) => git.run(['read-tree', '--reset', '-u', of], options)
  let current = tree
  await write(tree)
  await giveHistory(repository, folder, tree)
  return {
    folder,
    get tree() {
      return current
    },
    async moveTo(wanted) {
      if (wanted === current) return
      await write(wanted)
      current = wanted
    },
    async record(refusal) {
      await addAll(git, options)
      const listed = (
        await git.run(['diff-index', '--cached', '--raw', '-z', '--no-renames', current], options)
      ).output
        .toString('utf8')
        .split('\0')
      const left: string[] = []
      for (let at = 0; at + 1 < listed.length; at += 2) {
        const path = listed[at + 1] ?? ''
        const isSubmodule = (listed[at] ?? '').split(' ')[1] === '160000'
        if (isSubmodule || refusal(path) !== null) left.push(path)
      }
      if (left.length > 0)
        await git.run(['update-index', '-z', '--force-remove', '--stdin'], {
          ...options,
          input: left.map((path) => `${path}\0`).join(''),
        })
      current = await git.text(['write-tree'], options)
      return current
    },
    remove: () => rm(place, { recursive: true, force: true, maxRetries: 3 }),
  }
}

/** Everything that can be added; what cannot (a socket, a repository within) is passed over. */
async function addAll(git: Repository['git'], options: { index: string; workTree: string }): Promise<void> {
  try {
    await git.run(['add', '--all', '--ignore-errors', '.'], { ...options, answers: [1] })
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    // One thing that is no file ends the whole command: each is tried by itself.
    const { output } = await git.run(
      ['ls-files', '-z', '--others', '--modified', '--deleted', '--exclude-standard'],
      options,
    )
    const paths = output
      .toString('utf8')
      .split('\0')
      .filter((path) => path !== '' && !path.endsWith('/'))
    for (const path of paths)
      await git.run(['add', '--all', '--ignore-errors', '--', path], { ...options, answers: [1, 128] })
  }
}

/** A repository in the folder that knows one commit: what its files were. */
async function giveHistory(repository: Repository, folder: string, tree: string): Promise<void> {
  const { git, objects } = repository
  const commit = await beginning(objects, tree)
  await packedHistory(repository, tree)
  const own = join(folder, '.git')
  await mkdir(join(own, 'objects', 'info'), { recursive: true })
  await mkdir(join(own, 'refs', 'heads'), { recursive: true })
  const config =
    '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n[user]\n\tname = agent\n\temail = agent@localhost\n'
  await Promise.all([
    writeFile(join(own, 'HEAD'), 'ref: refs/heads/main\n'),
    writeFile(join(own, 'config'), config),
    writeFile(join(own, 'refs', 'heads', 'main'), `${commit}\n`),
    writeFile(join(own, 'objects', 'info', 'alternates'), `${HISTORY_FOLDER}\n`),
  ])
  await git.run(['read-tree', tree], { index: join(own, 'index') })
}

const beginning = (objects: Objects, tree: string) =>
  objects.write('commit', Buffer.from(commitText(tree, [], 'The files as this work began.\n')))

/** Packs under way, by repository and tree: of a hundred agents that begin from the same files one is made. */
const packing = new Map<string, Promise<string>>()

/** A folder with the objects of one tree and its commit, and no others. */
export function packedHistory(repository: Repository, tree: string): Promise<string> {
  const folder = join(repository.scratch, 'history', tree)
  const known = packing.get(folder)
  if (known !== undefined) return known
  const made = pack(repository, tree, folder)
  packing.set(folder, made)
  made.catch(() => packing.delete(folder))
  return made
}

/** The packs of a repository are gone: they are made again when somebody asks. */
export function forgetHistories({ scratch }: Repository): void {
  for (const folder of packing.keys()) if (folder.startsWith(`${scratch}/`)) packing.delete(folder)
}

async function pack({ git, objects }: Repository, tree: string, folder: string): Promise<string> {
  const commit = await beginning(objects, tree)
  await mkdir(join(folder, 'pack'), { recursive: true })
  if (tree === emptyTree) await objects.write('tree', Buffer.alloc(0))
  await git.run(['pack-objects', '-q', '--revs', '--compression=1', join(folder, 'pack', 'pack')], {
    input: `${commit}\n`,
  })
  return folder
}

/** Removes what checkouts of a server that was killed have left. */
export async function removeCheckouts(parent: string): Promise<void> {
  await rm(parent, { recursive: true, force: true, maxRetries: 3 })
}
