import { afterEach, expect } from 'vitest'
import { type Harness, type HarnessOptions, openHarness } from './harness'

/**
 * A harness for each test of a file: closed after it, when no fault may have been reported that the test did
 * not take out of `reports`.
 */
export function harnessPerTest(): (options?: HarnessOptions) => Harness {
  const open: Harness[] = []
  afterEach(() => {
    const faults = open.flatMap(({ reports }) => reports)
    for (const harness of open.splice(0)) harness.close()
    expect(faults).toEqual([])
  })
  return (options = {}) => {
    const harness = openHarness(options)
    open.push(harness)
    return harness
  }
}
