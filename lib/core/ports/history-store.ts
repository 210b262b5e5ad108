import type { Json } from '../base/json'
import type { AgentSample } from '../estimate/estimate'
import type { EstimatedRun } from '../spec/calibration'

/**
 * Runs that an estimate rests on: the same script, on the same folder or on none, with the same arguments,
 * real or simulated.
 */
export type AlikeRuns = { digest: string; root: string | null; args: Json; simulated: boolean }

/** Ended runs, as estimates are made from them and measured by them. */
export type HistoryStore = {
  /** Agents of the newest `runs` comparable ended runs: what their estimates rest on. */
  agentSamples(alike: AlikeRuns, runs: number): Promise<AgentSample[]>
  /**
   * The newest `runs` runs that began and have ended, however they did, and had an estimate of their dollars,
   * real or simulated ones, of one workflow or (null) of all. Dry runs, trial runs and forks are left out.
   */
  estimatedRuns(query: { workflow: string | null; simulated: boolean; runs: number }): Promise<EstimatedRun[]>
}
