import type { Actor } from '@/lib/core/base/actor'
import { RunStopped, type Stops } from './stops'

/** What ended a run before its script did, as far as this process knows. */
export class RunEnding {
  /** Who cancelled the run in this process; its script may return while that is being recorded. */
  cancelledBy: Actor | null = null
  /** The cap that ended the run, when the launcher chose ending over pausing. */
  byLimit: string | null

  constructor(
    private readonly stops: Stops,
    byLimit: string | null,
  ) {
    this.byLimit = byLimit
  }

  /** Ends the run at a limit that no agent would notice by itself. */
  atLimit(detail: string): void {
    this.byLimit = detail
    this.stops.stop(new RunStopped('limit', null))
  }
}
