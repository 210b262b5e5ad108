import type { LineMessage } from './line-messages'

/** The part of EventSource the line needs. */
export type Source = {
  addEventListener: (type: string, listener: (event: { data?: unknown; lastEventId?: string }) => void) => void
  close: () => void
}

/** What the line needs of a browser; tests bring their own. */
export type LinePorts = {
  /** This tab among those of its browser. */
  tab: string
  /** Stands in line for the lead, or takes it from whoever has it. The function leaves the line, or gives up the lead. */
  lead: (isStealing: boolean, onHeld: () => void, onLost: () => void) => () => void
  /** Calls back once a tab that was there is not any more. */
  onTabGone: (tab: string, callback: () => void) => void
  post: (message: LineMessage) => void
  listen: (hear: (raw: unknown) => void) => void
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
