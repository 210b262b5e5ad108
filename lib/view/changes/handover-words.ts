import type { HandoverShown } from '@/lib/api/projects/github'
import type { HandoverKind, HandoverStatus } from '@/lib/core/spec/github'

const kinds: Readonly<Record<HandoverKind, string>> = {
  comment: 'Comment that it has begun',
  branch: 'Branch',
  'pull-request': 'Pull request',
  check: 'Check on the commit',
  'code-scanning': 'Findings in code scanning',
  'end-comment': 'Comment with what came of it',
}

const statuses: Readonly<Record<HandoverStatus, string>> = {
  waiting: 'waiting',
  done: 'done',
  failed: 'failed',
  'left-out': 'left out',
}

/** What is handed over to GitHub, as people call it. */
export function handoverName(kind: HandoverKind): string {
  return kinds[kind]
}

/** How far it is; of one that is tried again when. */
export function handoverStatus({ status, attempts, nextAt }: HandoverShown): string {
  if (status !== 'waiting' || attempts === 0 || nextAt === null) return statuses[status]
  return `waiting, tried again at ${nextAt.slice(11, 16)} UTC`
}

/** Whether somebody can have it tried again. */
export function canRetry({ status, attempts }: HandoverShown): boolean {
  return status === 'failed' || status === 'left-out' || (status === 'waiting' && attempts > 0)
}
