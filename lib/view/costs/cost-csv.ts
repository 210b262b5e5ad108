import type { AgentCosts } from '@/lib/api/costs'
import type { CostNotes, WhatIfReport } from '@/lib/api/what-if'
import { csvText, currencyOf } from '../format/csv'

/** Dollars with nine digits, so nothing is rounded away. */
const usd = (nanoUsd: number | null) => (nanoUsd === null ? 'unknown' : (nanoUsd / 1e9).toFixed(9))

/** Runs far dearer than usual, for a spreadsheet. */
export function outliersCsv(outliers: CostNotes['outliers'], simulated: boolean): string {
  const currency = currencyOf(simulated)
  return csvText(
    ['run', 'title', 'workflow', 'created', `cost (${currency})`, `median (${currency})`, 'times'],
    outliers.map((one) => [
      ...[one.runId, one.title, one.workflow, one.createdAt],
      ...[usd(one.spentNanoUsd), usd(one.medianNanoUsd), one.times],
    ]),
  )
}

/** Agents by model, for a spreadsheet, with what is in no row. */
export function agentCostsCsv({ rows, omitted, unread, simulated }: AgentCosts): string {
  const rest: (readonly [string, number])[] = [
    ['other pairs', omitted.costNanoUsd],
    ['runs that were not read', unread.costNanoUsd],
  ]
  return csvText(
    ['agent', 'model', 'agents', 'turns', `cost (${currencyOf(simulated)})`],
    [
      ...rows.map((one) => [one.agent, one.model, one.agents, one.turns, usd(one.costNanoUsd)]),
      ...rest.filter(([, nanoUsd]) => nanoUsd > 0).map(([name, nanoUsd]) => [name, '', '', '', usd(nanoUsd)]),
    ],
  )
}

/** Interrupted turns, for a spreadsheet: its rows add up to what the sums say. */
export function unsettledCsv(
  { turns, deleted, unlistedNanoUsd }: CostNotes['unsettled'],
  simulated: boolean,
): string {
  const currency = currencyOf(simulated)
  return csvText(
    ['run', 'title', 'agent', 'turn', 'attempt', 'at', 'reason', `unsettled (${currency})`],
    [
      ...turns.map((one) => [
        ...[one.runId, one.title, one.agentId, one.turn, one.attempt, one.at, one.reason],
        usd(one.unsettledNanoUsd),
      ]),
      ...deleted.map((one) => [
        one.runId,
        one.title,
        '',
        '',
        '',
        one.lastDay,
        'deleted run',
        usd(one.unsettledNanoUsd),
      ]),
      ...(unlistedNanoUsd === 0 ? [] : [['', 'not listed', '', '', '', '', '', usd(unlistedNanoUsd)]]),
    ],
  )
}

/** Every scenario of a what-if, every model among them, for a spreadsheet. */
export function whatIfCsv({ bookedNanoUsd, turns, scenarios }: WhatIfReport, simulated: boolean): string {
  const currency = currencyOf(simulated)
  return csvText(
    ['scenario', 'model', 'responses', 'of them unchanged', `cost (${currency})`],
    [
      ['booked', '', turns, turns, usd(bookedNanoUsd)],
      ...scenarios.map(({ kind, model, unchangedTurns, nanoUsd }) => [
        kind,
        model ?? '',
        turns,
        unchangedTurns,
        usd(nanoUsd),
      ]),
    ],
  )
}
