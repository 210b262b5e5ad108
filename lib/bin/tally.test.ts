import { expect, test } from 'vitest'
import { fromPlaywright, fromVitest, sum, tallyLine } from './tally.mjs'

test('counts of both reports are added and told in one line', () => {
  const unit = fromVitest({
    numPassedTests: 40,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 0,
    testResults: [],
  })
  const browser = fromPlaywright({ stats: { expected: 7, flaky: 1, unexpected: 0, skipped: 0 }, errors: [] })
  expect(sum([unit, browser])).toEqual({ passed: 48, failed: 1, skipped: 2 })
  expect(tallyLine(sum([unit, browser]))).toBe('48 passed, 1 failed, 2 skipped')
  expect(tallyLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed')
})

test('a test file that cannot be loaded is a failure', () => {
  const testResults = [{ status: 'failed', assertionResults: [] }]
  expect(fromVitest({ numPassedTests: 1, numFailedTests: 0, testResults }).failed).toBe(1)
})

test('an error outside the browser tests is a failure', () => {
  expect(fromPlaywright({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 }, errors: [{}] }).failed).toBe(1)
})
