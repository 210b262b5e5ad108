import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Clock } from '@/lib/core/ports/clock'
import type { Telemetry } from '@/lib/telemetry/telemetry'
import type { Environment } from '../services/env'
import { logError } from './log'

const versionSchema = z.object({ version: z.string() })

/**
 * What a collector is told of runs; null where none is named. What is needed for it is loaded only then. Whatever
 * fails in it is written to the log, and is no matter of the run that is told of.
 */
export async function telemetryOf(
  env: Pick<Environment, 'telemetry' | 'installDir'>,
  clock: Clock,
): Promise<Telemetry | null> {
  if (env.telemetry === null) return null
  const { openTelemetry } = await import('@/lib/telemetry/telemetry')
  const told = await readFile(join(env.installDir, 'package.json'), 'utf8')
  const { version } = versionSchema.parse(JSON.parse(told))
  const telemetry = openTelemetry({ ...env.telemetry, version, clock })
  return {
    onEvent(runId, envelopes, state) {
      try {
        telemetry.onEvent(runId, envelopes, state)
      } catch (error) {
        logError(error, { run: runId })
      }
    },
    close: () => telemetry.close(),
  }
}
