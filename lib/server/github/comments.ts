import { z } from 'zod'
import { ownMark } from '@/lib/github/event'
import { formatCap } from '@/lib/view/format/money'
import { headline, quiet, reportBody } from './report-body'
import { askAbout, type HandedOver, impossible, linkToRun, type Work } from './work'

const commentSchema = z.object({ id: z.number().int(), html_url: z.string(), body: z.string().nullish() })

/** Comments of an issue that are looked through for one that was written before a crash. */
const MOST_COMMENTS = 100

/** By what the comment of a run is found again; nobody sees it. */
function markOf(runId: string): string {
  return `${ownMark}${runId} -->`
}

/** Says on the issue or pull request that a run has begun, with its cap. */
export async function writeComment(work: Work): Promise<HandedOver> {
  const { app, state, target } = work
  if (target.number === null) throw impossible('There is no issue to comment on.')
  const mark = markOf(state.run.id)
  const known = await askAbout(work, {
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    params: { issue_number: target.number, since: state.run.createdAt, per_page: MOST_COMMENTS },
    what: `the comments of ${target.repository}#${target.number}`,
    schema: z.array(commentSchema),
  })
  const found = known.find(({ body }) => body?.startsWith(mark) === true)
  const { nanoUsd } = state.run.limits
  const cap = nanoUsd === null ? 'It has no cap in dollars.' : `It spends ${formatCap(nanoUsd)} at most.`
  const comment =
    found ??
    (await askAbout(work, {
      route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
      params: {
        issue_number: target.number,
        body: `${mark}\nSkein has started [${linkText(state.run.title)}](${linkToRun(app, state.run.id)}). ${cap}`,
      },
      what: `a comment on ${target.repository}#${target.number}`,
      schema: commentSchema,
    }))
  return { status: 'done', detail: null, url: comment.html_url, made: { id: comment.id } }
}

/** Says in the same comment what came of the run: with the pull request where there is one, else with the report. */
export async function finishComment(work: Work): Promise<HandedOver> {
  const { app, state, target, others } = work
  const id = others.get('comment')?.made.id
  if (id == null) throw impossible('The comment that it had begun could not be written.')
  const pull = others.get('pull-request')
  const opened = pull?.status === 'done' && pull.url !== null ? `Its changes are in ${pull.url}.` : null
  const troubles = [...others.values()]
    .filter(({ status, kind }) => status === 'failed' && kind !== 'comment')
    .map(({ kind, detail }) => `- ${kind}: ${quiet(detail ?? 'could not be handed over')}`)
  const trouble = troubles.length === 0 ? null : `Not handed over:\n${troubles.join('\n')}`
  const parts = [opened, trouble].filter((one) => one !== null)
  const mark = markOf(state.run.id)
  const text =
    opened === null
      ? await reportBody(app, state, parts, mark.length + 1)
      : [headline(app, state), ...parts].join('\n\n')
  const comment = await askAbout(work, {
    route: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
    params: { comment_id: id, body: `${mark}\n${text}` },
    what: `the comment on ${target.repository}#${target.number}`,
    schema: commentSchema,
  })
  return { status: 'done', detail: null, url: comment.html_url, made: { id } }
}

function linkText(title: string): string {
  return quiet(title.replace(/[[\]\\<>`]/g, ' ').trim())
}
