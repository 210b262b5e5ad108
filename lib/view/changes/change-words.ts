import type { Changes, FileDiff } from '@/lib/api/changes'
import type { Conflict, Patch } from '@/lib/core/agent/patch'
import { assertNever } from '@/lib/core/base/assert-never'
import { checkedWith, notMerged } from '@/lib/core/run/log-lines'
import type { RunHeader, RunState } from '@/lib/core/run/state'
import type { StatusIconName } from '../agent/status-display'
import { formatBytes, formatCount, plural } from '../format/numbers'
import type { ChangedFile } from './file-rows'

/** Another text whenever the changes of a run, or what people did with them, are others. */
export function changesVersion({
  files,
  applied,
  branches,
}: Pick<RunHeader, 'files' | 'applied' | 'branches'>): string {
  return [files?.tree, applied?.at, branches.length].join('.')
}

/** `from commit 1f3c09ab12 with 3 uncommitted files`: what agents began from. */
export function beganFrom({ head, dirty }: Pick<Changes, 'head' | 'dirty'>): string {
  if (head === null) return 'from the folder as it was when the run began'
  const uncommitted = dirty === null || dirty === 0 ? '' : ` with ${plural(dirty, 'uncommitted file')}`
  return `from commit ${head.slice(0, 10)}${uncommitted}`
}

/** `+12 −4`; files without lines say so. */
export function lineCounts({ added, removed }: Pick<ChangedFile, 'added' | 'removed'>): string {
  return added === null || removed === null ? 'binary' : `+${formatCount(added)} −${formatCount(removed)}`
}

/** `changed 3 files +12 −4`. */
export function patchWords(patch: Pick<Patch, 'files' | 'added' | 'removed'>): string {
  return `changed ${plural(patch.files, 'file')} ${lineCounts(patch)}`
}

/** How a file was changed, as a letter for narrow columns and as a word. */
export const fileStatusWords: Readonly<Record<ChangedFile['status'], { letter: string; word: string }>> = {
  added: { letter: 'A', word: 'added' },
  modified: { letter: 'M', word: 'modified' },
  deleted: { letter: 'D', word: 'deleted' },
}

type PatchStatus = Changes['agents'][number]['status']

/** What became of an agent's changes. */
export function patchStatusDisplay(status: PatchStatus): { icon: StatusIconName; word: string } {
  switch (status) {
    case 'merged':
      return { icon: 'succeeded', word: 'Merged' }
    case 'waiting':
      return { icon: 'waiting', word: 'Waiting to be merged' }
    case 'conflict':
      return { icon: 'failed', word: 'Not merged' }
    case null:
      return { icon: 'queued', word: 'Not merged yet' }
    default:
      return assertNever(status)
  }
}

/** Why an agent's changes were left out: as the run noted it last, or else as the agent's last flag says. */
export function whyNotMerged(
  { log, agents }: Pick<RunState, 'log' | 'agents'>,
  agentId: string,
): string | null {
  const line = log.findLast((one) => one.agentId === agentId && one.message.startsWith(notMerged))
  if (line !== undefined) return line.message.slice(notMerged.length)
  return agents.get(agentId)?.flags.at(-1)?.reason ?? null
}

/** Checks of merged files, oldest first: what was run, and how it ended. */
export function checkLines(log: RunState['log']): { seq: number; text: string }[] {
  return log
    .filter(({ message }) => message.startsWith(checkedWith))
    .map(({ seq, message }) => ({ seq, text: message }))
}

/** What a person can do about a place that could not be written. */
export function conflictAdvice({ kind }: Pick<Conflict, 'kind'>): string {
  switch (kind) {
    case 'content':
      return 'Your folder and the run changed the same lines. Commit or undo your change, then apply again; or make a branch and merge it with git.'
    case 'binary':
      return 'Both changed this file and it is no text. Move your copy aside, then apply again.'
    case 'other':
      return 'Put it back as it was when the run began, then apply again; or download the patch and apply the rest.'
    default:
      return assertNever(kind)
  }
}

/** Whether two versions of a text are the same one. */
export function isSameFile({ kind, before, after, hunks }: LinesOf): boolean {
  const isSame = before?.bytes === after?.bytes && before?.mode === after?.mode
  return kind === 'text' && hunks.length === 0 && isSame
}

type LinesOf = Pick<FileDiff, 'kind' | 'before' | 'after' | 'hunks'>

/** Why there are no lines to show of a file; null where there are. */
export function noLinesBecause(diff: LinesOf): string | null {
  const sizes = [diff.before, diff.after].map((one) => (one === null ? 'none' : formatBytes(one.bytes)))
  switch (diff.kind) {
    case 'binary':
      return `Binary file: ${sizes.join(' → ')}. The patch holds it.`
    case 'large':
      return `Too large to compare here: ${sizes.join(' → ')}. The patch holds it.`
    case 'text':
      if (diff.hunks.length > 0) return null
      return modeChange(diff) ?? 'An empty file.'
    default:
      return assertNever(diff.kind)
  }
}

function modeChange({ before, after }: Pick<FileDiff, 'before' | 'after'>): string | null {
  if (before === null || after === null || before.mode === after.mode) return null
  return `Only its mode changed: ${before.mode} → ${after.mode}.`
}
