/** The part of a browser that a lease needs; tests bring their own. */
export type LeasePorts = {
  read: () => string | null
  write: (value: string) => void
  clear: () => void
  /** Calls back when another tab has changed the lease. The function stops it. */
  onChange: (callback: () => void) => () => void
  every: (callback: () => void, ms: number) => () => void
  nowMs: () => number
  /** Time in which this tab got to run. */
  awakeMs: () => number
}

/**
 * So long a lease holds without being renewed, in time during which the tab that waits for it got to run: after a
 * night in which the machine slept the leader has its chance to renew it. A hidden tab's timers may come once
 * a minute, and it then loses it.
 */
const LEASE_MS = 8_000
const RENEW_MS = 2_000

/**
 * The leader lock where the browser gives no locks, which is on plain HTTP beyond this machine: a note in the
 * storage that tabs share says who leads and until when. Two may believe it for a moment; the shared stream
 * follows the later one.
 */
export function acquireLeaderLease(
  ports: LeasePorts,
  tab: string,
  isStealing: boolean,
  onAcquired: () => void,
  onLost: () => void,
): () => void {
  let isLeader = false
  let isOver = false

  let seen = { note: '', atMs: 0 }
  const holder = (): string | null => {
    const note = ports.read() ?? ''
    const [name = '', until] = note.split(' ')
    if (name === '' || !Number.isFinite(Number(until))) return null
    // The note of a leader that was gone before this tab came is over at once.
    if (seen.note === '' && Number(until) <= ports.nowMs()) return null
    if (note !== seen.note) seen = { note, atMs: ports.awakeMs() }
    return ports.awakeMs() - seen.atMs < LEASE_MS ? name : null
  }

  const check = (mayTake: boolean) => {
    if (isOver) return
    const current = holder()
    if (isLeader && current !== null && current !== tab) {
      stop()
      onLost()
      return
    }
    if (!isLeader && current !== null && current !== tab && !mayTake) return
    ports.write(`${tab} ${ports.nowMs() + LEASE_MS}`)
    if (isLeader) return
    isLeader = true
    onAcquired()
  }

  const leaveChanges = ports.onChange(() => check(false))
  const leaveBeat = ports.every(() => check(false), RENEW_MS)
  const stop = () => {
    isOver = true
    leaveChanges()
    leaveBeat()
  }
  // After this call has returned: a caller has its release function before it hears that it leads.
  queueMicrotask(() => check(isStealing))
  return () => {
    if (isOver) return
    stop()
    if (isLeader && holder() === tab) ports.clear()
  }
}
