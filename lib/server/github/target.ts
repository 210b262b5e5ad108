import { relative, sep } from 'node:path'
import type { RunHeader } from '@/lib/core/run/state'
import type { GithubTarget } from '@/lib/core/spec/github'
import { hasEnded } from '@/lib/core/spec/run-status'
import type { App } from '@/lib/server/app/app'
import { sourcesFolder } from '@/lib/server/services/sources-folder'
import { getSource } from '@/lib/server/sources/source-store'

/** What a run is about at GitHub, or why there is nothing. */
export type Found = { ok: true; target: GithubTarget } | { ok: false; why: string }

/** What a run is about at GitHub: as its trigger said, or by where its source was cloned from. */
export async function targetOf(app: App, run: RunHeader): Promise<Found> {
  const known = await app.store.github.findGithubRun(run.id)
  if (known !== null) return { ok: true, target: known.target }
  if (app.github.of(app.project) === null)
    return { ok: false, why: 'The project is not connected to GitHub: an admin connects it under Settings.' }
  const source = await sourceOf(app, run)
  if (source?.repository == null)
    return {
      ok: false,
      why: 'The run does not work on a repository that was added as a source by its git address.',
    }
  const { url, ref, commit } = source.repository
  const repository = app.github.repositoryAt(app.project, url)
  if (repository === null)
    return { ok: false, why: `${url} is no repository of the GitHub that the project is connected to.` }
  const rest = { number: null, isPull: false, answers: false, handsOver: true }
  return { ok: true, target: { repository, branch: ref, commit, ...rest } }
}

/** Why the changes of a run can become no pull request; null where they can. */
export function whyNoPullRequest({ status, files, dryRun }: RunHeader): string | null {
  if (!hasEnded(status)) return `The run is ${status}: a pull request can be opened once it has ended.`
  if (dryRun !== null) return 'This is a dry run: what its agents changed was made up.'
  if (files === null) return 'The agents of this run only read: launch it with the permission to write.'
  return files.base === files.tree ? 'The agents of this run changed nothing.' : null
}

async function sourceOf(app: App, { workspace }: RunHeader) {
  if (workspace === null) return null
  const [id = '', folder, ...rest] = relative(sourcesFolder(app.env.dataDir), workspace.root).split(sep)
  if (folder !== 'files' || rest.length > 0) return null
  return getSource(app, id).catch(() => null)
}
