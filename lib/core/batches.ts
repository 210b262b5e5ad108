import type { Batch } from './batch'
import type { Envelope, RunEventType } from './events'

/** The events that a run's rounds are made of. */
export const batchEvents = [
  'batch.prepared',
  'batch.delayed',
  'batch.submitted',
  'batch.progressed',
  'batch.withdrawn',
  'batch.ended',
] as const satisfies readonly RunEventType[]

/** The rounds of a run after one more event. */
export function withBatch(batches: readonly Batch[], { event, at }: Envelope): Batch[] {
  switch (event.type) {
    case 'batch.prepared':
      return [
        ...batches,
        {
          round: event.round,
          phase: event.phase,
          batchId: null,
          status: 'preparing',
          turns: event.turns.length,
          preparedAt: at,
          submittedAt: null,
          expiresAt: null,
          endedAt: null,
          counts: null,
          detail: null,
        },
      ]
    case 'batch.delayed':
      return changed(batches, event.round, {
        detail: event.detail,
        ...(event.reason === 'unresolved' ? { status: 'unresolved' as const } : {}),
      })
    case 'batch.submitted': {
      const { round, batchId, expiresAt } = event
      return changed(batches, round, { batchId, expiresAt, status: 'processing', submittedAt: at, detail: null })
    }
    case 'batch.progressed':
      return changed(batches, event.round, { counts: event.counts, detail: null })
    case 'batch.withdrawn':
      return changed(batches, event.round, { status: 'withdrawing' })
    case 'batch.ended': {
      const { round, counts, detail } = event
      return changed(batches, round, { status: 'ended', endedAt: at, detail, ...(counts === null ? {} : { counts }) })
    }
    default:
      return [...batches]
  }
}

function changed(batches: readonly Batch[], round: string, change: Partial<Batch>): Batch[] {
  return batches.map((batch) => (batch.round === round ? { ...batch, ...change } : batch))
}
