import type { RunCosts } from '@/lib/api/run-costs'
import type { RunResult, Transcript } from '@/lib/api/runs'
import type { Snapshot } from '@/lib/core/run/state'
import { allTokens } from '../agent/run-spend'
import { outcomeCountsSentence } from '../agent/status-counts'
import { displayStatusOf, runStatusDisplay, statusLabels } from '../agent/status-display'
import { transcriptParts } from '../agent/transcript'
import { costTable, formula, kindLabels } from '../costs/run-cost-table'
import { modelName } from '../format/model-name'
import { moneyWords, usdIn } from '../format/money'
import { formatCount, formatTokens } from '../format/numbers'
import type { RunHistory } from '../timeline/timeline-history'
import { escapeHtml as e } from './escape'
import { mapSvg, timelineSvg } from './pictures'
import { statusLegend } from './status-cells'
import { reportStyle } from './style'
import { startedWords } from './took'

/**
 * Everything above the transcripts. The policy in its head lets nothing be fetched, whatever a model has
 * written.
 */
export function htmlHead(
  snapshot: Snapshot,
  costs: RunCosts,
  result: RunResult,
  history: RunHistory,
): string {
  const { run, totals, outcomeCounts } = snapshot
  const money = moneyWords(run.simulated)
  const usd = usdIn(run.simulated)
  const facts: [string, string][] = [
    ['State', `${runStatusDisplay(run.status).label}${run.reason === null ? '' : `: ${money(run.reason)}`}`],
    ['Agents', outcomeCountsSentence(outcomeCounts)],
    ['Workflow', run.workflow?.name ?? 'pasted script'],
    ['Model', `${modelName(run.model)}${run.simulated ? ' (simulated: nothing was paid)' : ''}`],
    ['Started', startedWords(snapshot)],
    ['Cost', `${usd(totals.spentNanoUsd)} booked, ${usd(totals.unsettledNanoUsd)} unsettled`],
    ['Tokens', `${formatTokens(allTokens(totals))} in ${formatCount(totals.turns)} turns`],
  ]
  const answer = typeof result.result === 'string' ? result.result : JSON.stringify(result.result, null, 2)
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${e(run.title)}</title><style>${reportStyle}</style></head><body><main>
<h1>${e(run.title)}</h1><dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${e(value)}</dd>`).join('')}</dl>
<h2>Result</h2>${result.hasResult ? `<pre>${e(answer)}</pre>` : '<p>There is none.</p>'}
<h2>Map</h2><div class="wide">${mapSvg(snapshot)}</div>${statusLegend(snapshot)}
<h2>Timeline</h2><div class="wide">${timelineSvg(history)}</div>
<h2>Cost</h2>${costHtml(costs, run.simulated)}
<h2>Agents</h2>${agentsHtml(snapshot)}
<h2>Transcripts</h2>
`
}

/** One agent's transcript, folded away. */
export function htmlAgent(transcript: Transcript, simulated: boolean): string {
  const money = moneyWords(simulated)
  const usd = usdIn(simulated)
  const { agent } = transcript
  const parts = transcriptParts(transcript).map((part) => {
    if (part.kind === 'text') return `<pre>${e(part.text)}</pre>`
    if (part.kind === 'thinking')
      return `<details><summary>Thinking</summary><pre>${e(part.text)}</pre></details>`
    if (part.kind === 'said') return `<h4>User message</h4><pre>${e(part.text)}</pre>`
    if (part.kind === 'tool')
      return `<details><summary>${e(part.call.name)}</summary><pre>${e(JSON.stringify(part.call.input, null, 2))}</pre><pre>${e(part.call.output ?? 'no answer')}</pre></details>`
    if (part.kind === 'failed')
      return `<p>Attempt at turn ${part.failed.turn} failed: ${e(money(part.failed.message))}</p>`
    return ''
  })
  return `<details id="${e(agent.id)}"><summary>${e(agent.label)} · ${statusLabels[displayStatusOf(agent)]} · ${usd(agent.costNanoUsd)}</summary><h4>Prompt</h4><pre>${e(transcript.prompt)}</pre>${parts.join('')}</details>\n`
}

export const htmlTail = '</main></body></html>\n'

function costHtml(costs: RunCosts, simulated: boolean): string {
  const money = moneyWords(simulated)
  const usd = usdIn(simulated)
  const table = costTable(costs)
  const cell = (words: string, title = '') =>
    `<td class="n"${title === '' ? '' : ` title="${e(title)}"`}>${e(words)}</td>`
  const rows = table.rows.map(
    (row) =>
      `<tr><th>${e(row.phase)}</th><td>${e(modelName(row.model))}${row.delivery === 'batch' ? ', in batches' : ''}</td>${cell(formatCount(row.turns))}${row.cells
        .map((one) =>
          cell(row.isPriced ? usd(one.costNanoUsd) : 'unknown', money(formula(one, row.delivery))),
        )
        .join('')}${cell(usd(row.costNanoUsd))}</tr>`,
  )
  const head = ['Phase', 'Model', 'Turns', ...table.kinds.map((kind) => kindLabels[kind]), 'Cost']
  const sums = `<tr><th colspan="3">All</th>${table.totals.map((one) => cell(usd(one.costNanoUsd))).join('')}${cell(usd(table.costNanoUsd))}</tr>`
  return `<div class="wide"><table><thead><tr>${head.map((one) => `<th>${e(one)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody><tfoot>${sums}</tfoot></table></div>`
}

function agentsHtml({ run, agents }: Snapshot): string {
  const usd = usdIn(run.simulated)
  const rows = agents.map(
    (agent) =>
      `<tr><th><a href="#${e(agent.id)}">${e(agent.label)}</a></th><td>${e(agent.phase ?? '')}</td><td>${statusLabels[displayStatusOf(agent)]}</td><td>${e(modelName(agent.model))}</td><td class="n">${formatCount(agent.turns)}</td><td class="n">${formatTokens(allTokens(agent.usage))}</td><td class="n">${usd(agent.costNanoUsd)}</td></tr>`,
  )
  const head = ['Agent', 'Phase', 'State', 'Model', 'Turns', 'Tokens', 'Cost']
    .map((one) => `<th>${one}</th>`)
    .join('')
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}
