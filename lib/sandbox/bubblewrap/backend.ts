import type { Clock } from '@/lib/core/ports/clock'
import type { SandboxBackend } from '../backend'
import { type Finding, findBubblewrap } from './find'
import { startBubblewrap } from './start'

let finding: Promise<Finding> | null = null

/** bubblewrap on this machine. It is looked for once in a process. */
export function bubblewrap(clock: Clock): SandboxBackend {
  const find = () => {
    finding ??= findBubblewrap()
    return finding
  }
  return {
    find: async () => (await find()).told,
    async start(spec) {
      const found = await find()
      if (!('program' in found)) throw new Error(found.told.reason)
      const { program, cgroups, told } = found
      return startBubblewrap(spec, { program, cgroups, canOverlay: told.canOverlay, clock })
    },
  }
}
