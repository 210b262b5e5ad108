import { expect, test } from 'vitest'
import { type DeliveryChoice, deliveryChoiceOf, fieldsForDelivery } from './delivery-choice'

const choices: readonly DeliveryChoice[] = ['sequential', 'parallel', 'fast', 'batch']

test('choosing a delivery leads to it, from any other', () => {
  for (const from of choices) {
    const form = fieldsForDelivery(from, { concurrency: '12' })
    for (const to of choices) expect(deliveryChoiceOf(fieldsForDelivery(to, form))).toBe(to)
  }
})

test('slots that were typed stay, and one by one leaves none behind', () => {
  expect(fieldsForDelivery('fast', { concurrency: '12' }).concurrency).toBe('12')
  expect(fieldsForDelivery('parallel', { concurrency: ' 1 ' }).concurrency).toBe('')
})
