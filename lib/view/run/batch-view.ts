import type { Transcript } from '@/lib/api/runs'
import type { AgentState } from '@/lib/core/agent/agent'
import { assertNever } from '@/lib/core/base/assert-never'
import { modelRules } from '@/lib/core/money/models'
import type { Batch } from '@/lib/core/spec/batch'
import type { Delivery } from '@/lib/core/spec/run'
import { hasEnded, type RunStatus } from '@/lib/core/spec/run-status'
import { formatCount, plural } from '../format/numbers'

/** What a delivery means, for the person who chooses one. */
export const deliveryMeanings: Readonly<Record<Delivery, { label: string; detail: string }>> = {
  live: {
    label: 'Live',
    detail: 'Each turn is sent immediately and its output streams live.',
  },
  batch: {
    label: 'Batch, half price',
    detail:
      'Waiting turns of a phase are sent together. A batch usually takes up to an hour, at most a day; agents with tools need several. No live output.',
  },
}

/** Batches that still have something to give, oldest first. */
export function openBatches(batches: readonly Batch[]): Batch[] {
  return batches.filter(({ status }) => status !== 'ended')
}

/** A batch in a line: what it is, and how far. */
export function batchSentence(batch: Batch): string {
  const turns = plural(batch.turns, 'turn')
  switch (batch.status) {
    case 'preparing':
      return batch.detail === null
        ? `${turns} ${batch.turns === 1 ? 'is' : 'are'} being submitted.`
        : `${turns} wait: ${batch.detail}`
    case 'unresolved':
      return batch.detail ?? `Submission of these ${turns} is unconfirmed; nothing is resent.`
    case 'processing':
      return (
        batch.detail ?? `${turns} ${batch.turns === 1 ? 'is' : 'are'} being processed; ${progress(batch)}.`
      )
    case 'withdrawing':
      return `${turns} ${batch.turns === 1 ? 'was' : 'were'} cancelled; finished ones are billed.`
    case 'ended':
      return batch.detail ?? `${turns} came back; ${progress(batch)}.`
    default:
      return assertNever(batch.status)
  }
}

/** The provider reports counts once the whole batch has ended; until then there is nothing to show. */
function progress({ counts }: Batch): string {
  if (counts === null) return 'progress is reported when all are done'
  const done = counts.succeeded + counts.errored + counts.canceled + counts.expired
  const parts = [
    `${formatCount(counts.succeeded)} of ${formatCount(done + counts.processing)} answered`,
    ...(counts.errored > 0 ? [`${counts.errored} refused`] : []),
    ...(counts.canceled > 0 ? [`${counts.canceled} cancelled`] : []),
    ...(counts.expired > 0 ? [`${counts.expired} expired`] : []),
  ]
  return parts.join(', ')
}

/** The batch an agent waits for; null when its turn is in none. */
export function batchOf(agent: AgentState, batches: readonly Batch[]): Batch | null {
  const own = agent.inBatch.findLast(({ attempt }) => attempt === agent.attempt)
  return own === undefined ? null : (batches.find(({ batchId }) => batchId === own.batchId) ?? null)
}

export type MoreOutput = { maxTokens: number; isPossible: boolean }

/**
 * Whether an agent can be asked again for a longer answer than it gave: it was cut off at its limit, and its
 * model writes more in a batch. Possible once its run has ended, since until then its answer belongs to the
 * script.
 */
export function moreOutput(
  agent: AgentState,
  status: RunStatus,
  transcript: Pick<Transcript, 'turns' | 'options'> | undefined,
): MoreOutput | null {
  const { extendedOutputTokens } = modelRules(agent.model)
  if (extendedOutputTokens === null || transcript === undefined || agent.parentId !== null) return null
  if (transcript.options.maxTokens >= extendedOutputTokens && agent.delivery === 'batch') return null
  const own = transcript.turns.filter(({ attempt }) => attempt === agent.attempt)
  const isCut =
    agent.flags.some(({ kind }) => kind === 'truncated') || own.at(-1)?.stopReason === 'max_tokens'
  if (!isCut) return null
  return { maxTokens: extendedOutputTokens, isPossible: agent.endedAt === null || hasEnded(status) }
}
