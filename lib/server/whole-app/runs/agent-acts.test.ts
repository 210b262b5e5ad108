import { afterEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { fold } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'
import { actOnAgent } from '../../runs/agent-acts'
import { eventsOf, sim, startTestApp, type TestApp, workflow } from '../../testing/test-app'

let app: TestApp | null = null
afterEach(async () => {
  await app?.dispose()
  app = null
})

/** Streams for about half a minute: long enough to be acted upon. */
const slow = { tokens: 1200, tokensPerSecond: 40, speed: 1, ttftMs: 10 }

async function expectFolded(of: TestApp, runId: string, state: RunState): Promise<void> {
  expect(state).toEqual((await of.journal(runId)).reduce<RunState | null>(fold, null))
}

describe('one agent of a run', () => {
  test.each(['cancel', 'skip'] as const)(
    'can be cut off (%s): the script goes on with null, and it is said who did it',
    async (act) => {
      app = await startTestApp()
      const id = await app.launch(
        workflow(`return parallel([() => agent('one ${sim(slow)}'), () => agent('two')])`),
      )
      await app.until(id, ({ event }) => event.type === 'turn.started' && event.agentId === 'a1')
      const agent = await actOnAgent(app.app, id, 'a1', { do: act }, person('ada'))
      expect(agent.status).toBe(act === 'cancel' ? 'cancelled' : 'skipped')
      const state = await app.ended(id)
      expect(state.outcomeCounts).toMatchObject({
        succeeded: 1,
        [act === 'cancel' ? 'cancelled' : 'skipped']: 1,
      })
      const ended = eventsOf(await app.journal(id), 'agent.ended').find(({ agentId }) => agentId === 'a1')
      expect(ended?.actor).toEqual(person('ada'))
      const { result } = (await app.app.store.loadResult(id)) ?? {}
      expect(result).toEqual([null, expect.any(String)])
      await expectFolded(app, id, state)
      await expect(actOnAgent(app.app, id, 'a1', { do: act }, person('ada'))).rejects.toThrow(
        /has ended .* nothing left/,
      )
    },
  )

  test('that does not exist, or whose run has ended, is refused with a sentence', async () => {
    app = await startTestApp()
    const id = await app.launch(workflow(`return agent('one')`))
    await app.ended(id)
    const { app: at } = app
    await expect(actOnAgent(at, id, 'a9', { do: 'cancel' }, person('ada'))).rejects.toThrow(
      `Run ${id} has no agent a9.`,
    )
    await expect(actOnAgent(at, id, 'a1', { do: 'retry', asked: null }, person('ada'))).rejects.toThrow(
      /so has the run.*fork/,
    )
    await expect(actOnAgent(at, 'nobody', 'a1', { do: 'retry', asked: null }, person('ada'))).rejects.toThrow(
      'There is no run nobody.',
    )
  })
})
