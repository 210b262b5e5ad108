import type { Actor } from '../base/actor'
import type { JsonObject } from '../base/json'
import type { ArgMapping } from '../spec/arg-mapping'
import type { GithubOccasion, GithubWait } from '../spec/github'
import type { Automation, LaunchHistory, LaunchResult } from './automation'

/** How a sender signs: as Standard Webhooks says, with an id and a time, or as GitHub does, the body alone. */
export const signatureForms = ['standard', 'github'] as const
export type SignatureForm = (typeof signatureForms)[number]

/** A launch that is made whenever somebody delivers something signed to its address. */
export type Trigger = Automation & {
  signedAs: SignatureForm
  /** Which parts of a delivered body become args. */
  mapping: ArgMapping
  /** What deliveries are signed with, sealed. */
  secret: string
  /** The one before, sealed, which counts until a moment; null without one. */
  formerSecret: { sealed: string; until: string } | null
  /** What it waits for at GitHub; null where every signed delivery launches. */
  github: GithubWait | null
}

/** The actor whose runs a trigger's are: the trigger, which counts against its owner too. */
export function triggerActor({ id, name, owner }: Pick<Trigger, 'id' | 'name' | 'owner'>): Actor {
  return { kind: 'trigger', id, name: `${name} (trigger of ${owner.name})`, ownerId: owner.id }
}

/**
 * What became of a delivery. `due` is written before the launch, so a launch that was cut is made up for under the
 * same idempotency key; `waiting` stands until the run before it has ended; `skipped-body` had no args in it.
 * `fetching` is not due before its source was fetched from GitHub; `skipped-event` is none that the trigger waits for,
 * and `skipped-untrusted` was caused by somebody, or is about code, that may launch nothing.
 */
export const deliveryOutcomes = [
  'fetching',
  'due',
  'waiting',
  'launched',
  'skipped-off',
  'skipped-body',
  'skipped-event',
  'skipped-untrusted',
  'skipped-busy',
  'skipped-ceiling',
  'skipped-quota',
  'refused',
] as const
export type DeliveryOutcome = (typeof deliveryOutcomes)[number]

/** Something signed that was delivered to a trigger. */
export type TriggerDelivery = {
  triggerId: string
  /** The sender's id of it, of GitHub the digest of what was signed: the same one comes in once. */
  deliveryId: string
  receivedAt: string
  outcome: DeliveryOutcome
  /** In words; null where the outcome says all. */
  detail: string | null
  runId: string | null
  /** What its body gave for the launch; null once that was made, or is not to be made. */
  args: JsonObject | null
  /** Where at GitHub it happened; null for what is not of there. */
  github: GithubOccasion | null
}

/** The same with how its run stands. */
export type DeliveryWithRun = Omit<TriggerDelivery, 'args' | 'github'> & LaunchResult

/** Triggers and what was delivered to them. */
export type TriggerStore = LaunchHistory<DeliveryWithRun> & {
  /** False where there are as many as there may be, in all projects together. One transaction. */
  addTrigger(trigger: Trigger, most: number): Promise<boolean>
  /** By name. */
  listTriggers(): Promise<Trigger[]>
  find(id: string): Promise<Trigger | null>
  /** Replaces a trigger if it still is as `before` was read; false where it was changed or deleted meanwhile. */
  change(before: Trigger, after: Trigger): Promise<boolean>
  /** Forgets it and what was delivered to it; its runs stay. False where there is none. */
  deleteTrigger(id: string): Promise<boolean>
  /** Keeps a delivery, unless it is known already: gives the one that is kept. */
  receive(delivery: TriggerDelivery): Promise<TriggerDelivery>
  /** Null for one that never came, or whose trigger was deleted. */
  findDelivery(triggerId: string, deliveryId: string): Promise<TriggerDelivery | null>
  setDelivery(delivery: TriggerDelivery): Promise<void>
  /** Deliveries that are due or wait, oldest first. */
  openDeliveries(): Promise<TriggerDelivery[]>
  /** Deliveries whose source is still to be fetched, oldest first. */
  fetchingDeliveries(): Promise<TriggerDelivery[]>
  /** Newest first. */
  deliveriesOf(triggerId: string, most: number): Promise<DeliveryWithRun[]>
}
