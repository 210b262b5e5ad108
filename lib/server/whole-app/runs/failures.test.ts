import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FailureKind } from '@/lib/core/agent/failure'
import { person } from '@/lib/core/base/actor'
import type { Fault, FaultRule } from '@/lib/simulator/faults'
import { changeSettings } from '../../settings/settings'
import { eventsOf, sim, startTestApp, type TestApp } from '../../testing/test-app'

/** Each fault strikes once, in the second turn of an agent whose prompt has its name. */
const passing: readonly { name: string; fault: Fault; kind: FailureKind; costs: boolean }[] = [
  {
    name: 'LIMITED',
    fault: { kind: 'status', status: 429, retryAfterSeconds: 0.05 },
    kind: 'rate-limit',
    costs: false,
  },
  { name: 'OVERLOADED', fault: { kind: 'status', status: 529 }, kind: 'overloaded', costs: false },
  { name: 'BROKEN', fault: { kind: 'status', status: 500 }, kind: 'server-error', costs: false },
  { name: 'GATEWAY', fault: { kind: 'status', status: 502, html: true }, kind: 'server-error', costs: false },
  { name: 'RESET', fault: { kind: 'reset' }, kind: 'connection', costs: false },
  { name: 'TRUNCATED', fault: { kind: 'truncate', afterTokens: 8 }, kind: 'truncated-stream', costs: true },
  { name: 'DESTROYED', fault: { kind: 'destroy', afterTokens: 8 }, kind: 'connection', costs: true },
  { name: 'MIDSTREAM', fault: { kind: 'stream-error', afterTokens: 8 }, kind: 'overloaded', costs: true },
  { name: 'SILENT', fault: { kind: 'body-stall', afterTokens: 8 }, kind: 'stalled', costs: true },
  { name: 'MUTE', fault: { kind: 'header-stall' }, kind: 'stalled', costs: false },
]
const rules: FaultRule[] = passing.map(({ name, fault }) => ({
  when: { match: `/${name}.*tool_result/s`, times: 1 },
  fault,
}))

const long = 'a rather long answer that is cut somewhere in its middle, '.repeat(4)

let test1: TestApp
beforeAll(async () => {
  test1 = await startTestApp({ files: { 'a.txt': 'one\n' }, simulator: { faults: rules } })
})
afterAll(() => test1.dispose())

async function configure(app: TestApp, change: { faults: FaultRule[] }): Promise<void> {
  const response = await fetch(`${app.simulator.url}/__sim/config`, {
    method: 'POST',
    body: JSON.stringify(change),
  })
  expect(response.status).toBe(200)
}

describe('a failed turn', () => {
  test.each(passing)(
    'is tried again after $name, and the conversation is kept',
    async ({ name, kind, costs }) => {
      const prompt = `${name} ${sim({ toolCalls: [{ name: 'read_file', input: { path: 'a.txt' } }] }, { text: long })}`
      const runId = await test1.launch(
        `return agent(${JSON.stringify(prompt)}, { stallMs: ${kind === 'stalled' ? 2000 : 60_000} })`,
        {
          workspace: test1.workspace,
        },
      )
      const state = await test1.ended(runId)
      expect(state.run).toMatchObject({ status: 'completed', reason: null })
      expect(await test1.result(runId)).toBe(long)
      const journal = await test1.journal(runId)
      const failed = eventsOf(journal, 'turn.failed')
      expect(failed).toHaveLength(1)
      expect(failed[0]).toMatchObject({ turn: 1, failure: { kind }, willRetry: true })
      expect((failed[0]?.unsettledNanoUsd ?? 0) > 0).toBe(costs)
      expect(state.totals).toMatchObject({ retries: 1, turns: 2, reservedNanoUsd: 0 })
      expect(state.totals.unsettledNanoUsd).toBe(failed[0]?.unsettledNanoUsd)
      const messages = await test1.app.store.loadMessages(runId, 'a1')
      expect(messages.map(({ message }) => message.role)).toEqual(['user', 'assistant', 'user', 'assistant'])
    },
  )

  test.each([
    [400, 'invalid-request'],
    [404, 'model-not-found'],
    [413, 'too-large'],
  ])('with status %i is not sent again', async (status, kind) => {
    const runId = await test1.launch(
      `return agent(${JSON.stringify(sim({ fault: { kind: 'status', status } }))})`,
    )
    const state = await test1.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'failed', failure: { kind } })
    expect(eventsOf(await test1.journal(runId), 'turn.failed')).toHaveLength(1)
  })

  test('of a model that its provider does not know ends its agent', async () => {
    await changeSettings(test1.app, { dayCapUsd: null }, person('ann'))
    const runId = await test1.launch(`return agent('hello', { model: 'claude-nobody-9' })`, {
      limits: { usd: null },
    })
    const state = await test1.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'failed', failure: { kind: 'model-not-found' } })
  })
})

describe('what a person has to mend', () => {
  test.each([
    [401, 'credential', /refused the API key/],
    [403, 'credential', /may not use/],
    [402, 'billing', /cannot pay/],
  ])(
    'pauses the run once on %i, with the sentence, and goes on after a resume',
    async (status, reason, sentence) => {
      const app = await startTestApp({
        simulator: { faults: [{ when: {}, fault: { kind: 'status', status } }] },
      })
      try {
        const runId = await app.launch(
          `return parallel(Array.from({ length: 12 }, (_, at) => () => agent('question ' + at)))`,
        )
        await app.until(
          runId,
          (_, state) => state.totals.agents.waiting === 12 && state.run.status === 'paused',
        )
        const paused = await app.state(runId)
        expect(paused.run).toMatchObject({ status: 'paused', pauseReason: reason })
        expect(paused.run.reason).toMatch(sentence)
        await configure(app, { faults: [] })
        await app.app.engine.resume(runId, person('ann'))
        const state = await app.ended(runId)
        expect(state.outcomeCounts).toMatchObject({ succeeded: 12, failed: 0 })
        const journal = await app.journal(runId)
        expect(eventsOf(journal, 'run.paused')).toHaveLength(1)
        expect(eventsOf(journal, 'run.resumed')).toMatchObject([
          { type: 'run.resumed', actor: person('ann') },
        ])
      } finally {
        await app.dispose()
      }
    },
  )

  test('pauses the run when nobody listens, instead of losing its agents one by one', async () => {
    const app = await startTestApp()
    await app.simulator.close()
    try {
      const runId = await app.launch(
        `return parallel(Array.from({ length: 5 }, (_, at) => () => agent('q' + at)))`,
      )
      await app.until(runId, (_, state) => state.run.status === 'paused')
      const state = await app.state(runId)
      expect(state.run.pauseReason).toBe('unreachable')
      expect(state.run.reason).toMatch(/^Nothing answers at 127\.0\.0\.1:/)
      await app.app.engine.cancel(runId, person('ann'))
      expect((await app.ended(runId)).outcomeCounts).toMatchObject({ cancelled: 5, failed: 0 })
    } finally {
      await app.dispose()
    }
  })
})
