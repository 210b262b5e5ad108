import type { Actor } from '../base/actor'

/** Leave to read one run without an account, by whoever has the link. Only the digest of its token is kept. */
export type Share = {
  id: string
  runId: string
  digest: string
  by: Actor
  createdAt: string
  expiresAt: string
}

/** Runs that are shared by a link. One that is withdrawn is forgotten. */
export type ShareStore = {
  /** False where its run has as many that can be read. One transaction. */
  addShare(share: Share, most: number): Promise<boolean>
  /** Newest first, those that have run out too. */
  listShares(runId: string): Promise<Share[]>
  /** False where the run has no such share. */
  withdrawShare(runId: string, id: string): Promise<boolean>
  findShare(digest: string): Promise<Share | null>
}
