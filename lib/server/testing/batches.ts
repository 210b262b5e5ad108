import { expect } from 'vitest'
import { z } from 'zod'
import { fold } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'
import { eventsOf, type TestApp } from './test-app'

const listSchema = z.object({
  data: z.array(z.object({ id: z.string(), request_counts: z.record(z.string(), z.number()) })),
})
/** What the provider says it was asked for and has billed: the truth that no crash of ours can change. */
export async function bought(of: TestApp) {
  const answer = await fetch(`${of.simulator.url}/v1/messages/batches?limit=1000`, {
    headers: { 'x-api-key': 'k', 'anthropic-version': '2026-10-21' },
  })
  const { data } = listSchema.parse(await answer.json())
  return {
    batches: data.length,
    answered: data.reduce((sum, one) => sum + (one.request_counts.succeeded ?? 0), 0),
  }
}

/** Money, rows and journal agree, nothing is reserved any more, and what was billed was booked, once. */
export async function expectHonest(of: TestApp, id: string, state: RunState): Promise<void> {
  const journal = await of.journal(id)
  expect(state).toEqual(journal.reduce<RunState | null>(fold, null))
  expect(state.totals.reservedNanoUsd).toBe(0)
  const turns = eventsOf(journal, 'turn.committed')
  expect(new Set(turns.map(({ agentId, turn }) => `${agentId} ${turn}`)).size).toBe(turns.length)
  expect(state.totals.spentNanoUsd).toBe(turns.reduce((sum, { cost }) => sum + (cost?.totalNanoUsd ?? 0), 0))
  expect(of.app.dispatcher.usage()).toMatchObject({ slots: { used: 0 }, today: { reservedNanoUsd: 0 } })
  const batched = turns.filter(({ usage }) => usage.serviceTier === 'batch')
  expect(batched).toHaveLength((await bought(of)).answered)
  const names = eventsOf(journal, 'batch.prepared').flatMap(({ turns: own }) =>
    own.map(({ customId }) => customId),
  )
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
}
