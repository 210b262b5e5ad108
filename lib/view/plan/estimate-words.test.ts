import { expect, test } from 'vitest'
import { told } from '../testing'
import {
  calibrationSentence,
  estimateLine,
  namesOfNotes,
  parallelismSentence,
  priceOfNotes,
} from './estimate-words'

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

test('the plan says how many run in parallel under the cap, which cap allows all, and what else would', () => {
  expect(parallelismSentence({ parallelism })).toBe(
    'With a $5 cap, 31 of 100 Audit agents can run in parallel; $16 allows all. A lower max output per turn for the phase lets more run in parallel.',
  )
  expect(
    parallelismSentence({ parallelism: { ...parallelism, maxParallel: 100, capNanoUsd: usd(16) } }),
  ).toBe('With a $16 cap, all 100 Audit agents can run in parallel.')
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
      `; ${said} allows all.`,
    )
})

test('a cap below the worst case of one turn says what becomes of it', () => {
  const none = { ...parallelism, agents: 1, maxParallel: 0, capNanoUsd: usd(0.05), allNanoUsd: usd(0.16) }
  expect(parallelismSentence({ parallelism: none })).toMatch(
    /^With a \$0\.050 cap, not even the worst case of one Audit turn fits: .* until the cap is reached\. \$0\.16 allows all\./,
  )
})

test('a cap in tokens is told in tokens, and fewer slots than the cap allows are told with it', () => {
  const { unit: _unit, capNanoUsd: _cap, allNanoUsd: _all, ...rest } = parallelism
  const tokens = {
    ...rest,
    unit: 'tokens' as const,
    agents: 12,
    maxParallel: 3,
    capTokens: 60_000,
    allTokens: 252_000,
  }
  expect(parallelismSentence({ parallelism: tokens })).toMatch(
    /^With a cap of 60,000 tokens, 3 of 12 Audit agents can run in parallel; 252,000 tokens allow all\. A lower/,
  )
  expect(parallelismSentence({ parallelism: { ...parallelism, maxParallel: 100, slots: 1 } })).toBe(
    'With a $5 cap, all 100 Audit agents can run in parallel. The concurrency limit is 1.',
  )
  expect(parallelismSentence({ parallelism: { ...parallelism, slots: 10 } })).toContain(
    'allows all. The concurrency limit is 10. A lower',
  )
  expect(parallelismSentence({ parallelism: { ...parallelism, slots: null } })).not.toContain('concurrency')
})

test('earlier estimates are told with how often they held', () => {
  const none = { agents: null, stoppedEarly: 0, unpriced: 0 }
  const calibration = {
    of: 'workflow',
    runs: 20,
    within: 17,
    ...none,
    ratios: { low: 0.81, high: 1.29 },
  } as const
  expect(calibrationSentence({ calibration })).toBe(
    'Of the last 20 estimates of this workflow, 17 were inside their cost range; actual cost was typically 0.8–1.3× of the likely value.',
  )
  expect(calibrationSentence({ calibration: { of: 'all', runs: 3, within: 3, ...none, ratios: null } })).toBe(
    'Of the last 3 estimates (all workflows, because this one has too few), all were inside their cost range.',
  )
  expect(calibrationSentence({ calibration: { ...calibration, within: 15, stoppedEarly: 2 } })).toBe(
    'Of the last 20 estimates of this workflow, 15 of the 18 that can be compared were inside their cost range; actual cost was typically 0.8–1.3× of the likely value. 2 runs stopped early and cannot be compared.',
  )
  expect(
    calibrationSentence({
      calibration: { ...calibration, within: 16, stoppedEarly: 1, unpriced: 3, ratios: null },
    }),
  ).toBe(
    'Of the last 20 estimates of this workflow, all of the 16 that can be compared were inside their cost range. 1 run stopped early and cannot be compared. 3 runs used a model without a price.',
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
  const line = (costNanoUsd: number | null) =>
    estimateLine({ run: ended, totals: { ...totals, costNanoUsd } })
  expect(line(usd(3.3))).toBe('$3.30 (estimate $3.00) · 0 agents')
  expect(line(null)).toContain('cost unknown (a price is missing)')
  expect(estimateLine({ run: { ...ended, status: 'running' }, totals })).toBeNull()
  expect(estimateLine({ run: { ...ended, estimate: null }, totals })).toBeNull()
})

const notes = {
  isTold: true,
  files: [
    { path: 'CLAUDE.md', isCut: true },
    { path: 'AGENTS.md', isCut: false },
  ],
  skills: ['release', 'review'],
  further: ['packages/a/CLAUDE.md'],
  tokensEach: 1234,
  costNanoUsd: 120_000_000,
}

test('notes are named, what was cut is said, and what is told by name or path alone', () => {
  expect(namesOfNotes(notes)).toBe('CLAUDE.md (cut), AGENTS.md, 2 skills by name and 1 nested file by path')
  const many = Array.from({ length: 6 }, (_, at) => ({ path: `${at}.md`, isCut: false }))
  expect(namesOfNotes({ ...notes, files: many, skills: [], further: [] })).toBe('0.md, 1.md, 2.md and 3 more')
})

test('what they take is told for each agent, with a price where one is known', () => {
  expect(priceOfNotes(notes)).toBe(
    'About 1,234 tokens in every prompt of every agent with files; likely $0.12 in all',
  )
  expect(priceOfNotes({ ...notes, costNanoUsd: null })).not.toContain('$')
})
