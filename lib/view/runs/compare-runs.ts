import { type AgentStatus, agentCount, agentStatuses, endedCount } from '@/lib/core/agent/agent-status'
import type { PhaseState } from '@/lib/core/agent/phase-state'
import type { Snapshot } from '@/lib/core/run/state'
import { allTokens } from '../agent/run-spend'
import { statusLabels } from '../agent/status-display'
import { modelName } from '../format/model-name'
import { formatUsd, moneyWords } from '../format/money'
import { formatCount, formatTokens } from '../format/numbers'
import { sourceName } from '../format/source-name'
import { elapsedMs, formatDuration } from '../format/time'

/** What a difference means: `other` where neither more nor less is better. */
export type Verdict = 'better' | 'worse' | 'other'

/**
 * One line of a comparison; `difference` is from the first to the second, null where there is none to tell.
 * `change` is how large it is against the larger of the two, from -1 (all gone) to 1 (nothing before); null
 * where no numbers are compared.
 */
export type CompareRow = {
  label: string
  a: string
  b: string
  difference: string | null
  isSame: boolean
  verdict: Verdict
  change: number | null
}
export type CompareGroup = { title: string; rows: CompareRow[] }

/** What is better of a number. */
type Wanted = 'more' | 'less' | null

/** Two runs line by line: what they were, how their agents ended, what they cost, and their phases. */
export function compareRuns(a: Snapshot, b: Snapshot, nowMs: number): CompareGroup[] {
  const groups = [
    { title: 'Agents', rows: bySize(agents(a, b)) },
    { title: 'Spending', rows: bySize(spending(a, b, nowMs)) },
    { title: 'Phases', rows: phases(a, b) },
    { title: 'Run', rows: what(a, b) },
  ]
  return groups.filter(({ rows }) => rows.length > 0)
}

/** The largest changes first; what is equal keeps its order. */
function bySize(rows: readonly CompareRow[]): CompareRow[] {
  const size = ({ change, isSame }: CompareRow) => (isSame ? -1 : Math.abs(change ?? 0))
  return [...rows].sort((a, b) => size(b) - size(a))
}

/** How many lines got better and how many worse, for a sentence above them all. */
export function verdicts(groups: readonly CompareGroup[]): { better: string[]; worse: string[] } {
  const rows = groups.flatMap((group) => group.rows.map((row) => ({ ...row, group: group.title })))
  const told = (verdict: Verdict) =>
    rows
      .filter((row) => row.verdict === verdict && row.group !== 'Phases' && row.difference !== null)
      .map(({ label, difference }) => `${label} ${difference}`)
  return { better: told('better'), worse: told('worse') }
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
    ...used.map((status) =>
      numbers(statusLabels[status], one[status], two[status], formatCount, { wanted: wantedOf(status) }),
    ),
    ...(a.outcomeCounts.reused + b.outcomeCounts.reused > 0
      ? [numbers('of which reused', a.outcomeCounts.reused, b.outcomeCounts.reused, formatCount)]
      : []),
  ]
}

function wantedOf(status: AgentStatus): Wanted {
  if (status === 'succeeded') return 'more'
  return ['failed', 'flagged', 'stalled', 'cancelled'].includes(status) ? 'less' : null
}

function spending(a: Snapshot, b: Snapshot, nowMs: number): CompareRow[] {
  const [one, two] = [a.totals, b.totals]
  return [
    sums([a, b], 'Cost', one.costNanoUsd, two.costNanoUsd),
    sums([a, b], 'Unsettled', one.unsettledNanoUsd, two.unsettledNanoUsd),
    numbers('Tokens', allTokens(one), allTokens(two), formatTokens, { wanted: 'less' }),
    numbers('Output tokens', one.outputTokens, two.outputTokens, formatTokens),
    numbers('Cache reads', one.cacheReadTokens, two.cacheReadTokens, formatTokens),
    numbers('Turns', one.turns, two.turns, formatCount),
    numbers('Tool calls', one.toolCalls, two.toolCalls, formatCount),
    numbers('Retries', one.retries, two.retries, formatCount, { wanted: 'less' }),
    numbers('Time', elapsedMs(a.run, nowMs), elapsedMs(b.run, nowMs), formatDuration, { wanted: 'less' }),
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
  const isSame = a === b
  return { label, a, b, difference: isSame ? null : 'differs', isSame, verdict: 'other', change: null }
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
  const row = numbers(label, a, b, formatUsd, { none, wanted: 'less' })
  const shown = { ...row, a: ofA(row.a), b: ofB(row.b) }
  return one.run.simulated === two.run.simulated
    ? { ...shown, difference: ofA(row.difference) }
    : { ...shown, difference: null, isSame: false, verdict: 'other', change: null }
}

function numbers(
  label: string,
  a: number | null,
  b: number | null,
  format: (value: number) => string,
  { none = 'unknown', wanted = null }: { none?: string; wanted?: Wanted } = {},
): CompareRow {
  const shown = { label, a: a === null ? none : format(a), b: b === null ? none : format(b) }
  const untold = { ...shown, difference: null, verdict: 'other' as const }
  if (a === null || b === null) return { ...untold, isSame: a === b, change: null }
  if (a === b) return { ...untold, isSame: true, change: 0 }
  const size = format(Math.abs(b - a))
  return {
    ...shown,
    difference: `${b > a ? '+' : '−'}${size}${share(a, b)}`,
    isSame: false,
    verdict: verdictOf(a, b, wanted),
    change: (b - a) / Math.max(Math.abs(a), Math.abs(b)),
  }
}

function verdictOf(a: number, b: number, wanted: Wanted): Verdict {
  if (wanted === null) return 'other'
  return b > a === (wanted === 'more') ? 'better' : 'worse'
}

function share(a: number, b: number): string {
  if (a === 0) return ''
  const ratio = b / a
  if (ratio >= 2) return ` (${ratio.toFixed(1)}×)`
  return ` (${Math.max(1, Math.round(Math.abs(ratio - 1) * 100))}%)`
}
