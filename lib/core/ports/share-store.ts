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
  addShare(share: Share): Promise<void>
  /** Newest first, those that have run out too. */
  listShares(runId: string): Promise<Share[]>
  /** False where the run has no such share. */
  withdrawShare(runId: string, id: string): Promise<boolean>
  findShare(digest: string): Promise<Share | null>
}
