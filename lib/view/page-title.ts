import type { RunState } from '@/lib/core/state'
import { agentCount, endedCount } from '@/lib/core/state'
import { runFace } from './states'

/** Title of a run's page, its news first: among twenty tabs only the first words can be read. */
export function pageTitle({ run, totals }: Pick<RunState, 'run' | 'totals'>): string {
  return `${news(run.status, endedCount(totals.agents), agentCount(totals.agents))} · ${run.title} · Skein`
}

function news(status: RunState['run']['status'], ended: number, all: number): string {
  return status === 'running' && all > 0 ? `${ended}/${all}` : runFace(status).label
}
