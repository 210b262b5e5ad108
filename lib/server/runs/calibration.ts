import { CALIBRATED_RUNS, type Calibration, calibrate } from '@/lib/core/spec/calibration'
import type { App } from '@/lib/server/app/app'

/**
 * How good the newest estimates were: of this workflow, or of all where it has too few; null where those are
 * too few.
 */
export async function calibration(
  app: App,
  workflow: string,
  simulated: boolean,
): Promise<Calibration | null> {
  const newest = { simulated, runs: CALIBRATED_RUNS }
  const own = calibrate(await app.store.estimatedRuns({ ...newest, workflow }), 'workflow')
  return own ?? calibrate(await app.store.estimatedRuns({ ...newest, workflow: null }), 'all')
}
