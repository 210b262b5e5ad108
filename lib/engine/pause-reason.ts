import type { Failure } from '@/lib/core/failure'

/** What kind of pause a failure asks for. */
export function pauseReason(failed: Failure): 'credential' | 'billing' | 'unreachable' {
  if (failed.kind === 'authentication' || failed.kind === 'permission') return 'credential'
  return failed.kind === 'unreachable' ? 'unreachable' : 'billing'
}
