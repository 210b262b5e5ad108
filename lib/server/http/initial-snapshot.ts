import { isNamed } from '@/lib/core/base/named-error'
import type { Snapshot } from '@/lib/core/run/state'
import type { Refusal } from '@/lib/server/services/problem'
import { actorOf, refuseUntrustedHost } from './access'
import { getApp } from './the-app'

/**
 * What the page of a run can show with its first byte: all but agents, barriers and log, which may be
 * thousands. Null when there is no such run, or for somebody who may not see it: the page then asks as
 * always, and says what it is told.
 */
export async function initialSnapshotOf(runId: string, headers: Headers): Promise<Snapshot | null> {
  const app = await getApp()
  if (!mayLook(() => refuseUntrustedHost(app.env, headers)) || !mayLook(() => actorOf(app, headers)))
    return null
  const state = app.engine.active(runId)?.journal.state ?? (await app.store.loadHead(runId))
  if (state === null) return null
  const { run, phases, batches, checkpoints, totals, outcomeCounts, seq } = state
  return { run, phases, batches, checkpoints, totals, outcomeCounts, seq, agents: [], barriers: [], log: [] }
}

function mayLook(check: () => unknown): boolean {
  try {
    check()
    return true
  } catch (error) {
    if (isNamed<Refusal>(error, 'Refusal')) return false
    throw error
  }
}
