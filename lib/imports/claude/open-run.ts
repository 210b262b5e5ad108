import type { ClaudeAgent, ClaudePlace, ClaudeRun } from '../claude-run'
import { BoundedFiles } from './bounded-files'
import { stateOf } from './find-runs'
import { pathsOf } from './places'
import { type JournalAgent, MOST_AGENTS, readJournal } from './read-journal'
import { readOr, readSummary, type Summary, type SummaryAgent } from './read-summary'
import { runFiles } from './run-files'
import { Skips } from './skips'

/** Longest script that is read, in bytes: twice the longest that can be launched. */
const LONGEST_SCRIPT = 4_000_000

/** Most lines of a log, and characters of each, that are kept. */
const MOST_LOGS = 1_000
const LONGEST_LOG = 2_000

/**
 * Reads what there is of a run beside the conversations of its agents. Each file may be missing, half written or of
 * another version. Throws `Unreadable` where there is no such run.
 */
export function openRun(folder: string, place: ClaudePlace): ClaudeRun {
  const files = new BoundedFiles(folder)
  const skips = new Skips()
  const paths = pathsOf(place)
  const found = runFiles(files, place)
  const summary = readSummary(files, paths.summary, skips)
  const journal = readOr(() => readJournal(files, paths.journal, skips), 'the journal', skips)
  const { script } = found
  const source =
    summary?.script ??
    (script === null
      ? null
      : readOr(() => files.text(LONGEST_SCRIPT, ...paths.scripts, script.file), 'the script', skips))
  const state = stateOf(summary)
  if (summary !== null && state === 'unfinished') skips.add('ends that are called by an unknown word')
  const startedAt = summary?.startTime ?? null
  return {
    place,
    digest: found.digest,
    name: summary?.workflowName ?? script?.name ?? place.run,
    state,
    error: summary?.error ?? null,
    script: source,
    args: summary?.args ?? null,
    result: summary?.result ?? null,
    startedAt,
    endedAt: endOf(startedAt, summary),
    writtenAt: summary?.timestamp ?? null,
    hasJournal: journal !== null,
    defaultModel: summary?.defaultModel ?? null,
    phases: (summary?.phases ?? []).map(({ title, detail }) => ({ title, detail })),
    logs: (summary?.logs ?? []).slice(0, MOST_LOGS).map((line) => line.slice(0, LONGEST_LOG)),
    agents: agentsOf(journal, summary, found.agents, skips),
    skipped: skips.list(),
  }
}

function endOf(startedAt: string | null, summary: Summary | null): string | null {
  const tookMs = summary?.durationMs ?? null
  return startedAt === null || tookMs === null ? null : new Date(Date.parse(startedAt) + tookMs).toISOString()
}

/** All agents that anything is known of: in the order of the journal, then of the summary, then by their names. */
function agentsOf(
  journal: Map<string, JournalAgent> | null,
  summary: Summary | null,
  files: ReadonlySet<string>,
  skips: Skips,
): ClaudeAgent[] {
  const told = new Map(summary?.workflowProgress.map((agent) => [agent.agentId, agent]))
  const ids = [...new Set([...(journal?.keys() ?? []), ...told.keys(), ...[...files].sort()])]
  skips.add(`agents beyond ${MOST_AGENTS.toLocaleString('en')}`, Math.max(0, ids.length - MOST_AGENTS))
  return ids.slice(0, MOST_AGENTS).map((id) => agentOf(id, journal?.get(id), told.get(id)))
}

function agentOf(id: string, inJournal?: JournalAgent, told?: SummaryAgent): ClaudeAgent {
  return {
    id,
    label: told?.label ?? inJournal?.label ?? null,
    phase: told?.phaseTitle ?? inJournal?.phase ?? null,
    model: told?.model ?? null,
    state: told === undefined ? null : agentState(told.state),
    answer: inJournal?.answer ?? null,
    promptPreview: told?.promptPreview ?? null,
    startedAt: told?.startedAt ?? null,
    durationMs: told?.durationMs ?? null,
  }
}

function agentState(state: string | null): ClaudeAgent['state'] {
  if (state === 'done' || state === 'error') return state
  return 'open'
}
