import type { Dispatcher } from '@/lib/core/dispatcher'
import type { Clock, Provider } from '@/lib/core/ports'
import type { Rehearsal, RunSpec } from '@/lib/core/run'
import { createEmbeddedDispatcher } from '@/lib/dispatch/embedded'
import type { Lane } from '@/lib/engine/ports'
import { createAnthropicProvider } from '@/lib/providers/anthropic/provider'
import { createGovernor } from '@/lib/providers/governor'
import { startSimulatorChild } from '@/lib/providers/simulator/child'
import type { FaultRule } from '@/lib/providers/simulator/faults'

/**
 * Gives each run its lane. All runs share one; a rehearsal gets a simulator, slots and limits of its own, so that it
 * neither waits for paid work nor makes it wait, and its faults are nobody else's.
 */
export function createLanes(options: {
  now: Clock
  common: { provider: Provider; dispatcher: Dispatcher }
  entry: string
  maxConcurrency: number
}): (spec: RunSpec) => Promise<Lane> {
  const { now, common, entry, maxConcurrency } = options
  return async ({ rehearsal }) => {
    if (rehearsal === null) return { ...common, close: async () => {} }
    const simulator = await startSimulatorChild({ entry, speed: 0, faults: faultRules(rehearsal) })
    const provider = createAnthropicProvider({
      name: 'simulator',
      simulated: true,
      apiKey: 'sk-simulator',
      baseURL: simulator.url,
    })
    const dispatcher = createEmbeddedDispatcher({
      now,
      governor: createGovernor({ now }),
      maxConcurrency,
      dayCapNanoUsd: null,
      today: { spentNanoUsd: 0, unsettledNanoUsd: 0 },
    })
    return { provider, dispatcher, close: () => simulator.stop() }
  }
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
