import { expect, test } from 'vitest'
import { told } from '../testing'
import { calibrationSentence, estimateLine, parallelismSentence } from './estimate-words'

const usd = (dollars: number) => Math.round(dollars * 1e9)
const parallelism = {
  unit: 'usd' as const,
  phase: 'Audit',
  agents: 100,
  maxParallel: 31,
  slots: 200,
  capNanoUsd: usd(5),
  allNanoUsd: usd(15.9),
}

test('the plan says how many run in parallel under the cap, what lets all, and what else would', () => {
  expect(parallelismSentence({ parallelism })).toBe(
    '$5 lets 31 of 100 of Audit run in parallel; $16 lets all. A lower max output per turn for the phase lets more run in parallel.',
  )
  expect(parallelismSentence({ parallelism: { ...parallelism, maxParallel: 100, capNanoUsd: usd(16) } })).toBe(
    '$16 lets all 100 of Audit run in parallel.',
  )
  expect(parallelismSentence({ parallelism: null })).toBeNull()
})

test('a cap that would let all run in parallel is never rounded down', () => {
  for (const [dollars, said] of [
    [0.482, '$0.49'],
    [0.04, '$0.040'],
    [7.01, '$7.10'],
    [16.001, '$17'],
    [1234.5, '$1,235'],
  ] as const)
    expect(parallelismSentence({ parallelism: { ...parallelism, allNanoUsd: usd(dollars) } })).toContain(
      `; ${said} lets all.`,
    )
})

test('a cap below the worst case of one turn says what becomes of it', () => {
  const none = { ...parallelism, agents: 1, maxParallel: 0, capNanoUsd: usd(0.05), allNanoUsd: usd(0.16) }
  expect(parallelismSentence({ parallelism: none })).toMatch(
    /^\$0\.050 is less than the worst case of one turn of Audit: turns go one by one, with less room for their answers, until the cap stops them\. \$0\.16 lets it run freely\./,
  )
})

test('a cap in tokens is told in tokens, and fewer slots than the cap allows are told with it', () => {
  const { unit: _unit, capNanoUsd: _cap, allNanoUsd: _all, ...rest } = parallelism
  const tokens = { ...rest, unit: 'tokens' as const, agents: 12, maxParallel: 3, capTokens: 60_000, allTokens: 252_000 }
  expect(parallelismSentence({ parallelism: tokens })).toMatch(
    /^60,000 tokens let 3 of 12 of Audit run in parallel; 252,000 tokens let all\. Fewer/,
  )
  expect(parallelismSentence({ parallelism: { ...parallelism, maxParallel: 100, slots: 1 } })).toBe(
    '$5 lets all 100 of Audit run in parallel. They go one by one.',
  )
  expect(parallelismSentence({ parallelism: { ...parallelism, slots: 10 } })).toContain(
    'lets all. No more than 10 go at once. Fewer',
  )
  expect(parallelismSentence({ parallelism: { ...parallelism, slots: null } })).not.toContain('at once')
})

test('earlier estimates are told with how often they held', () => {
  const none = { agents: null, stoppedEarly: 0, unpriced: 0 }
  const calibration = { of: 'workflow', runs: 20, within: 17, ...none, ratios: { low: 0.81, high: 1.29 } } as const
  expect(calibrationSentence({ calibration })).toBe(
    'Of the last 20 estimates of this workflow 17 were inside their range of dollars; what it came to was typically 0.8–1.3× of likely.',
  )
  expect(calibrationSentence({ calibration: { of: 'all', runs: 3, within: 3, ...none, ratios: null } })).toBe(
    'Of the last 3 estimates (all workflows, because this one has too few) all were inside their range of dollars.',
  )
  expect(calibrationSentence({ calibration: { ...calibration, within: 15, stoppedEarly: 2 } })).toBe(
    'Of the last 20 estimates of this workflow 15 of the 18 that can be compared were inside their range of dollars; what it came to was typically 0.8–1.3× of likely. 2 runs stopped early and cannot be compared.',
  )
  expect(
    calibrationSentence({ calibration: { ...calibration, within: 16, stoppedEarly: 1, unpriced: 3, ratios: null } }),
  ).toBe(
    'Of the last 20 estimates of this workflow all of the 16 that can be compared were inside their range of dollars. 1 run stopped early and cannot be compared. 3 runs used a model without a price.',
  )
  expect(calibrationSentence({ calibration: { ...calibration, agents: { runs: 18, within: 11 } } })).toMatch(
    / The agent count was in range in 11 of 18 runs\.$/,
  )
  expect(calibrationSentence({ calibration: null })).toBeNull()
})

test('an ended run tells the estimate beside what it came to, and only then', () => {
  const { run, totals } = told([])
  const range = { low: usd(2), likely: usd(3), high: usd(5) }
  const estimate = { agents: null, costNanoUsd: range, tokens: null, seconds: null, basis: '' }
  const ended = { ...run, status: 'completed' as const, estimate }
  const line = (costNanoUsd: number | null) => estimateLine({ run: ended, totals: { ...totals, costNanoUsd } })
  expect(line(usd(3.3))).toBe(
    'Estimated $2.00–$5.00, $3.00 likely; came to $3.30: 1.1× of likely, inside the range, 0 agents.',
  )
  expect(line(usd(9))).toContain('3.0× of likely, above the range')
  expect(line(usd(1))).toContain('below the range')
  expect(line(null)).toContain('not known, since a price is missing')
  expect(estimateLine({ run: { ...ended, status: 'running' }, totals })).toBeNull()
  expect(estimateLine({ run: { ...ended, estimate: null }, totals })).toBeNull()
})
