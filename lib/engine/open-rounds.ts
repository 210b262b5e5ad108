import type { Envelope, EventOf } from '@/lib/core/events'
import { placeKey } from './place'

export type OpenTurn = { event: EventOf<'turn.started'>; at: string }

/** A round with turns that nobody has booked yet. */
export type OpenRound = {
  prepared: EventOf<'batch.prepared'>
  preparedAtMs: number
  batchId: string | null
  customIds: ReadonlyMap<string, string>
  turns: ReadonlyMap<string, OpenTurn>
}

/** Rounds that a provider may still have something of: written down, not known to have stayed, and not all booked. */
export function openRounds(journal: readonly Envelope[]): OpenRound[] {
  const turns = new Map<string, OpenTurn>()
  const rounds = new Map<string, Omit<OpenRound, 'turns'>>()
  for (const { event, at } of journal) {
    switch (event.type) {
      case 'turn.started':
        if (event.round !== null) turns.set(placeKey(event), { event, at })
        break
      case 'turn.committed':
      case 'turn.failed':
        turns.delete(placeKey(event))
        break
      case 'batch.prepared':
        rounds.set(event.round, {
          prepared: event,
          preparedAtMs: Date.parse(at),
          batchId: null,
          customIds: new Map(event.turns.map((turn) => [placeKey(turn), turn.customId])),
        })
        break
      case 'batch.submitted': {
        const round = rounds.get(event.round)
        if (round !== undefined) rounds.set(event.round, { ...round, batchId: event.batchId })
        break
      }
      case 'batch.ended':
        if (event.outcome === 'never-sent' || event.outcome === 'refused') rounds.delete(event.round)
        break
    }
  }
  return [...rounds.values()].flatMap((round) => {
    const id = round.prepared.round
    const own = new Map([...turns].filter(([, { event }]) => event.round === id))
    return own.size === 0 ? [] : [{ ...round, turns: own }]
  })
}
