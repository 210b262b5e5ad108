import { assertNever } from '@/lib/core/base/assert-never'
import type { Delivery as DeliveryColumn } from '@/lib/core/estimate/estimate'
import type { LaunchForm } from './launch-form'

/** A column of the plan card: how the same work can be delivered. */
export type DeliveryChoice = DeliveryColumn['kind']

/** The delivery that a form asks for. */
export function deliveryChoiceOf({
  delivery,
  speed,
  concurrency,
}: Pick<LaunchForm, 'delivery' | 'speed' | 'concurrency'>): DeliveryChoice {
  if (delivery === 'batch') return 'batch'
  if (speed === 'fast') return 'fast'
  return concurrency.trim() === '1' ? 'sequential' : 'parallel'
}

/**
 * What a form has to say to ask for a delivery; a number of slots that somebody typed stays, unless it is the
 * one of "one by one".
 */
export function fieldsForDelivery(
  delivery: DeliveryChoice,
  { concurrency }: Pick<LaunchForm, 'concurrency'>,
): Pick<LaunchForm, 'delivery' | 'speed' | 'concurrency'> {
  const several = concurrency.trim() === '1' ? '' : concurrency
  switch (delivery) {
    case 'sequential':
      return { delivery: 'live', speed: 'standard', concurrency: '1' }
    case 'parallel':
      return { delivery: 'live', speed: 'standard', concurrency: several }
    case 'fast':
      return { delivery: 'live', speed: 'fast', concurrency: several }
    case 'batch':
      return { delivery: 'batch', speed: 'standard', concurrency: several }
    default:
      return assertNever(delivery)
  }
}

/** The button's words for people who cannot see its column. */
export function deliveryChoiceLabel(delivery: DeliveryChoice): string {
  switch (delivery) {
    case 'sequential':
      return 'Run sequentially'
    case 'parallel':
      return 'Run live'
    case 'fast':
      return 'Run in fast mode'
    case 'batch':
      return 'Run in batches'
    default:
      return assertNever(delivery)
  }
}
