import type { Failure } from '@/lib/core/agent/failure'
import type { Needs } from '../context/active-run'

/**
 * Pauses a run for a failure that no agent can do anything about, until the server's own date where it gave
 * one.
 */
export async function pauseFor(
  run: Needs<'pauses' | 'ports'>,
  failed: Failure,
  forMs: number | null,
): Promise<void> {
  const resumesAtMs = forMs === null ? null : run.ports.clock.now() + forMs
  const until = resumesAtMs === null ? '' : ` It resumes automatically at ${minuteOf(resumesAtMs)} UTC.`
  await run.pauses.pause(pauseReason(failed), `${failed.message}${until}`, null, { resumesAtMs })
}

/** What kind of pause a failure asks for. */
function pauseReason(failed: Failure): 'credential' | 'billing' | 'rate-limit' | 'unreachable' {
  if (failed.kind === 'authentication' || failed.kind === 'permission') return 'credential'
  if (failed.kind === 'unreachable') return 'unreachable'
  return failed.kind === 'billing' || failed.kind === 'spend-limit' ? 'billing' : 'rate-limit'
}

function minuteOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}
