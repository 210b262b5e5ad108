import { join } from 'node:path'
import type { CheckResult } from '@/lib/core/agent/patch'
import { cutText } from '@/lib/core/base/cut-text'
import type { Clock } from '@/lib/core/ports/clock'
import type { Worktree } from '@/lib/core/ports/ports'
import { type Checkout, checkOut, HISTORY_FOLDER, packedHistory } from '@/lib/revisions/checkouts'
import type { StoredFiles } from '@/lib/revisions/file-stores'
import type { SandboxBackend } from '@/lib/sandbox/backend'
import type { CommandQueue } from '@/lib/sandbox/queue/command-queue'
import type { CommandResult } from '@/lib/sandbox/shell/command-result'
import { openShell, type Shell } from '@/lib/sandbox/shell/shell'

/** What the shells of a run are made of. */
export type ShellParts = {
  backend: SandboxBackend
  queue: CommandQueue
  clock: Clock
  /** Folders of the server's own, in which shells and checkouts have their places. */
  places: string
  checkouts: string
  /** The run: commands of runs take turns. */
  owner: string
  stored: StoredFiles
  /** The real path of the workspace: where agents see their files. */
  root: string
  /** Folders of dependencies in the workspace, relative to it; they are seen, and writing in them is lost. */
  dependencies: readonly string[]
  hosts: readonly string[]
  /** Hosts that were allowed since; undefined where none can be. */
  moreHosts: (() => readonly string[]) | undefined
  refusal(path: string): string | null
}

/** The shells of a run's agents: each has a checkout of its own files, made when its first command comes. */
export type Shells = {
  /** Runs a command on an agent's files; gives the files as they are after it. */
  run(
    worktree: Worktree,
    command: string,
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<{ result: CommandResult; tree: string }>
  /** Runs a command on files that belong to nobody, in a shell of its own. */
  check(command: string, tree: string, signal: AbortSignal): Promise<CheckResult>
  endAgent(agentId: string): Promise<void>
  close(): Promise<void>
}

/** Longest that a check may take, in awake milliseconds. */
const CHECK_MS = 30 * 60_000

/** Characters of a check's output that are kept: its end says most. */
const CHECK_CHARACTERS = 12_000

type Open = { checkout: Checkout; shell: Shell }

/** The shells of one run. */
export function openShells(parts: ShellParts): Shells {
  const { stored, root, owner, refusal } = parts
  const closing = new AbortController()
  const open = new Map<string, Promise<Open>>()
  /** One agent's commands come one after the other; so does what ends them. */
  const begin = async (tree: string): Promise<Open> => {
    const checkout = await checkOut(stored.repository, tree, join(parts.checkouts, owner))
    const history = await packedHistory(stored.repository, tree)
    const shell = openShell({
      backend: parts.backend,
      queue: parts.queue,
      clock: parts.clock,
      places: parts.places,
      owner,
      workFolder: checkout.folder,
      mountedAt: root,
      readOnlyFolders: [{ from: history, to: HISTORY_FOLDER }],
      copyOnWriteFolders: parts.dependencies.map((folder) => ({
        from: join(root, folder),
        to: join(root, folder),
      })),
      // As its own git says too, for sandboxes in which no folder is seen at another path.
      env: { GIT_ALTERNATE_OBJECT_DIRECTORIES: HISTORY_FOLDER },
      hosts: parts.hosts,
      ...(parts.moreHosts === undefined ? {} : { moreHosts: parts.moreHosts }),
      signal: closing.signal,
    })
    return { checkout, shell }
  }
  const end = async (opened: Promise<Open>) => {
    const found = await opened.catch(() => null)
    await found?.shell.close()
    await found?.checkout.remove()
  }
  const openFor = (agentId: string, tree: string): Promise<Open> => {
    const known = open.get(agentId)
    if (known !== undefined) return known
    const made = begin(tree)
    open.set(agentId, made)
    made.catch(() => open.delete(agentId))
    return made
  }
  return {
    async run({ agentId, base, tree }, command, options) {
      // Its history begins where the agent began, whatever it has changed by other tools before.
      const { checkout, shell } = await openFor(agentId, base)
      await checkout.moveTo(tree)
      const result = await shell.run(command, options)
      return { result, tree: await checkout.record(refusal) }
    },
    async check(command, tree, signal) {
      const opened = begin(tree)
      try {
        const { shell } = await opened
        const result = await shell.run(command, { timeoutMs: CHECK_MS, signal })
        const exit = exitOf(result)
        return {
          isPassed: exit === 0,
          exit,
          output: lastOf(result.output),
          durationMs: Math.round(result.durationMs),
        }
      } finally {
        await end(opened)
      }
    },
    async endAgent(agentId) {
      const opened = open.get(agentId)
      open.delete(agentId)
      if (opened !== undefined) await end(opened)
    },
    async close() {
      closing.abort(new Error('The run has ended.'))
      const all = [...open.values()]
      open.clear()
      await Promise.all(all.map(end))
    },
  }
}

/** How a command ended: its exit code, or a word. */
export function exitOf({ end }: CommandResult): number | string {
  switch (end.kind) {
    case 'exited':
      return end.exitCode
    case 'limit':
      return `${end.limit} limit`
    case 'not-started':
      return 'not started'
    case 'timeout':
    case 'cancelled':
      return end.kind
  }
}

function lastOf(output: string): string {
  return output.length <= CHECK_CHARACTERS
    ? output
    : `… ${cutText(output.slice(-CHECK_CHARACTERS), CHECK_CHARACTERS)}`
}
