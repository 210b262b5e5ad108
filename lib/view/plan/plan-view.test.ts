import { describe, expect, it } from 'vitest'
import type { Plan } from '@/lib/api/plan'
import { defaultLimits } from '@/lib/core/spec/run'
import { agentRange, capLine, launchLine, planPhases, shownDeliveries } from './plan-view'

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
  it('says what it is likely to come to, and where it stops', () => {
    expect(launchLine(plan, 'pause')).toEqual({ text: 'about 10 agents · pauses at $5', raiseToUsd: null })
    const free = { ...plan, agents: null, limits: { ...defaultLimits, nanoUsd: null } }
    expect(launchLine(free, 'end').text).toBe('no dollar cap')
    expect(capLine(2.5, 'end')).toBe('ends at $2.50')
    const costNanoUsd = { low: 1e9, likely: 2e9, high: 11e9 }
    const seconds = { low: 60, likely: 720, high: 900 }
    expect(launchLine({ ...plan, costNanoUsd, seconds }, 'pause')).toEqual({
      text: 'about 10 agents · $2.00 · 12m 00s · pauses at $5',
      raiseToUsd: null,
    })
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
    expect(launchLine({ ...plan, rows: [unpriced] }, 'pause').text).toContain(
      'pauses at $5 · agents without a price do not run',
    )
  })

  it.each([
    [13.44, 15],
    [5.2, 6],
    [0.12, 0.15],
    [91, 150],
  ])('offers a round cap where a likely cost of $%d is over it', (likely, raised) => {
    const costNanoUsd = { low: 0, likely: likely * 1e9, high: likely * 1e9 }
    const limits = { ...defaultLimits, nanoUsd: 0.1e9 }
    expect(launchLine({ ...plan, costNanoUsd, limits }, 'pause').raiseToUsd).toBe(raised)
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

it('fast mode is an option only where it makes a difference', () => {
  const option = (kind: 'parallel' | 'fast' | 'batch', usd: number) => ({
    kind,
    costNanoUsd: usd * 1e9,
    seconds: 60,
    note: null,
  })
  const kinds = (fastUsd: number) =>
    shownDeliveries([option('parallel', 2), option('fast', fastUsd), option('batch', 1)]).map(
      ({ kind }) => kind,
    )
  expect(kinds(2)).toEqual(['parallel', 'batch'])
  expect(kinds(4)).toEqual(['parallel', 'fast', 'batch'])
})
