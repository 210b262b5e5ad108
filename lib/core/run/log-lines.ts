import type { RunServer } from '../agent/mcp-tools'
import type { ToolAction } from '../agent/patch'
import { assertNever } from '../base/assert-never'
import type { Batch } from '../spec/batch'
import { batchEvents, withBatch } from './batches'
import { withCheckpoint } from './checkpoints'
import type { Envelope, EventOf, RunEventType } from './events'
import type { Barrier, LogLine, RunState } from './state'

/** How the line of a patch begins that was left out; why it was follows. */
export const notMerged = 'Its changes were not merged: '

/** How the line of a check of merged files begins; its command and what it came to follow. */
export const checkedWith = 'Checked the merged files with '

/** Characters of a failed check's output that its line quotes; all of it stands in the journal. */
const CHECK_CHARACTERS = 2_000

/** Lines kept in memory and sent with a snapshot; older ones are in the journal. */
export const LOG_LINES = 500

/** A list of lines with one more, the oldest dropped. */
export function withLine(lines: readonly LogLine[], line: LogLine): LogLine[] {
  return [...lines.slice(-(LOG_LINES - 1)), line]
}

/** The barriers after a barrier event. */
export function withBarrier(barriers: readonly Barrier[], { event, at }: Envelope): Barrier[] {
  if (event.type === 'barrier.opened') {
    const { barrierId: id, kind, size, callSite, within } = event
    return [
      ...barriers,
      { id, kind, size, openedAt: at, closedAt: null, line: callSite?.line ?? null, within },
    ]
  }
  if (event.type !== 'barrier.closed') return [...barriers]
  return barriers.map((barrier) => (barrier.id === event.barrierId ? { ...barrier, closedAt: at } : barrier))
}

/** The line an event adds to the log, if any. */
export function lineOf({ event, at, seq }: Envelope): LogLine | null {
  const line = (kind: LogLine['kind'], message: string, agentId: string | null = null) => ({
    seq,
    at,
    kind,
    message,
    agentId,
  })
  switch (event.type) {
    case 'run.logged':
      return line('logged', event.message)
    case 'run.noted':
      return line('noted', event.message, event.agentId)
    case 'run.time-skipped':
      return line('noted', skipped(event.ms))
    case 'run.repriced': {
      const change = event.agents.reduce((sum, { changeNanoUsd }) => sum + changeNanoUsd, 0)
      const words = `${change < 0 ? '−' : '+'}$${(Math.abs(change) / 1e9).toFixed(6)}`
      return line('noted', `${event.turns} responses were repriced: ${words}.`)
    }
    case 'run.files-opened':
      return line('noted', openedSentence(event))
    case 'run.servers-opened':
      return line('noted', event.servers.map(serverSentence).join(' '))
    case 'run.merged':
      return line('noted', mergedSentence(event), event.agentId)
    case 'run.merge-refused':
      return line('noted', `${notMerged}${event.why}`, event.agentId)
    case 'run.applied':
      return line('noted', `Changes to ${countWords(event.files, 'file')} were written to the workspace.`)
    case 'run.apply-undone':
      return line(
        'noted',
        `Changes to ${countWords(event.files, 'file')} were taken back from the workspace.`,
      )
    case 'run.branched':
      return line(
        'noted',
        `The changes were put on the branch ${event.branch} (${event.commit.slice(0, 12)}).`,
      )
    case 'merge.checked': {
      const how = typeof event.exit === 'number' ? `exit ${event.exit}` : event.exit
      return line(
        'noted',
        `${checkedWith}\`${event.check}\`: ${how}, ${(event.durationMs / 1000).toFixed(1)} s.${endOf(event)}`,
      )
    }
    case 'tool.acted':
      return line('noted', actionSentence(event.action), event.agentId)
    case 'workflow.entered':
      return line('entered', `Entered the workflow ${event.name}.`)
    case 'workflow.ended':
      return event.error === null
        ? line('left', `${calledName(event.scope)} ended.`)
        : line('left', `${calledName(event.scope)} failed: ${event.error.message}`)
    case 'call.refused':
      return line('refused', `A call was not started: ${event.message}`)
    case 'batch.delayed':
      return line('noted', event.detail)
    case 'batch.submitted':
      return line(
        'noted',
        event.isFound ? `Batch ${event.batchId} was found: ${event.providerBatchId}.` : submitted(event),
      )
    case 'batch.withdrawn':
      return line('noted', `Batch ${event.batchId} is no longer needed: cancellation was requested.`)
    case 'batch.ended':
      return line('noted', endedSentence(event))
    default:
      return null
  }
}

/** The end of what a failed check printed, which says why. */
function endOf({ isPassed, output }: EventOf<'merge.checked'>): string {
  const text = output.trim()
  return isPassed || text === '' ? '' : `\n${text.slice(-CHECK_CHARACTERS)}`
}

function openedSentence({ head, dirty, unreadable }: EventOf<'run.files-opened'>): string {
  const from =
    head === null ? 'the folder as it was' : `commit ${head.slice(0, 12)}${uncommitted(dirty ?? 0)}`
  const left =
    unreadable.length === 0
      ? ''
      : ` ${countWords(unreadable.length, 'file')} could not be read, or are too large, and are left out.`
  return `Agents begin from ${from}.${left}`
}

function serverSentence({ name, tools, problem }: RunServer): string {
  const server = `MCP server ${JSON.stringify(name)}`
  return problem === null
    ? `${server}: ${countWords(tools, 'tool')}.`
    : `${server} could not be used: ${problem}`
}

function uncommitted(files: number): string {
  return files === 0 ? '' : ` with ${countWords(files, 'uncommitted change')}`
}

function mergedSentence({ patch, conflicts }: EventOf<'run.merged'>): string {
  const settled = conflicts.length === 0 ? '' : `, ${countWords(conflicts.length, 'conflict')} resolved`
  return `Its changes to ${countWords(patch.files, 'file')} were merged (+${patch.added} −${patch.removed}${settled}).`
}

function actionSentence(action: ToolAction): string {
  switch (action.kind) {
    case 'command': {
      const how = typeof action.exit === 'number' ? `exit ${action.exit}` : action.exit
      return `Ran \`${action.command}\`: ${how}, ${(action.durationMs / 1000).toFixed(1)} s, ${action.outputBytes} bytes of output.`
    }
    case 'file':
      return action.digest === null ? `Deleted ${action.path}.` : `Wrote ${action.path}.`
    case 'address':
      return `Read ${action.url}.`
    case 'search':
      return `Searched the web for “${action.query}”.`
    case 'mcp':
      return `Called ${action.tool} of ${action.server}.`
    default:
      return assertNever(action)
  }
}

function countWords(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function skipped(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000)
  const words = seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`
  return ms < 0
    ? `The system clock was set back by ${words}.`
    : `Nothing ran for ${words}: the server was down, or the machine was asleep or overloaded. That time counts against no limit.`
}

function submitted({ batchId, providerBatchId }: EventOf<'batch.submitted'>): string {
  return `Batch ${batchId} was submitted as ${providerBatchId}.`
}

function endedSentence({ batchId, counts, detail }: EventOf<'batch.ended'>): string {
  if (detail !== null) return `Batch ${batchId} ended: ${detail}`
  if (counts === null) return `Batch ${batchId} ended.`
  const parts = [
    `${counts.succeeded} answered`,
    ...(counts.errored > 0 ? [`${counts.errored} refused`] : []),
    ...(counts.canceled > 0 ? [`${counts.canceled} cancelled`] : []),
    ...(counts.expired > 0 ? [`${counts.expired} expired`] : []),
  ]
  return `Batch ${batchId} came back: ${parts.join(', ')}.`
}

/** What a scope is called in words; its last part is the name and how often that was called before. */
function calledName(scope: string): string {
  const name = scope.split('/').at(-1)?.replace(/#\d+$/, '') ?? scope
  return name.startsWith('script:') ? 'The called script' : `The workflow ${name}`
}

/** The events that `unfolded` is made of. */
export const unfoldedEvents = [
  'run.logged',
  'run.noted',
  'run.time-skipped',
  'workflow.entered',
  'workflow.ended',
  'call.refused',
  'run.repriced',
  'run.files-opened',
  'run.servers-opened',
  'run.merged',
  'run.merge-refused',
  'tool.acted',
  'merge.checked',
  'run.applied',
  'run.apply-undone',
  'run.branched',
  'run.ended',
  'run.retried',
  'run.resumed',
  'barrier.opened',
  'barrier.closed',
  'checkpoint.opened',
  'checkpoint.answered',
  'checkpoint.expired',
  ...batchEvents,
] as const satisfies readonly RunEventType[]

/**
 * Log, barriers, batches and checkpoints from the journal alone: in rows they would be written again with
 * every commit.
 */
export function unfolded(
  envelopes: readonly Envelope[],
): Pick<RunState, 'log' | 'barriers' | 'batches' | 'checkpoints'> {
  const log = envelopes.map(lineOf).filter((line) => line !== null)
  return {
    log: log.slice(-LOG_LINES),
    barriers: envelopes.reduce<Barrier[]>(withBarrier, []),
    batches: envelopes.reduce<Batch[]>(withBatch, []),
    checkpoints: envelopes.reduce(withCheckpoint, []),
  }
}
