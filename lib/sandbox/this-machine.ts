import { join } from 'node:path'
import type { Clock } from '@/lib/core/ports/clock'
import type { RunCommand } from '@/lib/processes/command'
import type { Processes } from '@/lib/processes/processes'
import type { FoundSandbox, SandboxBackend } from './backend'
import { type Finding as BubblewrapFinding, findBubblewrap } from './bubblewrap/find'
import { startBubblewrap } from './bubblewrap/start'
import {
  findRuntime,
  RUNTIME_PACKAGE,
  type RuntimeFinding,
  type RuntimeProgram,
} from './runtime/find-runtime'
import { startRuntime } from './runtime/start-runtime'

type Finding = BubblewrapFinding | RuntimeFinding

/** Which back ends may be used, and by what the optional one is started. */
export type SandboxChoice = { wanted: 'auto' | FoundSandboxKind; runtime: RuntimeProgram }
type FoundSandboxKind = Exclude<FoundSandbox['kind'], 'none'>

const found = new Map<string, Promise<Finding>>()

function find(run: RunCommand, choice: SandboxChoice | null): Promise<Finding> {
  const key = JSON.stringify(choice)
  const finding =
    found.get(key) ??
    (choice === null
      ? findBubblewrap(run)
      : chooseSandbox(
          choice.wanted,
          () => findBubblewrap(run),
          () => findRuntime(run, choice.runtime),
        ))
  found.set(key, finding)
  return finding
}

/** What a server's settings choose; `installDir` is where its `dist` is. */
export function choiceOf(env: { sandbox: SandboxChoice['wanted']; installDir: string }): SandboxChoice {
  const launcher = join(env.installDir, 'dist', 'sandbox-runtime.mjs')
  return { wanted: env.sandbox, runtime: { launcher, module: RUNTIME_PACKAGE } }
}

/**
 * One back end: what is wanted and nothing else, or else bubblewrap, and where that is not there the package. What
 * is not asked for is not even looked for.
 */
export async function chooseSandbox(
  wanted: SandboxChoice['wanted'],
  bubblewrap: () => Promise<BubblewrapFinding>,
  runtime: () => Promise<RuntimeFinding>,
  platform: NodeJS.Platform = process.platform,
): Promise<Finding> {
  if (wanted === 'sandbox-runtime') return runtime()
  const first = await bubblewrap()
  if (wanted === 'bubblewrap' || first.told.kind !== 'none') return first
  const second = await runtime()
  if (second.told.kind !== 'none') return second
  // On Linux the package needs bubblewrap as well: it is told of only where somebody has installed it.
  const isMeant = platform === 'darwin' || ('isInstalled' in second && second.isInstalled)
  return isMeant ? { told: { kind: 'none', reason: `${first.told.reason} ${second.told.reason}` } } : first
}

/**
 * What this machine offers for processes of agents, really tried, once in a process; bubblewrap alone where nothing is
 * chosen. Never rejects.
 */
export async function findSandbox(
  run: RunCommand,
  choice: SandboxChoice | null = null,
): Promise<FoundSandbox> {
  return (await find(run, choice)).told
}

/** The sandboxes of this machine; `processes`: by what they are started. */
export function sandboxOfThisMachine(
  clock: Clock,
  processes: Processes,
  choice: SandboxChoice | null = null,
): SandboxBackend {
  return sandboxBy(() => find(processes.run, choice), clock, processes)
}

/** Sandboxes by what was found. */
export function sandboxBy(look: () => Promise<Finding>, clock: Clock, processes: Processes): SandboxBackend {
  const { start } = processes
  return {
    processes,
    find: async () => (await look()).told,
    async start(spec) {
      const finding = await look()
      if ('runtime' in finding) return startRuntime(spec, { ...finding.runtime, awake: clock.awake, start })
      if (!('program' in finding)) throw new Error(reasonOf(finding.told))
      const { program, cgroups, told } = finding
      return startBubblewrap(spec, { program, cgroups, canOverlay: told.canOverlay, clock, start })
    },
  }
}

function reasonOf(told: FoundSandbox): string {
  return told.kind === 'none' ? told.reason : 'There is no sandbox here.'
}
