import { expect, it } from 'vitest'
import type { Plan } from '@/lib/api/plan'
import { defaultLimits } from '@/lib/core/spec/run'
import { planGraph } from './plan-graph'

const flat = (value: number) => ({ low: value, likely: value, high: value })
const option = { speed: 'standard', delivery: 'live', costNanoUsd: null } as const
const row = (phase: string, agents: number): Plan['rows'][number] => ({
  phase,
  model: 'm',
  speed: 'standard',
  delivery: 'live',
  agents: flat(agents),
  tokens: flat(1),
  costNanoUsd: null,
  secondsEach: flat(1),
  turnsEach: flat(1),
  chain: 1,
  reservationNanoUsd: null,
  reservationTokens: 16_000,
  deliveryOptions: { live: option, fast: option, batch: { ...option, delivery: 'batch' } },
  countBasis: 'source',
  tokenBasis: 'prior',
})
const whole: Plan = {
  name: 'plan',
  description: '',
  phases: [],
  calls: [],
  workspace: null,
  workspaceNotes: null,
  rows: [],
  agents: null,
  tokens: null,
  costNanoUsd: null,
  seconds: null,
  calibration: null,
  basis: '',
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
/** The drawing reads phases and rows alone. */
const plan = (rows: Plan['rows']): Plan => ({ ...whole, rows })

it('draws a column a phase, and fans where the numbers differ', () => {
  const graph = planGraph(plan([row('Scout', 1), row('Audit', 40), row('Verify', 40), row('Report', 1)]))
  expect(graph?.columns.map(({ title, agents, dots }) => [title, agents, dots.length])).toEqual([
    ['Scout', 1, 1],
    ['Audit', 40, 5],
    ['Verify', 40, 5],
    ['Report', 1, 1],
  ])
  expect(graph?.columns[1]?.dots.filter(({ isRest }) => isRest)).toHaveLength(1)
  expect(graph?.lines).toHaveLength(1 + 5 + 5 + 5)
})

it('has nothing to draw where no phase is known', () => {
  expect(planGraph(plan([]))).toBeNull()
})

it('has room for half of a label at its right, and for a whole one between columns', () => {
  const graph = planGraph({ ...whole, rows: [row('A', 3), row('B', 9)] })
  const [first, last] = graph?.columns ?? []
  expect((graph?.width ?? 0) - (last?.x ?? 0)).toBeGreaterThanOrEqual(32)
  expect((last?.x ?? 0) - (first?.x ?? 0)).toBeGreaterThanOrEqual(64)
})
