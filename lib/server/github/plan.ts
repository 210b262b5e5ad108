import { newHandover } from '@/lib/core/ports/github-store'
import type { RunHeader } from '@/lib/core/run/state'
import type { GithubTarget, HandoverKind } from '@/lib/core/spec/github'
import type { App } from '@/lib/server/app/app'
import { getResult } from '@/lib/server/runs/read-run'
import { resultView } from '@/lib/view/run/result-view'
import { whyNoPullRequest } from './target'

/** Says what is handed over of a run that has ended: what it left, and a last word where it was answered for. */
export async function planHandovers(app: App, run: RunHeader, target: GithubTarget): Promise<void> {
  const kinds: HandoverKind[] = []
  if (target.handsOver && run.dryRun === null) {
    if (whyNoPullRequest(run) === null) kinds.push('branch', 'pull-request')
    kinds.push('check')
    if (await hasFindings(app, run.id)) kinds.push('code-scanning')
  }
  if (target.answers) kinds.push('end-comment')
  const at = new Date(app.now()).toISOString()
  await app.store.github.planHandovers(
    run.id,
    at,
    kinds.map((kind) => newHandover(run.id, kind, at)),
  )
}

/** An empty list counts: it says that what was found before is gone. */
async function hasFindings(app: App, runId: string): Promise<boolean> {
  const { hasResult, result } = await getResult(app, runId)
  return hasResult && resultView(result).findings !== null
}
