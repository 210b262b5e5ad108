import { describe, expect, test } from 'vitest'
import { type FailureKind, failure } from '@/lib/core/agent/failure'
import { person } from '@/lib/core/base/actor'
import { noUsage } from '@/lib/core/money/usage'
import type { Envelope, RunEvent } from '@/lib/core/run/events'
import { Breaker } from './breaker'

const MOST = 8
const nobody = { labelOf: (id: string) => id, answering: () => 0 }

function envelope(event: RunEvent): Envelope {
  return { runId: 'r', seq: 1, at: '2026-11-28T00:00:00.000Z', event }
}
const turn = (agentId: string): RunEvent => ({
  type: 'turn.committed',
  ...{ agentId, turn: 0, attempt: 1, model: 'm', usage: noUsage, cost: null, unsettled: null },
  ...{ stopReason: 'end_turn', refusal: null, isWasted: false, requestId: null, firstTokenAt: null },
})
const fell = (agentId: string, kind: FailureKind = 'refusal'): RunEvent => ({
  type: 'agent.ended',
  ...{
    agentId,
    outcome: 'failed',
    failure: failure(kind, 'No.'),
    preview: '',
    reusedFrom: null,
    actor: null,
  },
})

/** The failure at which it trips, counted from 1; null when it never does. */
function tripsAt(events: readonly RunEvent[], answering = 0, breaker = new Breaker()): number | null {
  let failures = 0
  for (const event of events) {
    if (event.type === 'agent.ended') failures += 1
    if (breaker.onEvent(envelope(event), MOST, { ...nobody, answering: () => answering }) !== null)
      return failures
  }
  return null
}

/** A generator of numbers below one, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

const many = (count: number, of: (id: string) => RunEvent[]) =>
  Array.from({ length: count }, (_, at) => of(`a${at}`)).flat()

describe('the breaker', () => {
  test('trips at so many agents failing for one cause when nothing is answered, however many turns each of them took', () => {
    expect(tripsAt(many(20, (id) => [fell(id, 'model-not-found')]))).toBe(MOST)
    expect(tripsAt(many(20, (id) => [turn(id), turn(id), turn(id), fell(id, 'schema')]))).toBe(MOST)
  })

  test('trips at so many also after hundreds of answers, and when failures of two kinds come in turns', () => {
    const healthy = [fell('early'), ...many(500, (id) => [turn(id)])]
    const dead = many(20, (id) => [fell(`dead ${id}`)])
    expect(tripsAt([...healthy, ...dead])).toBe(1 + MOST)
    expect(tripsAt(many(20, (id) => [fell(id, 'connection'), fell(`${id}b`, 'overloaded')]))).toBe(
      2 * MOST - 1,
    )
  })

  test('never trips at one refusal in twenty, in whatever order two hundred agents end', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = seeded(seed)
      const queue = Array.from({ length: 200 }, (_, at) => ({
        id: `a${at}`,
        turns: 1 + Math.floor(random() * 6),
        refused: at < 10,
      }))
      const events: RunEvent[] = []
      while (queue.length > 0) {
        const at = Math.floor(random() * queue.length)
        const agent = queue[at]
        if (agent === undefined) continue
        events.push(turn(agent.id))
        agent.turns -= 1
        if (agent.refused) events.push(fell(agent.id))
        if (agent.refused || agent.turns === 0) queue.splice(at, 1)
      }
      expect(tripsAt(events)).toBeNull()
    }
  })

  test('never trips while the refused are merely the quickest: the others are being answered', () => {
    const refusals = many(10, (id) => [turn(id), fell(id)])
    expect(tripsAt(refusals, 190)).toBeNull()
    expect(tripsAt(refusals, 0)).toBe(MOST)
  })

  test('counts from zero when the run is resumed', () => {
    const breaker = new Breaker()
    expect(
      tripsAt(
        many(7, (id) => [fell(id)]),
        0,
        breaker,
      ),
    ).toBeNull()
    breaker.onEvent(envelope({ type: 'run.resumed', pausedMs: 0, actor: person('ann') }), MOST, nobody)
    expect(
      tripsAt(
        many(20, (id) => [fell(id)]),
        0,
        breaker,
      ),
    ).toBe(MOST)
  })
})
