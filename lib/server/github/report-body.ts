import type { RunState } from '@/lib/core/run/state'
import type { App } from '@/lib/server/app/app'
import { cleaner } from '@/lib/server/runs/export/export-run'
import { getResult } from '@/lib/server/runs/read-run'
import { outcomeCountsSentence } from '@/lib/view/agent/status-counts'
import { runStatusDisplay } from '@/lib/view/agent/status-display'
import { formatUsd } from '@/lib/view/format/money'
import { resultView } from '@/lib/view/run/result-view'
import { linkToRun } from './work'

/** Characters that a body of an issue, a comment or a pull request has at most, as GitHub says when it refuses more. */
export const LONGEST_BODY = 65_536

/**
 * What a run came to, as a body at GitHub: a line of what became of it, notes, and the report of its result, as much
 * of it as fits in what GitHub takes less `taken` characters.
 */
export async function reportBody(
  app: App,
  state: RunState,
  notes: readonly string[],
  taken = 0,
): Promise<string> {
  const { run } = state
  const clean = cleaner(app)
  const told = await getResult(app, run.id)
  const report = told.hasResult ? resultView(told.result).report : null
  const head = [headline(app, state), ...notes.map((note) => `> ${note}`)].join('\n\n')
  return bounded(clean(head), quiet(clean(report ?? '')), linkToRun(app, run.id), LONGEST_BODY - taken)
}

/** What became of a run, with a link to it and without its report. */
export function headline(app: App, { run, totals, outcomeCounts }: RunState): string {
  const cost = run.simulated ? 'nothing was paid, it was simulated' : formatUsd(totals.spentNanoUsd)
  const reason = run.reason === null ? '' : `: ${quiet(run.reason)}`
  return `**${runStatusDisplay(run.status).label}**${reason}. ${outcomeCountsSentence(outcomeCounts)}; ${cost}. [The run in Skein](${linkToRun(app, run.id)})`
}

/** A head and as much of a text as fits, with a sentence where the rest is. */
function bounded(head: string, text: string, link: string, most: number): string {
  const whole = text === '' ? head : `${head}\n\n${text}`
  if (whole.length <= most) return whole
  const rest = `\n\n---\n\nThe report is longer than GitHub takes. [All of it is in Skein](${link}).`
  return `${whole.slice(0, most - rest.length).toWellFormed()}${rest}`
}

/**
 * A text of agents without what acts at GitHub: it mentions nobody and refers to no issue, which could be closed by
 * it. What it looks like stays.
 */
export function quiet(text: string): string {
  return text
    .replace(/@(?=[A-Za-z0-9])/g, '@\u200b')
    .replace(/#(?=\d)/g, '#\u200b')
    .replace(/\b(GH-)(?=\d)/gi, '$1\u200b')
    .replace(/\/(issues|pull)\/(?=\d)/g, '/$1/\u200b')
}
