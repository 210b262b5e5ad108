import type { BilledDay } from '../billing/billed'

/** What was reported as billed, day by day: what a finished day had is not asked again. */
export type BillingStore = {
  /** Days of a period that were read, oldest first; both ends included. */
  billedDays(from: string, to: string): Promise<BilledDay[]>
  /** Keeps days in place of what was kept of them before, all or none. */
  saveBilledDays(days: readonly BilledDay[]): Promise<void>
  /** Forgets all of it: another key may be that of another organisation. */
  forgetBilledDays(): Promise<void>
}
