import type { SharedStreamMessage } from './shared-stream-messages'

/** The part of EventSource the shared stream needs. */
export type Source = {
  addEventListener: (
    type: string,
    listener: (event: { data?: unknown; lastEventId?: string }) => void,
  ) => void
  close: () => void
}

/** What the shared stream needs of a browser; tests bring their own. */
export type SharedStreamPorts = {
  /** This tab among those of its browser. */
  tab: string
  /**
   * Waits for the leader lock, or steals it from its holder. The function stops waiting, or releases the
   * lock.
   */
  acquireLeaderLock: (isStealing: boolean, onAcquired: () => void, onLost: () => void) => () => void
  /** Calls back once a tab that was there is not any more. */
  onTabGone: (tab: string, callback: () => void) => void
  post: (message: SharedStreamMessage) => void
  listen: (receive: (raw: unknown) => void) => void
  openSource: (url: string) => Source
  putWatch: (runId: string, watcher: string, agents: readonly string[]) => Promise<void>
  wait: (callback: () => void, ms: number) => () => void
  every: (callback: () => void, ms: number) => void
  /** A page that is put away runs no code until it comes back, and may never. */
  onAway: (callback: () => void) => void
  onBack: (callback: () => void) => void
  nowMs: () => number
  /** Time in which this tab got to run: silence is judged by it. */
  awakeMs: () => number
  random: () => number
}
