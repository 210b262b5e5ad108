import { describe, expect, it } from 'vitest'
import type { Plan } from '@/lib/api/plan'
import { defaultLimits } from '@/lib/core/spec/run'
import { agentRange, commitment, planPhases } from './plan-view'

const plan: Plan = {
  name: 'audit',
  description: '',
  phases: [
    { title: 'Scout', detail: null, model: null },
    { title: 'Audit', detail: 'One a module', model: null },
  ],
  calls: [
    { line: 4, column: 1, phase: 'Scout', label: null, model: null, multiplicity: 'one', hasSchema: false },
    { line: 9, column: 1, phase: 'Audit', label: null, model: null, multiplicity: 'many', hasSchema: true },
  ],
  workspace: null,
  workspaceNotes: null,
  rows: [],
  agents: { low: 2, likely: 10, high: 26 },
  tokens: null,
  costNanoUsd: null,
  seconds: null,
  calibration: null,
  basis: 'Nothing to base it on.',
  deliveries: [],
  recommendation: '',
  dryRun: null,
  historyRuns: 0,
  limits: defaultLimits,
  parallelism: null,
  needsApproval: false,
  simulated: true,
  notes: [],
}

describe('plan', () => {
  it('commits to the limits, with what it is likely to come to between them', () => {
    expect(commitment(plan)).toBe('up to 1,000 agents, stops at $5')
    expect(commitment({ ...plan, limits: { ...defaultLimits, nanoUsd: null } })).toContain('no dollar cap')
    const costNanoUsd = { low: 6e9, likely: 8e9, high: 11e9 }
    expect(commitment({ ...plan, costNanoUsd })).toBe('up to 1,000 agents, about $6.00–$11.00, stops at $5')
    const range = { low: 1, likely: 1, high: 1 }
    const option = { speed: 'standard', delivery: 'live', costNanoUsd: null } as const
    const unpriced: Plan['rows'][number] = {
      ...option,
      phase: 'Audit',
      model: 'house-model',
      agents: range,
      tokens: range,
      secondsEach: range,
      turnsEach: range,
      chain: 1,
      reservationNanoUsd: null,
      reservationTokens: 16_000,
      deliveryOptions: { live: option, fast: option, batch: option },
      countBasis: 'source',
      tokenBasis: 'prior',
    }
    expect(commitment({ ...plan, rows: [unpriced] })).toBe(
      'up to 1,000 agents, stops at $5, but not agents without a price',
    )
  })

  it('says what is not known instead of a number', () => {
    expect(planPhases(plan).map(({ agents, cost }) => [agents, cost])).toEqual([
      ['1 agent', null],
      ['decided by the script', null],
    ])
  })

  it('reads a range of agents', () => {
    expect([agentRange({ low: 1, high: 1 }), agentRange({ low: 3, high: 1200 })]).toEqual([
      '1 agent',
      '3–1,200 agents',
    ])
  })
})
