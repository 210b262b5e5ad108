import { expect, test } from 'vitest'
import { alertSentence } from './alerts'

const usd = (dollars: number) => Math.round(dollars * 1e9)

test('a budget that has passed a threshold is not said to stand at it', () => {
  const budget = { project: 'default', scope: 'all', name: '', period: 'day', nanoUsd: usd(0.9) } as const
  const alert = {
    kind: 'budget',
    budget,
    period: '2026-11-27',
    threshold: 80,
    spentNanoUsd: usd(0.87),
  } as const
  expect(alertSentence(alert)).toBe(
    'The daily budget for all runs is at least 80% used: $0.87 of $0.90 in 2026-11-27 (UTC).',
  )
})

test('a price that was missing is told of the past, since it may have been set by the time this is read', () => {
  expect(alertSentence({ kind: 'unknown-price', model: 'house-model', runId: 'r', title: 'Audit' })).toBe(
    'house-model has no known price, but Audit used it: what that cost is missing from totals.',
  )
})
