import { z } from 'zod'
import { cutText } from '@/lib/core/base/cut-text'
import type { RunState } from '@/lib/core/run/state'
import type { RunStatus } from '@/lib/core/spec/run-status'
import { webUrlOf } from '@/lib/github/addresses'
import { cleaner } from '@/lib/server/runs/export/export-run'
import { getResult } from '@/lib/server/runs/read-run'
import { outcomeCountsSentence } from '@/lib/view/agent/status-counts'
import { runStatusDisplay } from '@/lib/view/agent/status-display'
import { type Finding, resultView } from '@/lib/view/run/result-view'
import { LONGEST_BODY, reportBody } from './report-body'
import { askAbout, type HandedOver, linkToRun, type Work } from './work'

/** Annotations that GitHub takes in one request, and those of a run that are handed over at most. */
const ANNOTATIONS_AT_ONCE = 50
const MOST_ANNOTATIONS = 500

/** Longest description of a commit's status. */
const LONGEST_DESCRIPTION = 140

const checkSchema = z.object({
  id: z.number().int(),
  html_url: z.string().nullable(),
  external_id: z.string().nullish(),
  output: z.object({ annotations_count: z.number().int() }).nullish(),
})
const checksSchema = z.object({ check_runs: z.array(checkSchema) })
const statusSchema = z.object({ id: z.number().int() })

/**
 * Says on the commit what became of a run: an app as a check with annotations of its findings, a token, which may make
 * none, as a status of the commit.
 */
export async function tellCommit(work: Work): Promise<HandedOver> {
  return work.github.kind === 'app' ? makeCheck(work) : makeStatus(work)
}

/** The commit that is spoken of: the one that was pushed, where one was, else the one that the agents read. */
export function commitOf({ others, target }: Pick<Work, 'others' | 'target'>): string {
  return others.get('branch')?.made.commit ?? target.commit
}

/** What GitHub is told that a run came to: success is a run that was completed, and whose agents all answered. */
export function conclusionOf({ run, outcomeCounts }: RunState): 'success' | 'failure' | 'cancelled' {
  if (run.status === 'cancelled') return 'cancelled'
  const { failed, flagged, refused, refusedCalls } = outcomeCounts
  return run.status === 'completed' && failed + flagged + refused + refusedCalls === 0 ? 'success' : 'failure'
}

async function makeStatus(work: Work): Promise<HandedOver> {
  const { app, state } = work
  const commit = commitOf(work)
  const said = `${statusWords(state.run.status)}. ${outcomeCountsSentence(state.outcomeCounts)}`
  const { id } = await askAbout(work, {
    route: 'POST /repos/{owner}/{repo}/statuses/{sha}',
    params: {
      sha: commit,
      state: conclusionOf(state) === 'success' ? 'success' : 'failure',
      context: `skein/${nameOfCheck(state)}`,
      description: cutText(said, LONGEST_DESCRIPTION - 1),
      target_url: linkToRun(app, state.run.id),
    },
    what: `a status of the commit ${commit.slice(0, 10)} in ${work.target.repository}`,
    schema: statusSchema,
  })
  const detail = 'A token can set a status of the commit; a check with annotations needs a GitHub App.'
  return { status: 'done', detail, url: commitUrl(work, commit), made: { id, commit } }
}

async function makeCheck(work: Work): Promise<HandedOver> {
  const { app, state, target } = work
  const commit = commitOf(work)
  const told = await getResult(app, state.run.id)
  const findings = told.hasResult ? (resultView(told.result).findings ?? []) : []
  const annotations = annotationsOf(work, findings)
  const title = `${statusWords(state.run.status)}${findings.length === 0 ? '' : `, ${findings.length} findings`}`
  const output = { title, summary: (await reportBody(app, state, [])).slice(0, LONGEST_BODY - 1) }
  const params = {
    name: `Skein: ${nameOfCheck(state)}`,
    head_sha: commit,
    external_id: state.run.id,
    details_url: linkToRun(app, state.run.id),
    status: 'completed',
    conclusion: conclusionOf(state),
  }
  const what = `a check of the commit ${commit.slice(0, 10)} in ${target.repository}`
  const known = await knownCheck(work, commit)
  const made =
    known ??
    (await askAbout(work, {
      route: 'POST /repos/{owner}/{repo}/check-runs',
      params: { ...params, output: { ...output, annotations: annotations.slice(0, ANNOTATIONS_AT_ONCE) } },
      what,
      schema: checkSchema,
    }))
  // Each request adds to those before it: what is there already is not sent twice.
  const from = made.output?.annotations_count ?? Math.min(annotations.length, ANNOTATIONS_AT_ONCE)
  for (let at = from; at < annotations.length; at += ANNOTATIONS_AT_ONCE)
    await askAbout(work, {
      route: 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
      params: {
        check_run_id: made.id,
        output: { ...output, annotations: annotations.slice(at, at + ANNOTATIONS_AT_ONCE) },
      },
      what,
      schema: checkSchema,
    })
  const isCut = findings.length > MOST_ANNOTATIONS
  const detail = isCut ? `${MOST_ANNOTATIONS} of ${findings.length} findings stand as annotations.` : null
  return { status: 'done', detail, url: made.html_url, made: { id: made.id, commit } }
}

/** The check of this run on the commit, if one was made before the server was cut off. */
async function knownCheck(work: Work, commit: string): Promise<z.output<typeof checkSchema> | null> {
  const { check_runs: checks } = await askAbout(work, {
    route: 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    params: { ref: commit, filter: 'all', per_page: 100, check_name: `Skein: ${nameOfCheck(work.state)}` },
    what: `the checks of the commit ${commit.slice(0, 10)} in ${work.target.repository}`,
    schema: checksSchema,
  })
  return checks.find(({ external_id: id }) => id === work.state.run.id) ?? null
}

function annotationsOf({ app }: Work, findings: readonly Finding[]) {
  const clean = cleaner(app)
  return findings
    .filter(({ file }) => file.trim() !== '')
    .slice(0, MOST_ANNOTATIONS)
    .map(({ file, line, severity, title, detail, fix }) => {
      const at = line === null || line < 1 ? 1 : Math.floor(line)
      const words = [detail, fix === null ? '' : `Fix: ${fix}`].filter((one) => one !== '').join('\n\n')
      return {
        path: file.replaceAll('\\', '/').replace(/^(?:\.?\/)+/, ''),
        start_line: at,
        end_line: at,
        annotation_level: levelOf(severity),
        title: cutText(clean(title), 250),
        // GitHub takes 64 KB of it; nobody reads as much beside a line.
        message: cutText(clean(words === '' ? title : words), 4_000) || 'A finding without words.',
      }
    })
}

function levelOf(severity: string | null): 'failure' | 'warning' | 'notice' {
  if (/^(?:critical|high|error|blocker|major|severe|p[01])$/i.test(severity ?? '')) return 'failure'
  return /^(?:low|info|note|minor|trivial|p[34])$/i.test(severity ?? '') ? 'notice' : 'warning'
}

function nameOfCheck({ run }: RunState): string {
  return cutText(run.workflow?.name ?? 'run', 60)
}

function statusWords(status: RunStatus): string {
  return runStatusDisplay(status).label
}

function commitUrl({ apiUrl, target }: Work, commit: string): string {
  return `${webUrlOf(apiUrl)}/${target.repository}/commit/${commit}`
}
