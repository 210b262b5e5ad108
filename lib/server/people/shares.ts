import { randomUUID } from 'node:crypto'
import type { Shares } from '@/lib/api/people'
import type { Actor } from '@/lib/core/base/actor'
import { digestOf } from '../access/askers'
import { newSecret } from '../access/open-access'
import type { App } from '../app/app'
import { runReport } from '../runs/export/export-run'
import { getHead } from '../runs/read-run'
import { Refusal } from '../services/problem'

const DAY_MS = 86_400_000

/** Links to one run that are good at once. */
const MOST_SHARES = 100

/** Links by which a run is shared and can still be read. */
export async function listShares(app: App, runId: string): Promise<Shares> {
  await getHead(app, runId)
  const now = new Date(app.now()).toISOString()
  const open = (await app.store.shares.listShares(runId)).filter(({ expiresAt }) => expiresAt > now)
  return {
    shares: open.map(({ id, by, createdAt, expiresAt }) => ({ id, by: by.name, createdAt, expiresAt })),
  }
}

/** Shares a run by a link, which is told this once. */
export async function shareRun(
  app: App,
  runId: string,
  days: number,
  by: Actor,
): Promise<{ id: string; path: string; expiresAt: string }> {
  await getHead(app, runId)
  const token = newSecret()
  const id = randomUUID()
  const createdAt = new Date(app.now()).toISOString()
  const expiresAt = new Date(app.now() + days * DAY_MS).toISOString()
  const share = { id, runId, digest: digestOf(token), by, createdAt, expiresAt }
  if (!(await app.store.shares.addShare(share, MOST_SHARES)))
    throw new Refusal('conflict', `${MOST_SHARES} links lead to this run already. Take one back first.`)
  return { id, path: `/shared#${token}`, expiresAt }
}

/** Takes a link back, at once. */
export async function withdrawShare(app: App, runId: string, id: string): Promise<void> {
  if (!(await app.store.shares.withdrawShare(runId, id)))
    throw new Refusal('not-found', 'There is no such link to this run.')
}

/**
 * The report of a shared run. A link that never was, that was taken back or has run out, and one whose run is
 * gone are told the same.
 */
export async function readShared(
  app: App,
  token: string,
): Promise<{ title: string; markdown: string; expiresAt: string }> {
  const share = await app.store.shares.findShare(digestOf(token))
  const isOpen = share !== null && share.expiresAt > new Date(app.now()).toISOString()
  if (!isOpen || (await app.store.loadHead(share.runId)) === null)
    throw new Refusal('not-found', 'This link was taken back or has run out, or its run is gone.')
  return { ...(await runReport(app, share.runId)), expiresAt: share.expiresAt }
}
