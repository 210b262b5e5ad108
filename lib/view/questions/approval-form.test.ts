import { expect, it } from 'vitest'
import { estimatedByPlan, readApproved, untouched } from './approval-form'
import { answerForm, readUpTo } from './question'

const estimated = estimatedByPlan({
  agents: { low: 5, likely: 12, high: 39.2 },
  costNanoUsd: { low: 1, likely: 2, high: 6_301_000_000 },
})

it('is the upper end of what the plan says, unless another number was typed', () => {
  expect(estimated).toEqual({ agents: '40', usd: '6.31' })
  expect(readApproved(untouched, estimated)).toEqual({ agents: 40, usd: 6.31 })
  expect(readApproved({ agents: '1,200', usd: '' }, estimated)).toEqual({ agents: 1200, usd: 6.31 })
  expect(readApproved({ agents: '', usd: '$9' }, estimated)).toEqual({ agents: 40, usd: 9 })
})

it('is nothing where the plan says nothing, and nonsense is refused', () => {
  const nothing = estimatedByPlan({ agents: null, costNanoUsd: null })
  expect(readApproved(untouched, nothing)).toBeUndefined()
  expect(readApproved({ agents: '3', usd: '' }, nothing)).toEqual({ agents: 3, usd: null })
  expect(readApproved({ agents: '2.5', usd: '' }, estimated)).toMatch(/whole number/)
  expect(readApproved({ agents: '', usd: 'much' }, estimated)).toMatch(/dollars/)
})

it('is asked for again with the numbers it would take, which may be changed', () => {
  const properties = {
    do: {},
    agents: { type: 'integer', default: 547 },
    usd: { type: 'number', default: 590.5 },
  }
  const form = answerForm({
    kind: 'approval',
    input: { type: 'object', properties },
    hasDefault: false,
    default: null,
  })
  expect(form).toEqual({ kind: 'approval', agents: '547', usd: '590.5' })
  expect(readUpTo({ agents: '100', usd: '' })).toEqual({ do: 'up-to', agents: 100 })
  expect(readUpTo({ agents: '', usd: '20' })).toEqual({ do: 'up-to', usd: 20 })
  for (const wrong of [
    { agents: '', usd: '' },
    { agents: '0', usd: '' },
    { agents: '', usd: 'x' },
  ])
    expect(typeof readUpTo(wrong)).toBe('string')
})
