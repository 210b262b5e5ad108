import { modelRules } from './models'
import type { Price } from './pricing'
import type { Delivery, Speed } from './run'

/** Ways a whole launch can be asked to travel; one agent after the other costs what `live` costs. */
export const ways = ['live', 'fast', 'batch'] as const
export type Way = (typeof ways)[number]

/** How turns travel, as far as it decides their price and time. */
export type Terms = { speed: Speed; delivery: Delivery }

/** What a phase or a call asks for by itself, whatever the launch says; null leaves it to the launch. */
export type Pinned = { speed: Speed | null; delivery: Delivery | null }

export const unpinned: Pinned = { speed: null, delivery: null }

/** What comes of what is asked: a batch has no fast mode, nor have most models. */
export function termsFor(model: string, pinned: Pinned, asked: Terms): Terms {
  const delivery = pinned.delivery ?? asked.delivery
  const wantsFast = (pinned.speed ?? asked.speed) === 'fast'
  return {
    delivery,
    speed: wantsFast && delivery === 'live' && modelRules(model).fast !== 'none' ? 'fast' : 'standard',
  }
}

/** What a way asks of everything that is not pinned. In batches, what stays live keeps the speed of the launch. */
export function askedOf(way: Way, speed: Speed): Terms {
  if (way === 'batch') return { speed, delivery: 'batch' }
  return { speed: way === 'fast' ? 'fast' : 'standard', delivery: 'live' }
}

/** List-price nanodollars at these terms, whole. */
export function atTerms(listNanoUsd: number, { speed, delivery }: Terms, price: Price): number {
  const fast = speed === 'fast' ? (price.fastMultiplier ?? 1) : 1
  return Math.round(listNanoUsd * fast * (delivery === 'batch' && price.batch ? 0.5 : 1))
}
