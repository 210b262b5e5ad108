import type { Actor } from '../base/actor'
import type { Alert, StoredAlert } from './alerts'
import type { Price } from './pricing'
import type { Payer } from './quotas'
import type { RepricedTurn } from './repricing'

/** One change to the price list. `price` null takes the row away. */
export type PriceVersion = {
  id: number
  model: string
  effectiveFrom: string
  price: Price | null
  origin: 'shipped' | 'edited'
  setAt: string
  setBy: Actor
  note: string
}

/** One repricing of history. */
export type Repricing = {
  id: string
  at: string
  by: Actor
  /** `skipped` runs had been taken up again before their turn came. */
  status: 'preparing' | 'applying' | 'applied'
  asked: { from: string; to: string; model: string | null; simulated: boolean }
  turns: number
  runs: number
  beforeNanoUsd: number
  afterNanoUsd: number
  /** The act this one takes back. */
  undoes: string | null
  /** Turns that have their new cost by now. */
  doneTurns: number
  skippedTurns: number
  /** The act that took this one back. */
  undoneBy: string | null
}

/** A notice that is to be, or was, sent to the webhook. */
export type Delivery = {
  id: string
  createdAt: string
  kind: 'alert' | 'test' | 'run'
  body: string
  status: 'pending' | 'delivered' | 'failed'
  attempts: number
  nextAt: string | null
  /** What the receiver, or the network, said last. */
  lastAnswer: string | null
  deliveredAt: string | null
}

/** What a re-pricing did to one run: how the totals of its days changed, by who had paid. */
export type RepricedRun = {
  state: 'done' | 'skipped'
  changes: { day: string; payer: Payer; changeNanoUsd: number; unsettledChangeNanoUsd: number }[]
}

/** The price list and what it is for. */
export type PriceStore = {
  priceVersions(): Promise<PriceVersion[]>
  addPriceVersions(versions: readonly Omit<PriceVersion, 'id'>[]): Promise<void>
  /** Since which UTC day each model has been used here. */
  usedModels(): Promise<{ model: string; since: string }[]>
}

/** What people were warned of, and the notices of it. */
export type AlertStore = {
  /**
   * Adds an alert, and the notice of it, in one transaction. False when there is one already; then nothing is
   * added.
   */
  addAlert(id: string, at: string, alert: Alert, delivery: Delivery | null): Promise<boolean>
  listAlerts(filter: { isOpen: boolean; limit: number }): Promise<StoredAlert[]>
  /** False when there is no such alert that is open. */
  dismissAlert(id: string, at: string, by: Actor): Promise<boolean>
  addDelivery(delivery: Delivery): Promise<void>
  saveDelivery(delivery: Delivery): Promise<void>
  pendingDeliveries(): Promise<Delivery[]>
  listDeliveries(limit: number): Promise<Delivery[]>
}

/** Repricings of history. */
export type RepricingStore = {
  /** False while another goes on: of two at once one is first. */
  addRepricing(repricing: Omit<Repricing, 'doneTurns' | 'skippedTurns' | 'undoneBy'>): Promise<boolean>
  addRepricedTurns(id: string, turns: readonly RepricedTurn[]): Promise<void>
  setRepricingStatus(id: string, status: Repricing['status']): Promise<void>
  dropRepricing(id: string): Promise<void>
  listRepricings(): Promise<Repricing[]>
  /**
   * Adds an act that takes another one back; false while another goes on, or where it was taken back. Rejects with a
   * sentence when a turn was repriced since.
   */
  addUndo(id: string, of: string, at: string, by: Actor): Promise<boolean>
  /** Runs of a re-pricing that do not have it yet. */
  runsToReprice(id: string): Promise<string[]>
  /** Gives one run its new costs: its turns, an event, its rows, and all sums, in one transaction. */
  repriceRun(id: string, runId: string, at: string, actor: Actor): Promise<RepricedRun>
}

/** Prices, alerts and re-pricings. */
export type MoneyStore = PriceStore & AlertStore & RepricingStore

/** Turns that a later re-pricing has changed again cannot be taken back first. */
export class RepricedSinceError extends Error {
  constructor(readonly turns: number) {
    super(`${turns} of these responses were repriced since. Undo the later repricing first.`)
    this.name = 'RepricedSinceError'
  }
}
