import { expect, test } from 'vitest'
import { committed, created, told } from '../testing'
import { agentCosts } from './agent-costs'

const { agents } = told(
  ['read'],
  created('a1', 'read'),
  created('a2', 'read'),
  created('a3', 'read'),
  committed('a1', 0),
  committed('a2', 0),
  committed('a2', 1),
)

test('agents stand by what they cost, each with its model and its share of the most expensive', () => {
  const { rows, models, rest } = agentCosts(agents.values(), 10)
  expect(rows.map(({ id, turns, share }) => [id, turns, share])).toEqual([
    ['a2', 2, 1],
    ['a1', 1, 0.5],
  ])
  expect(models).toHaveLength(1)
  expect(rest).toEqual({ agents: 0, nanoUsd: 0 })
})

test('those that are not shown by name are summed up', () => {
  const { rows, rest } = agentCosts(agents.values(), 1)
  expect(rows.map(({ id }) => id)).toEqual(['a2'])
  expect(rest).toEqual({ agents: 1, nanoUsd: (rows[0]?.nanoUsd ?? 0) / 2 })
})
