import { z } from 'zod'
import { cutText } from '@/lib/core/base/cut-text'
import { nameOf } from '@/lib/github/addresses'
import { reportBody } from './report-body'
import { askAbout, type HandedOver, impossible, type Work } from './work'

/** Longest title that GitHub takes. */
const LONGEST_TITLE = 256

const pullSchema = z.object({ number: z.number().int(), html_url: z.string() })
const repositorySchema = z.object({ default_branch: z.string() })
const refSchema = z.object({ object: z.object({ sha: z.string() }) })

/**
 * Opens the pull request of the branch that was pushed, with the report as its body. One of that branch that is there
 * already, whatever has become of it, is the one.
 */
export async function openPull(work: Work): Promise<HandedOver> {
  const { app, state, target, others } = work
  const branch = others.get('branch')?.made.branch
  if (branch == null) throw impossible('There is no branch to open it from.')
  const { owner } = nameOf(target.repository)
  const [known] = await askAbout(work, {
    route: 'GET /repos/{owner}/{repo}/pulls',
    params: { head: `${owner}:${branch}`, state: 'all', per_page: 1 },
    what: `the pull requests of ${target.repository}`,
    schema: z.array(pullSchema),
  })
  if (known !== undefined) return handedOver(known, null)
  const base = target.branch ?? (await defaultBranchOf(work))
  const moved = await movedOn(work, base)
  const pull = await askAbout(work, {
    route: 'POST /repos/{owner}/{repo}/pulls',
    params: {
      title: cutText(state.run.title, LONGEST_TITLE - 1),
      head: branch,
      base,
      body: await reportBody(app, state, moved === null ? [] : [moved]),
    },
    what: `a pull request in ${target.repository}`,
    schema: pullSchema,
  })
  return handedOver(pull, moved)
}

function handedOver(
  { number, html_url: url }: z.output<typeof pullSchema>,
  detail: string | null,
): HandedOver {
  return { status: 'done', detail, url, made: { id: number } }
}

/** The branch that a repository has where nobody names one. */
export async function defaultBranchOf(work: Pick<Work, 'github' | 'target'>): Promise<string> {
  const { default_branch: found } = await askAbout(work, {
    route: 'GET /repos/{owner}/{repo}',
    what: `the repository ${work.target.repository}`,
    schema: repositorySchema,
  })
  return found
}

/** What is to be said of a base that is no longer where the agents began; null where it still is. */
async function movedOn(work: Work, base: string): Promise<string | null> {
  const { object } = await askAbout(work, {
    route: 'GET /repos/{owner}/{repo}/git/ref/{ref}',
    params: { ref: `heads/${base}` },
    what: `the branch ${base} of ${work.target.repository}`,
    schema: refSchema,
  })
  const { commit } = work.target
  if (object.sha === commit) return null
  return `${base} has moved on since: the agents read ${commit.slice(0, 10)}, and it is at ${object.sha.slice(0, 10)} now.`
}
