import { hasEnded } from '../spec/run-status'
import type { WorkflowRun } from './workflow-store'

/** What a workflow's earlier runs were like. Null where nothing is known. */
export type WorkflowUsage = {
  runs: number
  lastRun: { id: string; status: WorkflowRun['status']; at: string } | null
  medianCostNanoUsd: number | null
  medianDurationMs: number | null
  /** Completed runs among those that ended, 0 to 1. */
  successShare: number | null
  /** True when these figures are of simulated runs: real and simulated money is never mixed. */
  simulated: boolean
}

/**
 * Sums up runs, newest first. Figures are of real runs that ended; of simulated ones only where there are no
 * others.
 */
export function usageOf(total: number, runs: readonly WorkflowRun[]): WorkflowUsage {
  const [newest] = runs
  const allEnded = runs.filter((run) => hasEnded(run.status))
  const simulated = allEnded.length > 0 && allEnded.every((run) => run.simulated)
  const ended = allEnded.filter((run) => run.simulated === simulated)
  return {
    runs: total,
    lastRun: newest === undefined ? null : { id: newest.id, status: newest.status, at: newest.createdAt },
    medianCostNanoUsd: median(ended.flatMap(({ costNanoUsd }) => costNanoUsd ?? [])),
    medianDurationMs: median(ended.flatMap((run) => durationMs(run) ?? [])),
    successShare:
      ended.length === 0 ? null : ended.filter(({ status }) => status === 'completed').length / ended.length,
    simulated,
  }
}

function durationMs({ startedAt, endedAt, pausedMs }: WorkflowRun): number | null {
  if (startedAt === null || endedAt === null) return null
  return Math.max(0, Date.parse(endedAt) - Date.parse(startedAt) - pausedMs)
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]]
  return low === undefined || high === undefined ? null : Math.round((low + high) / 2)
}
