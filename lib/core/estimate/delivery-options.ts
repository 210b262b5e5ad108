import { modelRules } from '../money/models'
import type { Price } from '../money/pricing'
import type { Delivery, Speed } from '../spec/run'

/** How a whole launch can be asked to travel; one agent after the other costs what `live` costs. */
export const deliveryOptions = ['live', 'fast', 'batch'] as const
export type DeliveryOption = (typeof deliveryOptions)[number]

/** How turns travel, as far as it decides their price and time. */
export type DeliveryTerms = { speed: Speed; delivery: Delivery }

/** What a phase or a call asks for by itself, whatever the launch says; null leaves it to the launch. */
export type Pinned = { speed: Speed | null; delivery: Delivery | null }

export const unpinned: Pinned = { speed: null, delivery: null }

/** What comes of what is asked: a batch has no fast mode, nor have most models. */
export function deliveryTermsFor(model: string, pinned: Pinned, asked: DeliveryTerms): DeliveryTerms {
  const delivery = pinned.delivery ?? asked.delivery
  const wantsFast = (pinned.speed ?? asked.speed) === 'fast'
  return {
    delivery,
    speed: wantsFast && delivery === 'live' && modelRules(model).fast !== 'none' ? 'fast' : 'standard',
  }
}

/**
 * What an option asks of everything that is not pinned. In batches, what stays live keeps the speed of the
 * launch.
 */
export function deliveryTermsOf(option: DeliveryOption, speed: Speed): DeliveryTerms {
  if (option === 'batch') return { speed, delivery: 'batch' }
  return { speed: option === 'fast' ? 'fast' : 'standard', delivery: 'live' }
}

/** List-price nanodollars at these delivery terms, whole. */
export function atDeliveryTerms(
  listNanoUsd: number,
  { speed, delivery }: DeliveryTerms,
  price: Price,
): number {
  const fast = speed === 'fast' ? (price.fastMultiplier ?? 1) : 1
  return Math.round(listNanoUsd * fast * (delivery === 'batch' && price.batch ? 0.5 : 1))
}
