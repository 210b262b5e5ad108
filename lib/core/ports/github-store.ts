import type { GithubTarget, HandoverKind, HandoverMade, HandoverStatus } from '../spec/github'

/** A run that something is handed over to GitHub of. Times are ISO 8601. */
export type GithubRun = {
  runId: string
  project: string
  target: GithubTarget
  addedAt: string
  /** When it was said what is handed over at its end; null before that. */
  plannedAt: string | null
}

/** One thing of a run that is handed over to GitHub, and how far that is. */
export type Handover = {
  runId: string
  kind: HandoverKind
  status: HandoverStatus
  /** Tries so far. */
  attempts: number
  /** When it is tried next; null once it is done, failed or left out. */
  nextAt: string | null
  /** In words: what waits, why it failed, what should be known. */
  detail: string | null
  /** Where it is at GitHub. */
  url: string | null
  made: HandoverMade
  updatedAt: string
}

/** A handover that begins to wait, from a moment (ISO 8601) on. */
export function newHandover(runId: string, kind: HandoverKind, at: string): Handover {
  return {
    ...{ runId, kind, status: 'waiting', attempts: 0, nextAt: at, detail: null, url: null },
    made: { id: null, branch: null, commit: null },
    updatedAt: at,
  }
}

/** What is handed over to GitHub. All of it goes with its run. */
export type GithubStore = {
  /** Keeps what a run is about, unless it is known already or the run is gone, with what is handed over at once. */
  addGithubRun(run: GithubRun, handovers: readonly Handover[]): Promise<void>
  findGithubRun(runId: string): Promise<GithubRun | null>
  /** Runs of which nobody has said yet what is handed over at their end, oldest first. */
  unplannedRuns(): Promise<GithubRun[]>
  /** Says what is handed over of a run at its end; what was known before stays as it is. */
  planHandovers(runId: string, at: string, handovers: readonly Handover[]): Promise<void>
  /** In no order. */
  handoversOf(runId: string): Promise<Handover[]>
  /** Handovers that wait, of all runs, longest waiting first. */
  openHandovers(): Promise<Handover[]>
  /** Writes how far a handover is. False where its run is gone. */
  saveHandover(handover: Handover): Promise<boolean>
}
