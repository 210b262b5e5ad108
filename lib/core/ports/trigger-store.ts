import type { Actor } from '../base/actor'
import type { JsonObject } from '../base/json'
import type { ArgMapping } from '../spec/arg-mapping'
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
}

/** The actor whose runs a trigger's are: the trigger, which counts against its owner too. */
export function triggerActor({ id, name, owner }: Pick<Trigger, 'id' | 'name' | 'owner'>): Actor {
  return { kind: 'trigger', id, name: `${name} (trigger of ${owner.name})`, ownerId: owner.id }
}

/**
 * What became of a delivery. `due` is written before the launch, so a launch that was cut is made up for under the
 * same idempotency key; `waiting` stands until the run before it has ended; `skipped-body` had no args in it.
 */
export const deliveryOutcomes = [
  'due',
  'waiting',
  'launched',
  'skipped-off',
  'skipped-body',
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
}

/** The same with how its run stands. */
export type DeliveryWithRun = Omit<TriggerDelivery, 'args'> & LaunchResult

/** Triggers and what was delivered to them. */
export type TriggerStore = LaunchHistory<DeliveryWithRun> & {
  addTrigger(trigger: Trigger): Promise<void>
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
  /** Newest first. */
  deliveriesOf(triggerId: string, most: number): Promise<DeliveryWithRun[]>
}
