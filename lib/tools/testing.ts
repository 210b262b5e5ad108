import { fileURLToPath } from 'node:url'
import type { ToolBox } from '@/lib/core/ports/ports'
import type { Permissions } from '@/lib/core/spec/permissions'
import { processesHere } from '@/lib/processes/here'
import { createFileStores } from '@/lib/revisions/file-stores'
import { storeFolder } from '@/lib/revisions/store-folder'
import { realClock } from '@/lib/server/testing/real-clock'
import { type Asked, type Asker, createPool } from '@/lib/threads/pool'
import { createToolBox } from './toolbox'
import type { UntrustedAnswer, UntrustedCall } from './untrusted-protocol'
import { createUntrustedRunner, type UntrustedRunner } from './untrusted-runner'
import type { WorkspaceFiles } from './workspace-files'

/** The thread for untrusted text as the build makes it. */
export const untrustedEntry = fileURLToPath(new URL('../../dist/untrusted-worker.mjs', import.meta.url))

export type OpenUntrustedRunner = UntrustedRunner & { close(): Promise<void> }

/** A command that checks files, without a sandbox: what it says is wrong; '' for nothing. */
export type Check = (
  command: string,
  read: (path: string) => Promise<string | null>,
) => Promise<string> | string

/**
 * The tools of a folder whose files agents change, with all that is real but the rules of what may leave it:
 * those are tested where they are.
 */
export function openFileTools(
  untrusted: OpenUntrustedRunner,
  { root, folder, paths }: { root: string; folder: string; paths(): string[] },
) {
  const stores = createFileStores(folder, processesHere)
  return {
    close: () => stores.close(),
    async open(owner: string, permissions: Permissions, check: Check | null = null): Promise<ToolBox> {
      const stored = await stores.of(root)
      const workspace: WorkspaceFiles = {
        root,
        revision: 'r1',
        isCut: false,
        unlistedNames: { count: 0, examples: [] },
        listFiles: () => paths().map((path) => ({ path, size: 0 })),
        locate: async (path) => ({ ok: false, reason: `${path} is not there.` }),
      }
      const refusal = (path: string) => (path.startsWith('secret') ? 'it may hold secrets' : null)
      const open = (signal: AbortSignal) => storeFolder(stored, root, paths(), null, signal)
      return createToolBox({
        workspace,
        untrusted,
        owner,
        permissions,
        files: { stored, open, refusal },
        check:
          check === null
            ? null
            : async (command, tree) => {
                const output = await check(command, async (path) => {
                  const bytes = await stored.trees.read(tree, path)
                  return bytes === null ? null : Buffer.from(bytes).toString('utf8')
                })
                return { isPassed: output === '', exit: output === '' ? 0 : 1, output, durationMs: 5 }
              },
      })
    },
  }
}

/** The tools on threads of their own; `close` ends them. */
export function openUntrustedRunner(mostMs: number, entry = untrustedEntry): OpenUntrustedRunner {
  const pool = createPool<UntrustedCall, UntrustedAnswer>({ entry, mostMs, awake: realClock.awake })
  const ask = (call: UntrustedCall, asker: Asker): Promise<Asked<UntrustedAnswer>> => pool.ask(call, asker)
  return { ...createUntrustedRunner(ask), close: () => pool.close() }
}
