import { failure } from '@/lib/core/agent/failure'
import type { Provider } from '@/lib/core/ports/ports'

/**
 * Stands in for a provider that is not there: every request is refused with this sentence, which pauses the
 * run that asks, so a person can bring it back.
 */
export function createAbsentProvider(sentence: string): Provider {
  const refused = () => ({ ok: false as const, failure: failure('authentication', sentence) })
  return {
    name: 'anthropic',
    simulated: false,
    hasServerTools: false,
    credentialId: 'absent',
    turn: async () => ({ ...refused(), started: null }),
    batches: {
      create: async () => ({ ...refused(), mayExist: false, isUnknown: false }),
      look: async () => refused(),
      recent: async () => refused(),
      results: async () => refused(),
      withdraw: async () => refused(),
    },
    countTokens: async () => null,
    models: async () => [],
  }
}
