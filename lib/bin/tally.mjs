import { relative } from 'node:path'
import { root } from './place.mjs'

const count = (value) => (Number.isInteger(value) ? value : 0)

export function fromVitest(report) {
  // A file that could not be loaded has no tests to fail, and is still a failure.
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  )
  return {
    passed: count(report.numPassedTests),
    failed: count(report.numFailedTests) + broken.length,
    skipped: count(report.numPendingTests) + count(report.numTodoTests),
  }
}

export function slowest(report, most) {
  const files = report.testResults
    .map(({ name, startTime, endTime }) => ({ name, ms: endTime - startTime }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, most)
  return [
    'The slowest files:',
    ...files.map(({ name, ms }) => `  ${(ms / 1000).toFixed(1).padStart(6)} s  ${relative(root, name)}`),
  ].join('\n')
}

export function fromPlaywright(report) {
  const { expected, flaky, unexpected, skipped } = report.stats
  return {
    passed: count(expected) + count(flaky),
    // Errors outside tests: a server that did not come up, a spec that could not be read.
    failed: count(unexpected) + (report.errors ?? []).length,
    skipped: count(skipped),
  }
}

export function sum(tallies) {
  return tallies.reduce(
    (total, one) => ({
      passed: total.passed + one.passed,
      failed: total.failed + one.failed,
      skipped: total.skipped + one.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  )
}

export function tallyLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
