import { assertNever } from '@/lib/core/base/assert-never'
import { dueTime } from '@/lib/core/base/due-time'
import { isNamed } from '@/lib/core/base/named-error'
import type { GithubRun, Handover } from '@/lib/core/ports/github-store'
import { type HandoverKind, handoverKinds } from '@/lib/core/spec/github'
import { GithubProblem } from '@/lib/github/problem'
import type { App } from '@/lib/server/app/app'
import { pushBranch } from './branch'
import { tellCommit } from './check'
import { uploadFindings } from './code-scanning'
import { finishComment, writeComment } from './comments'
import { openPull } from './pull-request'
import type { HandedOver, Work } from './work'

/**
 * Hands over what is due of one run, in order. What GitHub refuses has failed, until somebody tries again; what may
 * pass is tried again later. How far each is stands in the store, written after each. Gives when there is more to do
 * (milliseconds of the clock); null where nothing will come by itself.
 */
export async function handOverRun(
  app: App,
  { runId, project, target }: GithubRun,
  {
    isClosed,
    report,
    signal,
  }: { isClosed: () => boolean; report: (error: unknown) => void; signal: AbortSignal },
): Promise<number | null> {
  const within = app.within(project)
  const state = within.engine.active(runId)?.journal.state ?? (await within.store.loadState(runId))
  if (state === null) return null
  const others = new Map((await app.store.github.handoversOf(runId)).map((one) => [one.kind, one]))
  for (const kind of handoverKinds) {
    const handover = others.get(kind)
    if (handover === undefined || isClosed() || !isReady(handover, others)) continue
    if (dueTime(handover.nextAt, app.now()) > app.now()) continue
    const become = await attempt(
      app,
      handover,
      async () => {
        const { github, apiUrl } = app.github.reach(project)
        return perform(kind, { ...{ app: within, state, target, github, apiUrl, others, signal } })
      },
      (error) => {
        if (!isClosed()) report(error)
      },
    )
    // What was cut off by the end of the server has not failed, and is done again at the next start.
    if (isClosed() && (become.status === 'waiting' || become.status === 'failed')) continue
    others.set(kind, become)
    await app.store.github.saveHandover(become)
  }
  const ready = [...others.values()].filter((one) => isReady(one, others))
  return ready.length === 0 ? null : Math.min(...ready.map(({ nextAt }) => dueTime(nextAt, app.now())))
}

/** What each builds on; the last comment tells of all others. */
const buildsOn: Readonly<Record<HandoverKind, readonly HandoverKind[]>> = {
  comment: [],
  branch: [],
  'pull-request': ['branch'],
  check: ['branch'],
  'code-scanning': ['branch'],
  'end-comment': handoverKinds.filter((kind) => kind !== 'end-comment'),
}

/** Whether it waits for nothing but its turn: what it builds on is done with, one way or another. */
function isReady({ kind, status }: Handover, others: ReadonlyMap<HandoverKind, Handover>): boolean {
  return status === 'waiting' && buildsOn[kind].every((one) => others.get(one)?.status !== 'waiting')
}

async function attempt(
  app: App,
  handover: Handover,
  work: () => Promise<HandedOver>,
  report: (error: unknown) => void,
): Promise<Handover> {
  const attempts = handover.attempts + 1
  try {
    const { status, detail, url, made } = await work()
    const updatedAt = new Date(app.now()).toISOString()
    return {
      ...{ ...handover, attempts, status, detail, url, nextAt: null, updatedAt },
      made: { ...handover.made, ...made },
    }
  } catch (error) {
    const problem = problemOf(error, report)
    const updatedAt = new Date(app.now()).toISOString()
    const delayMs = app.retryDelaysMs[attempts - 1]
    if (!problem.isPassing || delayMs === undefined)
      return { ...handover, attempts, status: 'failed', detail: problem.message, nextAt: null, updatedAt }
    const nextMs = Math.max(app.now() + delayMs, problem.retryAtMs ?? 0)
    return {
      ...handover,
      attempts,
      detail: problem.message,
      nextAt: new Date(nextMs).toISOString(),
      updatedAt,
    }
  }
}

/** What is no problem of GitHub's is a fault of our own: it is reported, and may pass. */
function problemOf(error: unknown, report: (error: unknown) => void): GithubProblem {
  if (isNamed<GithubProblem>(error, 'GithubProblem')) return error
  report(error)
  return new GithubProblem('unavailable', 'Something went wrong in Skein; the log of the server says what.')
}

function perform(kind: HandoverKind, work: Work): Promise<HandedOver> {
  switch (kind) {
    case 'comment':
      return writeComment(work)
    case 'branch':
      return pushBranch(work)
    case 'pull-request':
      return openPull(work)
    case 'check':
      return tellCommit(work)
    case 'code-scanning':
      return uploadFindings(work)
    case 'end-comment':
      return finishComment(work)
    default:
      return assertNever(kind)
  }
}
