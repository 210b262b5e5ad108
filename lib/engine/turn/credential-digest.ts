import type { Needs } from '../context/active-run'

/**
 * A digest of the provider's credential, salted with the run: it shows that the credential has changed during
 * this run and says nothing about it anywhere else.
 */
export function credentialDigestOf(run: Needs<'id' | 'ports' | 'providerContext'>): string {
  return run.ports.digest(`${run.id} ${run.providerContext.provider.credentialId}`).slice(0, 12)
}
