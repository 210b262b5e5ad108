import type { Batch } from '../spec/batch'
import type { Envelope, RunEventType } from './events'

/** The events that a run's batches are made of. */
export const batchEvents = [
  'batch.prepared',
  'batch.delayed',
  'batch.submitted',
  'batch.progressed',
  'batch.withdrawn',
  'batch.ended',
] as const satisfies readonly RunEventType[]

/** The batches of a run after one more event. */
export function withBatch(batches: readonly Batch[], { event, at }: Envelope): Batch[] {
  switch (event.type) {
    case 'batch.prepared':
      return [
        ...batches,
        {
          batchId: event.batchId,
          phase: event.phase,
          providerBatchId: null,
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
      return changed(batches, event.batchId, {
        detail: event.detail,
        ...(event.reason === 'unresolved' ? { status: 'unresolved' as const } : {}),
      })
    case 'batch.submitted': {
      const { batchId, providerBatchId, expiresAt } = event
      return changed(batches, batchId, {
        providerBatchId,
        expiresAt,
        status: 'processing',
        submittedAt: at,
        detail: null,
      })
    }
    case 'batch.progressed':
      return changed(batches, event.batchId, { counts: event.counts, detail: null })
    case 'batch.withdrawn':
      return changed(batches, event.batchId, { status: 'withdrawing' })
    case 'batch.ended': {
      const { batchId, counts, detail } = event
      return changed(batches, batchId, {
        status: 'ended',
        endedAt: at,
        detail,
        ...(counts === null ? {} : { counts }),
      })
    }
    default:
      return [...batches]
  }
}

function changed(batches: readonly Batch[], batchId: string, change: Partial<Batch>): Batch[] {
  return batches.map((batch) => (batch.batchId === batchId ? { ...batch, ...change } : batch))
}
