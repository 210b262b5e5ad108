import type { Clock } from '@/lib/core/clock'
import { noCalendarCaps } from '@/lib/core/dispatcher'
import type { Rehearsal, RunSpec } from '@/lib/core/run'
import { createEmbeddedDispatcher } from '@/lib/dispatch/embedded'
import type { BatchPace, Lane } from '@/lib/engine/ports'
import { createAnthropicProvider } from '@/lib/providers/anthropic/provider'
import { createGovernor } from '@/lib/providers/governor'
import { type SimulatorChild, startSimulatorChild } from '@/lib/providers/simulator/child'
import type { FaultRule } from '@/lib/providers/simulator/faults'

/** A rehearsal's batches end as soon as somebody looks. */
const atOnce: BatchPace = { gatherMs: 10, gatherMostMs: 2000, pollFirstMs: 5, pollMostMs: 250, resolveMs: 1000 }

/** Opens the lane of a run; `close` stops what rehearsals shared. */
export type Lanes = { open(spec: RunSpec): Promise<Lane>; close(): Promise<void> }

/**
 * Gives each run its lane. All runs share one; a rehearsal gets a simulator, slots and limits of its own, so that it
 * neither waits for paid work nor makes it wait, and its faults are nobody else's.
 */
export function createLanes(options: {
  clock: Clock
  common: Omit<Lane, 'close'>
  entry: string
  maxConcurrency: number
}): Lanes {
  const { clock, common, entry, maxConcurrency } = options
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
  const open = async ({ rehearsal }: RunSpec): Promise<Lane> => {
    if (rehearsal === null) return { ...common, close: async () => {} }
    const simulator = await simulatorFor(rehearsal)
    const provider = createAnthropicProvider({
      name: 'simulator',
      simulated: true,
      apiKey: 'sk-simulator',
      baseURL: simulator.url,
      clock,
    })
    const dispatcher = createEmbeddedDispatcher({
      now: clock.now,
      governor: createGovernor({ clock }),
      maxConcurrency,
      caps: noCalendarCaps,
      books: [],
    })
    return { provider, dispatcher, batchPace: atOnce, knownBatches: new Set(), close: simulator.close }
  }
  return { open, close: async () => (await faultless)?.stop() }
}

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
