import type { RunResult } from '@/lib/api/runs'
import type { AgentState } from '@/lib/core/agent/agent'
import { cutWithCount } from '@/lib/core/base/cut-text'
import type { Snapshot } from '@/lib/core/run/state'
import { displayStatusOf } from '../agent/status-display'
import { moneyWords } from '../format/money'
import { formatCount, plural } from '../format/numbers'
import { type Finding, resultView } from '../run/result-view'
import { escapeHtml as e } from './escape'
import { iconSvg } from './status-cells'

/** Findings and agents that went wrong are listed up to this many; all of them are in the JSON and below. */
const MOST_ROWS = 500
/** Characters of a reason or a detail in a row. */
const LONGEST = 2_000

/**
 * What the script returned: its report as the app shows it, its findings as a table, and all of it as JSON.
 * `report` turns Markdown that others wrote into HTML that can do nothing.
 */
export function resultHtml(
  { run }: Snapshot,
  result: RunResult,
  report: (markdown: string) => string,
): string {
  const money = moneyWords(run.simulated)
  const error =
    run.error === null
      ? ''
      : `<p class="alert">${iconSvg('failed')} The script failed: <span dir="auto">${e(cutWithCount(money(run.error.message), LONGEST))}</span></p>`
  if (!result.hasResult) return error === '' ? '<p>The script returned nothing.</p>' : error
  const shown = resultView(result.result)
  const json = `<details${shown.report === null ? ' open' : ''}><summary>Result as JSON</summary><pre dir="auto">${e(shown.json)}</pre></details>`
  return [
    error,
    shown.report === null
      ? ''
      : `<article class="report" aria-label="Report">${report(shown.report)}</article>`,
    shown.findings === null || shown.findings.length === 0 ? '' : findingsHtml(shown.findings),
    json,
  ].join('')
}

function findingsHtml(findings: readonly Finding[]): string {
  const rows = findings.slice(0, MOST_ROWS).map(({ file, line, severity, verdict, title, detail }) => {
    const level = [severity, verdict === severity ? null : verdict].filter((one) => one !== null).join(' ')
    const where = `${e(cutWithCount(file, 300))}${line === null ? '' : `:${line}`}`
    const more = detail === '' ? '' : `<br><span class="soft">${e(cutWithCount(detail, LONGEST))}</span>`
    return `<tr><td>${e(level || '–')}</td><td class="file"><bdi>${where}</bdi></td><td dir="auto">${e(cutWithCount(title, LONGEST))}${more}</td></tr>`
  })
  const left = findings.length - rows.length
  const note = left > 0 ? `<p class="note">${formatCount(left)} more are in the JSON.</p>` : ''
  return `<h3>${plural(findings.length, 'finding')}</h3><div class="wide" tabindex="0" role="region" aria-label="Findings"><table><thead><tr><th scope="col">Severity</th><th scope="col">Where</th><th scope="col">What</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>${note}`
}

/** The agents without an answer, those whose answer is flagged, and which flags the result rests on. */
export function problemsHtml({ run, agents }: Snapshot): string {
  const money = moneyWords(run.simulated)
  const failed = agents.filter((agent) => agent.status === 'failed')
  const flagged = agents.filter((agent) => agent.status === 'flagged')
  if (failed.length + flagged.length === 0) return '<p>No agent failed, and no answer is flagged.</p>'
  const behind = new Set(run.flaggedSources.map(({ agentId }) => agentId))
  const rests =
    behind.size === 0
      ? ''
      : `<p class="alert">${iconSvg('flagged')} The result rests on ${plural(behind.size, 'flagged answer')}; each is marked below.</p>`
  const rows = [...failed, ...flagged].slice(0, MOST_ROWS).map((agent) => {
    const mark = behind.has(agent.id) ? ' <b>behind the result</b>' : ''
    return `<li>${iconSvg(displayStatusOf(agent))} <a href="#${e(agent.id)}"><bdi>${e(agent.label)}</bdi></a>${mark} <span class="soft" dir="auto">${e(cutWithCount(money(reasonOf(agent)), LONGEST))}</span></li>`
  })
  const left = failed.length + flagged.length - rows.length
  const more = left > 0 ? `<p class="note">${formatCount(left)} more are in the list of agents.</p>` : ''
  return `<p>${formatCount(failed.length)} failed, ${formatCount(flagged.length)} flagged.</p>${rests}<ul class="problems">${rows.join('')}</ul>${more}`
}

function reasonOf(agent: AgentState): string {
  if (agent.status === 'failed') return agent.failure.message
  return agent.flags.map(({ kind, reason }) => (reason === '' ? kind : `${kind}: ${reason}`)).join('; ')
}
