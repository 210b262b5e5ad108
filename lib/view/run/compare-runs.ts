import { agentStatuses } from '@/lib/core/agent/agent'
import { agentCount, endedCount, type PhaseState, type Snapshot } from '@/lib/core/run/state'
import { allTokens } from '../agent/run-spend'
import { statusLabels } from '../agent/status-display'
import { modelName } from '../format/model-name'
import { formatUsd, moneyWords } from '../format/money'
import { formatCount, formatTokens } from '../format/numbers'
import { sourceName } from '../format/source-name'
import { elapsedMs, formatDuration } from '../format/time'

/**
 * One line of a comparison; `difference` is from the first to the second, null where there is none to tell.
 */
export type CompareRow = { label: string; a: string; b: string; difference: string | null; isSame: boolean }
export type CompareGroup = { title: string; rows: CompareRow[] }

/** Two runs line by line: what they were, how their agents ended, what they cost, and their phases. */
export function compareRuns(a: Snapshot, b: Snapshot, nowMs: number): CompareGroup[] {
  const groups = [
    { title: 'Run', rows: what(a, b) },
    { title: 'Agents', rows: agents(a, b) },
    { title: 'Spending', rows: spending(a, b, nowMs) },
    { title: 'Phases', rows: phases(a, b) },
  ]
  return groups.filter(({ rows }) => rows.length > 0)
}

function what(a: Snapshot, b: Snapshot): CompareRow[] {
  const source = ({ run }: Snapshot) =>
    [
      sourceName(run.orchestrator, run.workflow?.name ?? null),
      run.workflow?.version == null ? null : `version ${run.workflow.version}`,
    ]
      .filter(Boolean)
      .join(', ')
  const script = ({ run }: Snapshot) => run.workflow?.digest.slice(0, 12) ?? 'none'
  return [
    words('Source', source(a), source(b)),
    words('Script', script(a), script(b)),
    words('Model', modelName(a.run.model), modelName(b.run.model)),
    words('Effort', a.run.effort ?? 'model default', b.run.effort ?? 'model default'),
    words('Launched by', a.run.launchedBy.name, b.run.launchedBy.name),
    words('Money', moneyKind(a), moneyKind(b)),
    words('Tags', a.run.tags.join(', ') || 'none', b.run.tags.join(', ') || 'none'),
  ]
}

function moneyKind({ run }: Snapshot): string {
  if (run.dryRun !== null) return 'dry run'
  return run.simulated ? 'simulated' : 'real'
}

function agents(a: Snapshot, b: Snapshot): CompareRow[] {
  const [one, two] = [a.totals.agents, b.totals.agents]
  const used = agentStatuses.filter((status) => one[status] > 0 || two[status] > 0)
  return [
    numbers('All', agentCount(one), agentCount(two), formatCount),
    ...used.map((status) => numbers(statusLabels[status], one[status], two[status], formatCount)),
    ...(a.outcomeCounts.reused + b.outcomeCounts.reused > 0
      ? [numbers('of which reused', a.outcomeCounts.reused, b.outcomeCounts.reused, formatCount)]
      : []),
  ]
}

function spending(a: Snapshot, b: Snapshot, nowMs: number): CompareRow[] {
  const [one, two] = [a.totals, b.totals]
  return [
    sums([a, b], 'Cost', one.costNanoUsd, two.costNanoUsd),
    sums([a, b], 'Unsettled', one.unsettledNanoUsd, two.unsettledNanoUsd),
    numbers('Tokens', allTokens(one), allTokens(two), formatTokens),
    numbers('Output tokens', one.outputTokens, two.outputTokens, formatTokens),
    numbers('Cache reads', one.cacheReadTokens, two.cacheReadTokens, formatTokens),
    numbers('Turns', one.turns, two.turns, formatCount),
    numbers('Tool calls', one.toolCalls, two.toolCalls, formatCount),
    numbers('Retries', one.retries, two.retries, formatCount),
    numbers('Time', elapsedMs(a.run, nowMs), elapsedMs(b.run, nowMs), formatDuration),
  ]
}

/** Phases by title, those of the first run first; one that a run lacks is shown as missing. */
function phases(a: Snapshot, b: Snapshot): CompareRow[] {
  const titles = [...new Set([...a.phases, ...b.phases].map(({ title }) => title))]
  return titles.flatMap((title): CompareRow[] => {
    const [one, two] = [a, b].map((side) => side.phases.find((phase) => phase.title === title))
    const ended = (phase: PhaseState) =>
      `${formatCount(endedCount(phase.counts))}/${formatCount(agentCount(phase.counts))} agents`
    return [
      words(
        title,
        one === undefined ? 'no such phase' : ended(one),
        two === undefined ? 'no such phase' : ended(two),
      ),
      sums([a, b], `${title}: cost`, one?.spentNanoUsd ?? null, two?.spentNanoUsd ?? null, '–'),
    ]
  })
}

function words(label: string, a: string, b: string): CompareRow {
  return { label, a, b, difference: a === b ? null : 'differs', isSame: a === b }
}

/**
 * Two sums, each in the money of its run; between real money and the simulator's there is no difference to
 * tell.
 */
function sums(
  [one, two]: readonly [Snapshot, Snapshot],
  label: string,
  a: number | null,
  b: number | null,
  none = 'unknown',
): CompareRow {
  const ofA = moneyWords(one.run.simulated)
  const ofB = moneyWords(two.run.simulated)
  const row = numbers(label, a, b, formatUsd, none)
  const shown = { ...row, a: ofA(row.a), b: ofB(row.b) }
  return one.run.simulated === two.run.simulated
    ? { ...shown, difference: ofA(row.difference) }
    : { ...shown, difference: null, isSame: false }
}

function numbers(
  label: string,
  a: number | null,
  b: number | null,
  format: (value: number) => string,
  none = 'unknown',
): CompareRow {
  const shown = { label, a: a === null ? none : format(a), b: b === null ? none : format(b) }
  if (a === null || b === null) return { ...shown, difference: null, isSame: a === b }
  if (a === b) return { ...shown, difference: null, isSame: true }
  const size = format(Math.abs(b - a))
  return { ...shown, difference: `${b > a ? '+' : '−'}${size}${share(a, b)}`, isSame: false }
}

function share(a: number, b: number): string {
  if (a === 0) return ''
  const ratio = b / a
  if (ratio >= 2) return ` (${ratio.toFixed(1)}×)`
  return ` (${Math.max(1, Math.round(Math.abs(ratio - 1) * 100))}%)`
}
