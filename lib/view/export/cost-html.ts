import type { RunCosts } from '@/lib/api/run-costs'
import { phaseGroups } from '../agent/phase-groups'
import { type CostTable, costTable, formula, kindLabels } from '../costs/run-cost-table'
import { modelName } from '../format/model-name'
import { moneyWords, usdIn } from '../format/money'
import { formatCount, percentWords } from '../format/numbers'
import { escapeHtml as e } from './escape'

/** What a run cost: bars by phase and by model, and the table they are sums of. */
export function costHtml(costs: RunCosts, phases: readonly { title: string }[], simulated: boolean): string {
  const table = costTable(costs, phaseGroups(phases))
  if (table.rows.length === 0) return '<p>Nothing was booked.</p>'
  return [
    '<div class="two">',
    barsHtml('By phase', sums(table, 'phase'), simulated),
    barsHtml('By model', sums(table, 'model'), simulated),
    '</div>',
    tableHtml(table, simulated),
  ].join('')
}

type Sum = { name: string; nanoUsd: number; hasUnknown: boolean }

function sums({ rows }: CostTable, by: 'phase' | 'model'): Sum[] {
  const found = new Map<string, Sum>()
  for (const row of rows) {
    const name = by === 'phase' ? row.phase : modelName(row.model)
    const held = found.get(name) ?? { name, nanoUsd: 0, hasUnknown: false }
    found.set(name, {
      name,
      nanoUsd: held.nanoUsd + (row.costNanoUsd ?? 0),
      hasUnknown: held.hasUnknown || row.costNanoUsd === null,
    })
  }
  return [...found.values()]
}

function barsHtml(title: string, parts: readonly Sum[], simulated: boolean): string {
  const usd = usdIn(simulated)
  const whole = parts.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0)
  const most = Math.max(1, ...parts.map(({ nanoUsd }) => nanoUsd))
  const rows = parts.map(({ name, nanoUsd, hasUnknown }) => {
    const amount = `${usd(nanoUsd)}${hasUnknown ? ' + unknown' : ''} · ${percentWords(nanoUsd, whole)}`
    const width = Math.round((nanoUsd / most) * 1000) / 10
    return `<li><bdi>${e(name)}</bdi><span class="n">${e(amount)}</span><i style="width:${width}%"></i></li>`
  })
  return `<section><h3>${title}</h3><ul class="bars">${rows.join('')}</ul></section>`
}

function tableHtml(table: CostTable, simulated: boolean): string {
  const money = moneyWords(simulated)
  const usd = usdIn(simulated)
  const cell = (words: string, title = '') =>
    `<td class="n"${title === '' ? '' : ` title="${e(title)}"`}>${e(words)}</td>`
  const rows = table.rows.map(
    (row) =>
      `<tr><th scope="row">${e(row.phase)}</th><td>${e(modelName(row.model))}${row.delivery === 'batch' ? ', in batches' : ''}</td>${cell(formatCount(row.turns))}${row.cells
        .map((one) =>
          cell(row.isPriced ? usd(one.costNanoUsd) : 'unknown', money(formula(one, row.delivery))),
        )
        .join('')}${cell(usd(row.costNanoUsd))}</tr>`,
  )
  const head = ['Phase', 'Model', 'Turns', ...table.kinds.map((kind) => kindLabels[kind]), 'Cost']
  const all = `<tr><th scope="row" colspan="3">All</th>${table.totals.map((one) => cell(usd(one.costNanoUsd))).join('')}${cell(usd(table.costNanoUsd))}</tr>`
  return `<div class="wide" tabindex="0" role="region" aria-label="Costs"><table><thead><tr>${head.map((one) => `<th scope="col">${e(one)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody><tfoot>${all}</tfoot></table></div>`
}
