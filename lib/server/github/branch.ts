import { isNamed } from '@/lib/core/base/named-error'
import { defaultBranch } from '@/lib/core/run/branch-name'
import { webUrlOf } from '@/lib/github/addresses'
import { GithubProblem, plainWords } from '@/lib/github/problem'
import { commitChanges } from '@/lib/revisions/branch'
import type { Git, GitError } from '@/lib/revisions/git'
import { branchAt, pushNewBranch, type Remote } from '@/lib/revisions/remote'
import type { App } from '@/lib/server/app/app'
import { type HandedOver, impossible, type Work } from './work'

/** Names that are tried where others have taken the first. */
const MOST_NAMES = 5

/**
 * Pushes what a run changed as a branch of its own: one commit on the one its agents read. The commit is the same
 * every time, so one that was pushed before a crash is found again; a branch that holds anything else is left alone.
 */
export async function pushBranch(work: Work): Promise<HandedOver> {
  const { app, state, target, apiUrl, signal } = work
  const { run } = state
  const { git, commit } = await commitOf(work)
  const remote = await app.github.remote(app.project, target.repository)
  const first = defaultBranch({ id: run.id, title: run.title })
  for (let at = 1; at <= MOST_NAMES; at += 1) {
    const branch = at === 1 ? first : `${first}-${at}`
    const there = await lookAt(app, git, remote, branch, signal)
    const pushed =
      there === null ? await push(app, git, remote, { commit, branch }, signal) : there === commit
    if (!pushed) continue
    return {
      status: 'done',
      detail: at === 1 ? null : `There was a branch ${first} already, which is not this run's.`,
      url: `${webUrlOf(apiUrl)}/${target.repository}/tree/${branch.split('/').map(encodeURIComponent).join('/')}`,
      made: { branch, commit },
    }
  }
  throw impossible(`There are branches ${first} to ${first}-${MOST_NAMES} already, and none is this run's.`)
}

async function commitOf({ app, state, signal }: Work): Promise<{ git: Git; commit: string }> {
  const { run } = state
  if (run.files === null || run.workspace === null) throw impossible('The run changed no files.')
  const place = await app.readers.checkedOut(run.workspace.root, [])
  const { head } = run.files
  if (place === null || head === null)
    throw impossible('The source of the run is gone, so its changes cannot be put on a branch of it.')
  const { base, tree } = run.files
  const stored = await app.fileStores.of(run.workspace.root)
  const made = await commitChanges(
    stored,
    { ...place, head },
    {
      ...{ base, tree },
      message: `${run.title}\n\nMade by the agents of the Skein run ${run.id}.`,
      date: new Date(run.endedAt ?? run.createdAt),
    },
    signal,
  )
  if (made.kind === 'refused') throw impossible(made.why)
  if (made.kind === 'conflict')
    throw impossible(`The changes do not fit the commit that they began from: ${made.paths.join(', ')}.`)
  return { git: stored.repository.git.at(place.gitFolder), commit: made.commit }
}

/** False where a branch of that name has come meanwhile. */
async function push(
  app: App,
  git: Git,
  remote: Remote,
  what: { commit: string; branch: string },
  signal: AbortSignal,
): Promise<boolean> {
  const pushed = await pushNewBranch(git, remote, what, signal)
  if (pushed.kind === 'refused') throw problemOfGit(app.github.clean(pushed.why))
  return pushed.kind === 'pushed'
}

async function lookAt(app: App, git: Git, remote: Remote, branch: string, signal: AbortSignal) {
  try {
    return await branchAt(git, remote, branch, signal)
  } catch (error) {
    if (isNamed<GitError>(error, 'GitError')) throw problemOfGit(app.github.clean(error.message))
    throw error
  }
}

/** What git said of a remote: it has no codes for it, but the status is in its words. */
export function problemOfGit(said: string): GithubProblem {
  const status = Number(/returned error: (\d{3})/.exec(said)?.[1] ?? Number.NaN)
  const words = plainWords(said.replace(/^git [\w-]+ failed: /, ''))
  if (status === 401 || /Authentication failed|could not read Username/.test(said))
    return new GithubProblem('unauthorized', 'GitHub lets git in by this connection no more. Set a new one.')
  if (status === 403)
    return new GithubProblem(
      'forbidden',
      'This connection may not push to the repository: the token or the app needs write access to its contents.',
    )
  if (status === 404 || /repository .* not found/i.test(said))
    return new GithubProblem('missing', 'GitHub has no such repository, or this connection may not see it.')
  if (/rejected|declined|denied|refusing/i.test(said))
    return new GithubProblem('invalid', `GitHub did not take the branch: ${words}`)
  return new GithubProblem('unavailable', `The branch could not be pushed: ${words}`)
}
