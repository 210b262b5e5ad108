import { expect, test } from 'vitest'
import type { WorkflowRun } from './workflow-store'
import { usageOf } from './workflow-usage'

const run = (more: Partial<WorkflowRun> = {}): WorkflowRun => ({
  id: 'r',
  status: 'completed',
  simulated: false,
  createdAt: '2026-11-22T10:00:00.000Z',
  startedAt: '2026-11-22T10:00:00.000Z',
  endedAt: '2026-11-22T10:00:10.000Z',
  pausedMs: 0,
  costNanoUsd: 10,
  ...more,
})

test('what never ran has no figures, and no zero in their place', () => {
  expect(usageOf(0, [])).toMatchObject({
    runs: 0,
    lastRun: null,
    medianCostNanoUsd: null,
    medianDurationMs: null,
    successShare: null,
  })
})

test('figures are medians of ended runs without their pauses', () => {
  const runs = [
    run({ id: 'now', status: 'running', endedAt: null, costNanoUsd: 999 }),
    run({ costNanoUsd: 10 }),
    run({ costNanoUsd: 30, pausedMs: 4_000 }),
    run({ costNanoUsd: 1_000, status: 'failed' }),
  ]
  const usage = usageOf(40, runs)
  expect(usage).toMatchObject({
    runs: 40,
    lastRun: { id: 'now', status: 'running' },
    medianCostNanoUsd: 30,
    medianDurationMs: 10_000,
  })
  expect(usage.successShare).toBeCloseTo(2 / 3)
})

test('an unknown cost is left out, and simulated money is not mixed with real money', () => {
  const runs = [
    run({ simulated: true, costNanoUsd: 5_000 }),
    run({ costNanoUsd: null }),
    run({ costNanoUsd: 20 }),
  ]
  expect(usageOf(3, runs)).toMatchObject({ medianCostNanoUsd: 20, simulated: false, successShare: 1 })
})
