import type { Needs } from '../context/active-run'

/**
 * Names the provider's account within this run: enough to see that it has changed, and of no use anywhere
 * else.
 */
export function credentialDigestOf(run: Needs<'id' | 'ports' | 'providerContext'>): string {
  return run.ports.digest(`${run.id} ${run.providerContext.provider.credentialId}`).slice(0, 12)
}
