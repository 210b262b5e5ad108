import type { Clock } from '@/lib/core/clock'
import { noCalendarCaps } from '@/lib/core/dispatcher'
import type { Rehearsal, RunSpec } from '@/lib/core/run'
import { createEmbeddedDispatcher } from '@/lib/dispatch/embedded'
import type { BatchPace, ProviderContext } from '@/lib/engine/ports'
import { createAbsentProvider } from '@/lib/providers/absent'
import { createAnthropicProvider } from '@/lib/providers/anthropic/provider'
import { createGovernor } from '@/lib/providers/governor'
import { type SimulatorChild, startSimulatorChild } from '@/lib/providers/simulator/child'
import type { FaultRule } from '@/lib/providers/simulator/faults'

/** A rehearsal's batches end as soon as somebody looks. */
const atOnce: BatchPace = { gatherMs: 10, gatherMostMs: 2000, pollFirstMs: 5, pollMostMs: 250, resolveMs: 1000 }

/** Opens the provider context of a run; `close` stops what rehearsals shared. */
export type ProviderContexts = { open(spec: RunSpec): Promise<ProviderContext>; close(): Promise<void> }

/**
 * Gives each run its provider context. All runs of one kind of money share one; a rehearsal gets a simulator, slots and limits of its own, so that it
 * neither waits for paid work nor makes it wait, and its faults are nobody else's.
 */
export function createProviderContexts(options: {
  clock: Clock
  common: Omit<ProviderContext, 'close'>
  entry: string
  maxConcurrency: number
  simulatorSpeed(): number
}): ProviderContexts {
  const { clock, common, entry, maxConcurrency, simulatorSpeed } = options
  /** Without faults one rehearsal cannot tell another's simulator from its own, so they share one. */
  let faultless: Promise<SimulatorChild> | null = null
  const simulatorFor = async (rehearsal: Rehearsal) => {
    const faults = faultRules(rehearsal)
    if (faults.length > 0) {
      const own = await startSimulatorChild({ entry, speed: 0, faults, clock })
      return { url: own.url, close: () => own.stop() }
    }
    faultless ??= startSimulatorChild({ entry, speed: 0, clock })
    faultless.catch(() => {
      faultless = null
    })
    return { url: (await faultless).url, close: async () => {} }
  }
  /** Of runs that were begun on the simulator and go on beside a real provider: they share one, at its usual pace. */
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
    })
  const open = async ({ rehearsal, simulated }: RunSpec): Promise<ProviderContext> => {
    if (rehearsal === null && simulated === common.provider.simulated) return { ...common, close: async () => {} }
    // Real money and simulated never mix: whoever began with one does not go on with the other.
    if (!simulated)
      return { ...common, provider: createAbsentProvider(absent), dispatcher: ownDispatcher(), close: async () => {} }
    const simulator = await (rehearsal === null ? usualSimulator() : simulatorFor(rehearsal))
    const provider = createAnthropicProvider({
      name: 'simulator',
      simulated: true,
      apiKey: 'sk-simulator',
      baseURL: simulator.url,
      clock,
    })
    const batchPace = rehearsal === null ? common.batchPace : atOnce
    return { provider, dispatcher: ownDispatcher(), batchPace, knownBatches: new Set(), close: simulator.close }
  }
  const close = async () => {
    await (await faultless)?.stop()
    await (await usual)?.stop()
  }
  return { open, close }
}

const absent =
  'This run was begun with a real model, and the server now runs on the simulator. Give it the key it had, start it again, and resume the run.'

function faultRules({ faults }: Rehearsal): FaultRule[] {
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
