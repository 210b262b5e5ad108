import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { fromPlaywright, fromVitest, slowest, sum, tallyLine } from './tally.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

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

test('the files that took longest are listed, slowest first', () => {
  const file = (name: string, ms: number) => ({ name: join(root, name), startTime: 1000, endTime: 1000 + ms })
  const report = {
    testResults: [file('lib/a.test.ts', 40), file('db/b.test.ts', 12_340), file('lib/c.test.ts', 900)],
  }
  expect(slowest(report, 2)).toBe('The slowest files:\n    12.3 s  db/b.test.ts\n     0.9 s  lib/c.test.ts')
})

test('a test file that cannot be loaded is a failure', () => {
  const testResults = [{ status: 'failed', assertionResults: [] }]
  expect(fromVitest({ numPassedTests: 1, numFailedTests: 0, testResults }).failed).toBe(1)
})

test('an error outside the browser tests is a failure', () => {
  expect(
    fromPlaywright({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 }, errors: [{}] }).failed,
  ).toBe(1)
})
