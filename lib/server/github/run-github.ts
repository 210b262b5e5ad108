import type { RunGithub } from '@/lib/api/projects/github'
import { newHandover } from '@/lib/core/ports/github-store'
import { type HandoverKind, handoverKinds } from '@/lib/core/spec/github'
import { webUrlOf } from '@/lib/github/addresses'
import type { App } from '@/lib/server/app/app'
import { getHead } from '@/lib/server/runs/read-run'
import { Refusal } from '@/lib/server/services/problem'
import { planHandovers } from './plan'
import { targetOf, whyNoPullRequest } from './target'

/** What of a run is, was or can be handed over to GitHub. */
export async function getRunGithub(app: App, runId: string): Promise<RunGithub> {
  const { run } = await getHead(app, runId)
  const found = await targetOf(app, run)
  const known = await app.store.github.handoversOf(runId)
  const isOpened = known.some(({ kind }) => kind === 'pull-request')
  const whyNot = whyNoPullRequest(run) ?? (found.ok ? null : found.why)
  const repository = found.ok ? found.target.repository : null
  const apiUrl = app.github.of(app.project)?.apiUrl
  return {
    repository,
    repositoryUrl: repository === null || apiUrl === undefined ? null : `${webUrlOf(apiUrl)}/${repository}`,
    number: found.ok ? found.target.number : null,
    canOpen: whyNot === null && !isOpened,
    whyNot: isOpened ? null : whyNot,
    handovers: handoverKinds.flatMap((kind) =>
      known.filter((one) => one.kind === kind).map(({ runId: _, made: __, ...shown }) => shown),
    ),
  }
}

/**
 * Has the changes of a run pushed and a pull request opened, with a check and findings beside it. Pressed again it
 * changes nothing: there is one pull request of a run.
 */
export async function openPullRequest(app: App, runId: string): Promise<RunGithub> {
  const { run } = await getHead(app, runId)
  const why = whyNoPullRequest(run)
  if (why !== null) throw new Refusal('conflict', why)
  const found = await targetOf(app, run)
  if (!found.ok) throw new Refusal('conflict', found.why)
  const at = new Date(app.now()).toISOString()
  const { project } = app
  await app.store.github.addGithubRun(
    { runId, project, target: found.target, addedAt: at, plannedAt: null },
    [],
  )
  await planHandovers(app, run, { ...found.target, handsOver: true, answers: false })
  app.handovers.wake()
  return getRunGithub(app, runId)
}

/** Tries again what has failed or was left out, with what it builds on. */
export async function retryHandover(app: App, runId: string, kind: HandoverKind): Promise<RunGithub> {
  const known = await app.store.github.handoversOf(runId)
  const meant = known.find((one) => one.kind === kind)
  if (meant === undefined || meant.status === 'done')
    throw new Refusal('conflict', 'There is nothing of it to try again.')
  const at = new Date(app.now()).toISOString()
  const together: readonly HandoverKind[] = kind === 'branch' || kind === 'pull-request' ? pair : [kind]
  for (const one of known)
    if (one.status !== 'done' && together.includes(one.kind))
      await app.store.github.saveHandover({ ...newHandover(runId, one.kind, at), made: one.made })
  app.handovers.wake()
  return getRunGithub(app, runId)
}

/** Neither is of use without the other. */
const pair: readonly HandoverKind[] = ['branch', 'pull-request']
