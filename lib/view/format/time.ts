/** How long something took, two units at most and the second one padded, so it does not jump about. */
export function formatDuration(ms: number): string {
  if (ms < 950) return `${(Math.max(0, ms) / 1000).toFixed(1)}s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}m ${pad(seconds % 60)}s`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours}h ${pad(minutes % 60)}m`
  return `${Math.floor(hours / 24)}d ${pad(hours % 24)}h`
}

/** `just now`, `4 min ago`, `3 h ago`, else the day. */
export function formatAgo(iso: string, nowMs: number): string {
  const at = Date.parse(iso)
  const seconds = Math.round((nowMs - at) / 1000)
  if (seconds < 10) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
}

/** Clock time of a log line. */
export function formatClock(iso: string): string {
  return new Date(iso).toLocaleTimeString('en-GB', { hour12: false })
}

export type Clocked = {
  startedAt: string | null
  endedAt: string | null
  pausedAt: string | null
  pausedMs: number
}

/** Wall clock of a run without its pauses; null before it started. */
export function elapsedMs(run: Clocked, nowMs: number): number | null {
  if (run.startedAt === null) return null
  const until = Date.parse(run.endedAt ?? run.pausedAt ?? '') || nowMs
  return Math.max(0, until - Date.parse(run.startedAt) - run.pausedMs)
}

/** True while the elapsed time still grows. */
export function isTicking(run: Clocked): boolean {
  return run.startedAt !== null && run.endedAt === null && run.pausedAt === null
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
