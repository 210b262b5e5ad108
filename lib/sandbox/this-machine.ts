import type { Clock } from '@/lib/core/ports/clock'
import type { FoundSandbox, SandboxBackend } from './backend'
import { type Finding, findBubblewrap } from './bubblewrap/find'
import { startBubblewrap } from './bubblewrap/start'

let finding: Promise<Finding> | null = null

function find(): Promise<Finding> {
  finding ??= findBubblewrap()
  return finding
}

/** What this machine offers for processes of agents, really tried, once in a process. Never rejects. */
export async function findSandbox(): Promise<FoundSandbox> {
  return (await find()).told
}

/** The sandboxes of this machine. */
export function sandboxOfThisMachine(clock: Clock): SandboxBackend {
  return sandboxBy(find, clock)
}

/** Sandboxes by what was found. */
export function sandboxBy(look: () => Promise<Finding>, clock: Clock): SandboxBackend {
  return {
    find: async () => (await look()).told,
    async start(spec) {
      const finding = await look()
      if (!('program' in finding)) throw new Error(finding.told.reason)
      const { program, cgroups, told } = finding
      return startBubblewrap(spec, { program, cgroups, canOverlay: told.canOverlay, clock })
    },
  }
}
