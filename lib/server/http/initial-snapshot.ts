import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { isNamed } from '@/lib/core/base/named-error'
import type { Snapshot } from '@/lib/core/run/state'
import type { Environment } from '@/lib/server/services/env'
import type { Refusal } from '@/lib/server/services/problem'
import { refuseUntrustedHost } from './access'
import { admitted } from './door'
import { getApp } from './the-app'

/**
 * What the page of a run can show with its first byte: all but agents, barriers and log, which may be
 * thousands. Null when there is no such run, or for somebody who may not see it: the page then asks as
 * always, and says what it is told.
 */
export async function initialSnapshotOf(runId: string, headers: Headers): Promise<Snapshot | null> {
  const whole = await getApp()
  if (!isOurHost(whole.env, headers)) return null
  const app = (await admitted(whole, headers, runApi.getRun, { id: runId }))?.app
  if (app === undefined) return null
  const state = app.engine.active(runId)?.journal.state ?? (await app.store.loadHead(runId))
  if (state === null) return null
  const { run, phases, batches, checkpoints, totals, outcomeCounts, seq } = state
  return { run, phases, batches, checkpoints, totals, outcomeCounts, seq, agents: [], barriers: [], log: [] }
}

function isOurHost(env: Environment, headers: Headers): boolean {
  try {
    refuseUntrustedHost(env, headers)
    return true
  } catch (error) {
    if (isNamed<Refusal>(error, 'Refusal')) return false
    throw error
  }
}
