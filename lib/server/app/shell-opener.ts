import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@/lib/core/ports/clock'
import type { ToolsOwner } from '@/lib/core/ports/ports'
import type { Permissions } from '@/lib/core/spec/permissions'
import { trialRunPrefix } from '@/lib/core/spec/run'
import type { Processes } from '@/lib/processes/processes'
import { removeCheckouts } from '@/lib/revisions/checkouts'
import { createCommandQueue } from '@/lib/sandbox/queue/command-queue'
import { sweepPlaces } from '@/lib/sandbox/sweep'
import { type SandboxChoice, sandboxOfThisMachine } from '@/lib/sandbox/this-machine'
import { openShells, type Shells } from '@/lib/tools/commands/shells'
import type { ToolFiles } from '@/lib/tools/toolbox'
import { dependencyFolders } from '@/lib/workspace/dependencies'
import type { Workspace } from '@/lib/workspace/workspace'

/**
 * Gives runs their shells: at most as many commands at work as there are cores, over all runs. Null where a run
 * may run none, or this machine has no sandbox. What shells of a killed server left is removed first.
 */
export function shellOpener({
  dataDir,
  clock,
  processes,
  sandbox,
}: {
  dataDir: string
  clock: Clock
  processes: Processes
  sandbox: SandboxChoice
}) {
  const places = join(dataDir, 'shells')
  const checkouts = join(dataDir, 'checkouts')
  const queue = createCommandQueue(availableParallelism())
  const backend = sandboxOfThisMachine(clock, processes, sandbox)
  let swept: Promise<unknown> | null = null
  const sweep = () => Promise.all([sweepPlaces(places, clock.awake), removeCheckouts(checkouts)])
  return async (
    { stored, refusal }: ToolFiles,
    workspace: Workspace,
    owner: string,
    { shell, hosts }: Permissions,
    run: Pick<ToolsOwner, 'asksBeyond' | 'allowedHosts'>,
  ): Promise<Shells | null> => {
    if (!shell || owner.startsWith(trialRunPrefix) || (await backend.find()).kind === 'none') return null
    swept ??= sweep()
    await swept
    const { root } = workspace
    const dependencies = await dependencyFolders(
      root,
      workspace.listFiles().map(({ path }) => path),
    )
    return openShells({
      ...{ backend, queue, clock, places, checkouts, owner, stored, root, dependencies, hosts, refusal },
      moreHosts: run.asksBeyond ? run.allowedHosts : undefined,
    })
  }
}
