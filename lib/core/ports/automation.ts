import type { Actor } from '../base/actor'
import type { JsonObject } from '../base/json'
import type { RunStatus } from '../spec/run-status'

/** What happens on an occasion that comes while the last run still goes on. */
export const whenBusyChoices = ['skip', 'wait'] as const
export type WhenBusy = (typeof whenBusyChoices)[number]

/** Why an automation is off: a person, or what it met itself. */
export const offReasons = ['person', 'failures', 'owner', 'ends'] as const
export type OffReason = (typeof offReasons)[number]

/**
 * A launch that is kept to be made on every occasion: a schedule's times, a trigger's deliveries. Times are
 * ISO 8601, money is nanodollars, months are UTC months as of every cap.
 */
export type Automation = {
  id: string
  project: string
  name: string
  /** The body of the launch, as `POST /api/runs` takes it. */
  launch: JsonObject
  whenBusy: WhenBusy
  /** What its runs may spend together in a month; null for as much as their own caps allow. */
  monthlyNanoUsd: number | null
  /** It turns itself off once as many runs in a row have failed. */
  mostFailures: number
  isOn: boolean
  /** Why it is off; null while it is on. */
  offReason: OffReason | null
  /** The same in words, where there is more to say. */
  offDetail: string | null
  /** Whose runs they are: who made it, or who turned it on last. */
  owner: Actor
  createdAt: string
  /** When somebody turned it on last; failures before it are forgiven. */
  onSince: string
}

/** How the run of an occasion stands; null without a run, or when it was deleted. */
export type LaunchResult = { runStatus: RunStatus | null; spentNanoUsd: number | null }

/** What is known of the runs of automations of one kind, by the ids of these. */
export type LaunchHistory<Occasion> = {
  /** Its occasions from `since` on that were launched or refused, newest first: whatever lies between is no result. */
  resultsSince(id: string, since: string, most: number): Promise<Occasion[]>
  /** A run that it launched and that has not ended; null for none. */
  unendedRun(id: string): Promise<string | null>
  /** Whether one of its occasions waits for the end of a run. */
  hasWaiting(id: string): Promise<boolean>
  /** What the runs launched on occasions from `from` on have spent, with what is unsettled. */
  spentSince(id: string, from: string): Promise<number>
}
