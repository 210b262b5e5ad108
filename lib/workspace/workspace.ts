import { access, constants, realpath, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isInside, keptBack, type Located, locate } from './containment'
import { createPrivateNames, privatePlace } from './private-names'
import { revisionOf } from './revision'
import { type WalkLimits, type WorkspaceFile, walk } from './walk'
import { WorkspaceError } from './workspace-error'

/** A folder that agents may read, as it was when it was opened. */
export type Workspace = {
  /** The real path of the folder. */
  root: string
  /** Identity of the files' contents; changes when a visible file or the commit does. */
  revision: string
  /** Visible files, sorted by path. Read once: hundreds of agents list the same folder. */
  listFiles(): readonly WorkspaceFile[]
  /** True when there were more files than are listed. */
  isCut: boolean
  /**
   * Entries that cannot be opened, since their names are not UTF-8: how many, and some as they can be shown.
   */
  unlistedNames: { count: number; examples: readonly string[] }
  /** Follows an agent's path, absolute or relative to the root; refuses whatever leads out or is private. */
  locate(path: string): Promise<Located>
  /** Why a path relative to the root is kept from agents, whether or not something is there; null when it is not. */
  keptBack(path: string): string | null
}

type Options = {
  /** The folder to open. */
  path: string
  /** Folders that runs may open; the path must be one of them or lie in one. */
  roots: readonly string[]
  /** Folders kept from agents even inside a workspace: Skein's own data. */
  deny?: readonly string[]
  /** Names or relative paths of private-looking files that agents may still read. */
  allow?: readonly string[]
  /** More names that are kept back, of files or folders, with `*` for any part of one. */
  privateNames?: readonly string[]
}

/** Opens a folder for reading. Rejects with a `WorkspaceError` that says what is wrong and what to do. */
export async function openWorkspace(options: Options): Promise<Workspace> {
  const { root, rules } = await enter(options)
  const { files, isCut, unlistedNames } = await walk(root, rules)
  return {
    root,
    revision: await revisionOf(root, files),
    listFiles: () => files,
    isCut,
    unlistedNames,
    locate: (asked) => locate(root, asked, rules),
    keptBack: (path) => keptBack(root, join(root, path), rules),
  }
}

/** Follows paths in a folder without listing it: for callers that know which few files to look at. */
export async function openFolder(options: Options): Promise<Pick<Workspace, 'root' | 'locate'>> {
  const { root, rules } = await enter(options)
  return { root, locate: (asked) => locate(root, asked, rules) }
}

/** The visible files of a folder as far as limits go, without the identity that a run needs. */
export async function glanceInto(options: Options) {
  const { root, rules } = await enter(options)
  return {
    root,
    walk: (limits: WalkLimits) => walk(root, rules, limits),
    keptBack: (path: string) => keptBack(root, join(root, path), rules),
  }
}

async function enter({ path, roots, deny = [], allow = [], privateNames = [] }: Options) {
  const root = await realFolder(path, roots)
  if (privatePlace(root, privateNames) !== null) throw new WorkspaceError('private', path)
  const denied = [...deny.map((folder) => resolve(folder)), ...(await realPaths(deny))]
  return { root, rules: { names: createPrivateNames({ allow, more: privateNames, root }), denied } }
}

async function realFolder(path: string, roots: readonly string[]): Promise<string> {
  const wanted = resolve(path)
  // Asked before anything is touched: a refusal must not tell whether something exists outside.
  await requireInside(wanted, roots)
  const found = await realpath(wanted).catch((cause) => {
    throw new WorkspaceError(isMissing(cause) ? 'missing' : 'unreadable', path, cause)
  })
  if (!(await realPaths(roots)).some((root) => isInside(root, found)))
    throw new WorkspaceError('outside-roots', path)
  if (!(await stat(found)).isDirectory()) throw new WorkspaceError('not-a-folder', path)
  await access(found, constants.R_OK | constants.X_OK).catch((cause) => {
    throw new WorkspaceError('unreadable', path, cause)
  })
  return found
}

/** Throws unless a path lies in one of the roots as it is written; whether something is there is not looked at. */
export async function requireInside(path: string, roots: readonly string[]): Promise<void> {
  const known = [...roots.map((root) => resolve(root)), ...(await realPaths(roots))]
  if (!known.some((root) => isInside(root, path))) throw new WorkspaceError('outside-roots', path)
}

/** Real paths of those that exist. */
async function realPaths(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.allSettled(paths.map((path) => realpath(path)))
  return found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
