import type { DisplayStatus } from '@/lib/view/agent/status-display'

/** Fill of a state in a bar; the bar's own words say what each piece is. */
export const statusFill: Readonly<Record<DisplayStatus, string>> = {
  queued: 'bg-line-strong',
  waiting: 'bg-waiting',
  running: 'bg-running',
  stalled: 'hatched',
  succeeded: 'bg-succeeded',
  flagged: 'bg-flagged',
  failed: 'bg-failed',
  skipped: 'bg-control',
  cancelled: 'bg-control',
  reused: 'bg-reused',
}
