import type { Clock } from '@/lib/core/ports/clock'
import { noCalendarCaps } from '@/lib/core/ports/dispatcher'
import type { DryRun, RunSpec } from '@/lib/core/spec/run'
import { createEmbeddedDispatcher } from '@/lib/dispatch/embedded'
import type { BatchTiming, ProviderContext } from '@/lib/engine/context/ports'
import { createAbsentProvider } from '@/lib/providers/absent'
import { createAnthropicProvider } from '@/lib/providers/anthropic/provider'
import { createGovernor } from '@/lib/providers/governor'
import { type SimulatorChild, startSimulatorChild } from '@/lib/simulator/child'
import type { FaultRule } from '@/lib/simulator/faults'

/** A dry run's batches end as soon as somebody looks. */
const atOnce: BatchTiming = {
  collectMs: 10,
  collectMostMs: 2000,
  pollFirstMs: 5,
  pollMostMs: 250,
  resolveMs: 1000,
}

/** Opens the providerContext of a run; `close` stops what dry runs shared. */
export type ProviderContexts = { open(spec: RunSpec): Promise<ProviderContext>; close(): Promise<void> }

/**
 * Gives each run its providerContext. All runs of one kind of money share one; a dry run gets a simulator,
 * slots and limits of its own, so it neither waits for paid work nor makes it wait, and its faults are
 * nobody else's. Its simulator yields the processor to all else; its script runs where all scripts do, and a
 * thread cannot get back a priority that it gave away.
 */
export function createProviderContexts(options: {
  clock: Clock
  common: Omit<ProviderContext, 'close'>
  /** What a project asks by in place of the common provider; null for that one. Slots and caps are shared. */
  keyed(project: string): Pick<ProviderContext, 'provider' | 'knownBatches'> | null
  entry: string
  maxConcurrency: number
  simulatorSpeed(): number
}): ProviderContexts {
  const { clock, common, keyed, entry, maxConcurrency, simulatorSpeed } = options
  /** Without faults one dry run cannot tell another's simulator from its own, so they share one. */
  let faultless: Promise<SimulatorChild> | null = null
  const simulatorFor = async (dryRun: DryRun) => {
    const faults = faultRules(dryRun)
    if (faults.length > 0) {
      const own = await startSimulatorChild({ entry, speed: 0, faults, yields: true, clock })
      return { url: own.url, close: () => own.stop() }
    }
    faultless ??= startSimulatorChild({ entry, speed: 0, yields: true, clock })
    faultless.catch(() => {
      faultless = null
    })
    return { url: (await faultless).url, close: async () => {} }
  }
  /**
   * Of runs that were begun on the simulator and go on beside a real provider: they share one, at its usual
   * pace.
   */
  let usual: Promise<SimulatorChild> | null = null
  const usualSimulator = async () => {
    usual ??= startSimulatorChild({ clock, entry, speed: simulatorSpeed() })
    usual.catch(() => {
      usual = null
    })
    return { url: (await usual).url, close: async () => {} }
  }
  const ownDispatcher = () =>
    createEmbeddedDispatcher({
      now: clock.now,
      governor: createGovernor({ clock }),
      maxConcurrency,
      caps: noCalendarCaps,
      spentByDay: [],
      spentByPayer: [],
    })
  const open = async ({ dryRun, simulated, project }: RunSpec): Promise<ProviderContext> => {
    if (dryRun === null && simulated === common.provider.simulated)
      return { ...common, ...(simulated ? {} : keyed(project)), close: async () => {} }
    // Real money and simulated never mix: a run that began with one does not go on with the other.
    if (!simulated)
      return {
        ...common,
        provider: createAbsentProvider(absent),
        dispatcher: ownDispatcher(),
        close: async () => {},
      }
    const simulator = await (dryRun === null ? usualSimulator() : simulatorFor(dryRun))
    const provider = createAnthropicProvider({
      name: 'simulator',
      simulated: true,
      apiKey: 'sk-simulator',
      baseURL: simulator.url,
      clock,
    })
    const batchTiming = dryRun === null ? common.batchTiming : atOnce
    return {
      provider,
      dispatcher: ownDispatcher(),
      batchTiming,
      knownBatches: new Set(),
      close: simulator.close,
    }
  }
  const close = async () => {
    await (await faultless)?.stop()
    await (await usual)?.stop()
  }
  return { open, close }
}

const absent =
  'This run started with a real model, but the server now uses the simulator. Restart the server with the API key, then resume the run.'

function faultRules({ faults }: DryRun): FaultRule[] {
  const rules: [number, FaultRule['fault']][] = [
    [faults.refusals, { kind: 'refusal' }],
    [faults.rateLimits, { kind: 'status', status: 429, retryAfterSeconds: 1 }],
    [faults.errors, { kind: 'status', status: 529 }],
    [faults.cuts, { kind: 'truncate' }],
  ]
  return rules
    .filter(([probability]) => probability > 0)
    .map(([probability, fault]) => ({ when: { probability }, fault }))
}
