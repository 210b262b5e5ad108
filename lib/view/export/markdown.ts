import type { RunCosts } from '@/lib/api/run-costs'
import type { RunResult, Transcript } from '@/lib/api/runs'
import type { RunNote } from '@/lib/core/ports/run-note-store'
import type { Snapshot } from '@/lib/core/run/state'
import { allTokens } from '../agent/run-spend'
import { outcomeCountsSentence } from '../agent/status-counts'
import { runStatusDisplay } from '../agent/status-display'
import { transcriptParts } from '../agent/transcript'
import { costTable } from '../costs/run-cost-table'
import { modelName } from '../format/model-name'
import { moneyWords, usdIn } from '../format/money'
import { formatCount, formatTokens } from '../format/numbers'
import { startedWords } from './took'

/** The report, what people wrote about the run, and the heading of the transcripts that follow it. */
export function markdownHead(
  snapshot: Snapshot,
  costs: RunCosts,
  result: RunResult,
  notes: readonly RunNote[],
): string {
  const written = notes.flatMap(({ by, at, edited, text: words }) => [
    `*${oneLine(by.name)}, ${at}${edited === null ? '' : `, edited ${edited.at}`}*`,
    fenced(words),
  ])
  const parts = [
    markdownReport(snapshot, costs, result),
    ...(notes.length === 0 ? [] : ['## Notes', ...written]),
  ]
  return `${parts.join('\n\n')}\n\n## Transcripts\n\n`
}

/** What a run was, did and cost, without a prompt or a transcript. */
export function markdownReport(snapshot: Snapshot, costs: RunCosts, result: RunResult): string {
  const { run, totals, outcomeCounts, phases, agents } = snapshot
  const table = costTable(costs)
  const money = moneyWords(run.simulated)
  const usd = usdIn(run.simulated)
  return [
    `# ${oneLine(run.title)}`,
    `${runStatusDisplay(run.status).label}${run.reason === null ? '' : `: ${oneLine(money(run.reason))}`}. ${outcomeCountsSentence(outcomeCounts)}.`,
    [
      `- Workflow: ${oneLine(run.workflow?.name ?? 'pasted script')}`,
      `- Model: ${modelName(run.model)}${run.simulated ? ' (simulated: nothing was paid)' : ''}`,
      `- Started: ${startedWords(snapshot)}`,
      `- Cost: ${usd(totals.spentNanoUsd)} booked, ${usd(totals.unsettledNanoUsd)} unsettled, ${formatCount(totals.unpricedTurns)} turns unpriced`,
      `- Tokens: ${formatTokens(allTokens(totals))} in ${formatCount(totals.turns)} turns`,
    ].join('\n'),
    '## Phases',
    tableOf(
      ['Phase', 'Agents', 'Cost'],
      phases.map(({ title, counts, spentNanoUsd }) => [
        title,
        formatCount(Object.values(counts).reduce((sum, one) => sum + one, 0)),
        usd(spentNanoUsd),
      ]),
    ),
    '## Cost',
    tableOf(
      ['Phase', 'Model', 'Turns', 'Cost'],
      table.rows.map((row) => [
        row.phase,
        modelName(row.model),
        formatCount(row.turns),
        usd(row.costNanoUsd),
      ]),
    ),
    '## Result',
    result.hasResult ? fenced(text(result.result)) : 'There is none.',
    '## Agents',
    tableOf(
      ['Agent', 'Phase', 'State', 'Turns', 'Cost'],
      agents.map((agent) => [
        agent.label,
        agent.phase ?? '',
        agent.status,
        formatCount(agent.turns),
        usd(agent.costNanoUsd),
      ]),
    ),
  ].join('\n\n')
}

/** One agent's transcript. */
export function markdownAgent(transcript: Transcript, simulated: boolean): string {
  const money = moneyWords(simulated)
  const { agent } = transcript
  const parts = transcriptParts(transcript).map((part) => {
    if (part.kind === 'text') return part.text
    if (part.kind === 'thinking') return `*Thinking*\n\n${fenced(part.text)}`
    if (part.kind === 'said') return `*User message*\n\n${fenced(part.text)}`
    if (part.kind === 'tool')
      return `*${part.call.name}*\n\n${fenced(`${text(part.call.input)}\n→ ${part.call.output ?? 'no answer'}`)}`
    if (part.kind === 'failed')
      return `*Attempt at turn ${part.failed.turn} failed: ${oneLine(money(part.failed.message))}*`
    return ''
  })
  const all = [`### ${oneLine(agent.label)}`, `*Prompt*\n\n${fenced(transcript.prompt)}`, ...parts]
  return `${all.filter((part) => part !== '').join('\n\n')}\n\n`
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => oneLine(cell).replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function oneLine(value: string): string {
  return value.replace(/\s+/g, ' ').trim()
}

/** A fence longer than any in the text, so the text cannot end it. */
function fenced(value: string): string {
  const longest = Math.max(2, ...[...value.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${value}\n${fence}`
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}
