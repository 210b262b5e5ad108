import { access, constants, realpath, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isInside, isWithin, keptBack, type Located, locate } from './locate-path'
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

export type FolderOptions = {
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

/** A folder that may be opened, and what is kept from agents in it, as it is written and where it leads. */
export type EnteredFolder = { root: string; denied: string[] }

/** What was read of a folder, as data: another process may have done so. */
export type ReadFolder = EnteredFolder &
  Pick<Workspace, 'revision' | 'isCut' | 'unlistedNames'> & { files: WorkspaceFile[] }

/**
 * Opens a folder for reading, in this process: for those that lie on a disk of ours. Rejects with a `WorkspaceError`
 * that says what is wrong and what to do.
 */
export async function openWorkspace(options: FolderOptions): Promise<Workspace> {
  const read = await readFolder(options)
  return workspaceOf(read, options, (asked) => locateIn(read, options, asked))
}

/** Lists a folder; `onStep` hears each time that it has answered. Rejects with a `WorkspaceError`. */
export async function readFolder(options: FolderOptions, onStep: () => void = () => {}): Promise<ReadFolder> {
  const { root, rules } = await enter(options)
  const walked = await walk(root, rules, undefined, onStep)
  return { root, denied: rules.denied, ...walked, revision: await revisionOf(root, walked.files) }
}

/** A folder that was read, as a workspace whose paths are followed by `follow`. */
export function workspaceOf(
  read: ReadFolder,
  options: Pick<FolderOptions, 'allow' | 'privateNames'>,
  follow: (asked: string) => Promise<Located>,
): Workspace {
  const { revision, files, isCut, unlistedNames } = read
  return {
    ...folderOf(read, options, follow),
    ...{ revision, isCut, unlistedNames },
    listFiles: () => files,
  }
}

/** What may be asked of a folder that was entered: where paths lead, and what is kept back. */
export type OpenFolder = Pick<Workspace, 'root' | 'locate' | 'keptBack'>

/** A folder that was entered, whose paths are followed by `follow`. */
export function folderOf(
  entered: EnteredFolder,
  options: Pick<FolderOptions, 'allow' | 'privateNames'>,
  follow: (asked: string) => Promise<Located>,
): OpenFolder {
  const { root } = entered
  const rules = rulesOf(entered, options)
  return { root, locate: follow, keptBack: (path) => keptBack(root, join(root, path), rules) }
}

/** Follows a path in a folder that was entered. */
export function locateIn(
  entered: EnteredFolder,
  options: Pick<FolderOptions, 'allow' | 'privateNames'>,
  asked: string,
): Promise<Located> {
  return locate(entered.root, asked, rulesOf(entered, options))
}

/** Finds out whether a folder may be opened, without listing it. Rejects with a `WorkspaceError`. */
export async function enterFolder(options: FolderOptions): Promise<EnteredFolder> {
  const { root, rules } = await enter(options)
  return { root, denied: rules.denied }
}

/** The visible files of a folder as far as limits go, without the identity that a run needs. */
export async function glanceInto(options: FolderOptions) {
  const { root, rules } = await enter(options)
  return {
    root,
    walk: (limits: WalkLimits) => walk(root, rules, limits),
    keptBack: (path: string) => keptBack(root, join(root, path), rules),
  }
}

async function enter(options: FolderOptions) {
  const { path, roots, deny = [], privateNames = [] } = options
  const root = await realFolder(path, roots)
  if (privatePlace(root, privateNames) !== null) throw new WorkspaceError('private', path)
  const denied = [...deny.map((folder) => resolve(folder)), ...(await realPaths(deny))]
  return { root, rules: rulesOf({ root, denied }, options) }
}

function rulesOf(
  { root, denied }: EnteredFolder,
  { allow = [], privateNames = [] }: Pick<FolderOptions, 'allow' | 'privateNames'>,
) {
  return { names: createPrivateNames({ allow, more: privateNames, root }), denied }
}

async function realFolder(path: string, roots: readonly string[]): Promise<string> {
  const wanted = resolve(path)
  // Asked before anything is touched: a refusal must not tell whether something exists outside.
  await requireInside(wanted, roots)
  const found = await realpath(wanted).catch((cause) => {
    throw new WorkspaceError(isMissing(cause) ? 'missing' : 'unreadable', path, cause)
  })
  if (!(await leadsInside(wanted, found, roots))) throw new WorkspaceError('outside-roots', path)
  if (!(await stat(found)).isDirectory()) throw new WorkspaceError('not-a-folder', path)
  await access(found, constants.R_OK | constants.X_OK).catch((cause) => {
    throw new WorkspaceError('unreadable', path, cause)
  })
  return found
}

/** Whether a real path lies in a root where that leads; the root by which it was asked for is looked at first. */
async function leadsInside(wanted: string, found: string, roots: readonly string[]): Promise<boolean> {
  const isOwn = (root: string) => isInside(resolve(root), wanted)
  for (const root of [...roots.filter(isOwn), ...roots.filter((one) => !isOwn(one))]) {
    const real = await realpath(root).catch(() => null)
    if (real !== null && isInside(real, found)) return true
  }
  return false
}

/** Throws unless a path lies in one of the roots as it is written; whether something is there is not looked at. */
export async function requireInside(path: string, roots: readonly string[]): Promise<void> {
  if (!(await isWithin(path, roots))) throw new WorkspaceError('outside-roots', path)
}

/** Real paths of those that exist. */
async function realPaths(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.allSettled(paths.map((path) => realpath(path)))
  return found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
