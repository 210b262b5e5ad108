import type { EndedRun } from '../spec/retention-rules'

/** What is deleted by age. Sums of spending are in rows of their own, which nothing here touches. */
export type RetentionStore = {
  /** Runs that have ended, with an id after one, by id. Trial runs are left out. */
  endedRuns(after: string, now: string, most: number): Promise<EndedRun[]>
  /** One of them; null where it is not there or has not ended. */
  endedRun(id: string, now: string): Promise<EndedRun | null>
  /** Bytes that the rows of a run hold. */
  bytesOfRun(id: string): Promise<number>
  /** Goes on with deletions of runs that were cut off. */
  finishDeletions(): Promise<void>
  /** How many deliveries would be deleted that were settled before a moment. */
  countDeliveries(before: string): Promise<number>
  /**
   * Deletes at most so many of them, and gives how many. Of triggers signed as GitHub does they stay: what was
   * delivered once may not launch again, and nothing else tells of it.
   */
  deleteDeliveries(before: string, most: number): Promise<number>
}
