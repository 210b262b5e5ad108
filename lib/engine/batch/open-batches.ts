import type { Envelope, EventOf } from '@/lib/core/run/events'
import { slotKey } from '../context/batch-slot'

export type OpenTurn = { event: EventOf<'turn.started'>; at: string }

/** A batch with turns that nobody has booked yet. */
export type OpenBatch = {
  prepared: EventOf<'batch.prepared'>
  preparedAtMs: number
  providerBatchId: string | null
  customIds: ReadonlyMap<string, string>
  turns: ReadonlyMap<string, OpenTurn>
}

/** Batches with which a provider may still hold turns: recorded, possibly sent, and not fully booked. */
export function openBatches(journal: readonly Envelope[]): OpenBatch[] {
  const turns = new Map<string, OpenTurn>()
  const batches = new Map<string, Omit<OpenBatch, 'turns'>>()
  for (const { event, at } of journal) {
    switch (event.type) {
      case 'turn.started':
        if (event.batchId !== null) turns.set(slotKey(event), { event, at })
        break
      case 'turn.committed':
      case 'turn.failed':
        turns.delete(slotKey(event))
        break
      case 'batch.prepared':
        batches.set(event.batchId, {
          prepared: event,
          preparedAtMs: Date.parse(at),
          providerBatchId: null,
          customIds: new Map(event.turns.map((turn) => [slotKey(turn), turn.customId])),
        })
        break
      case 'batch.submitted': {
        const batchId = batches.get(event.batchId)
        if (batchId !== undefined)
          batches.set(event.batchId, { ...batchId, providerBatchId: event.providerBatchId })
        break
      }
      case 'batch.ended':
        if (event.outcome === 'never-sent' || event.outcome === 'refused') batches.delete(event.batchId)
        break
    }
  }
  return [...batches.values()].flatMap((batchId) => {
    const id = batchId.prepared.batchId
    const own = new Map([...turns].filter(([, { event }]) => event.batchId === id))
    return own.size === 0 ? [] : [{ ...batchId, turns: own }]
  })
}
