import { afterEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Envelope } from '@/lib/core/run/events'
import { fold } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'
import { actOnAgent } from '../../runs/agent-acts'
import { eventsOf, sim, startTestApp, type TestApp, workflow } from '../../testing/test-app'

let app: TestApp | null = null
afterEach(async () => {
  await app?.dispose()
  app = null
})

const files = { 'a.txt': 'alpha\n', 'b.txt': 'beta\n' }
const read = (path: string) => ({ toolCalls: [{ name: 'read_file', input: { path } }] })
/** Streams for about half a minute: long enough to be acted upon. */
const slow = { tokens: 1200, tokensPerSecond: 40, speed: 1, ttftMs: 10 }
const isTurn =
  (type: 'turn.started' | 'turn.committed', turn: number) =>
  ({ event }: Envelope) =>
    event.type === type && event.turn === turn

async function conversation(of: TestApp, runId: string, agentId: string): Promise<string[]> {
  const messages = await of.app.store.loadMessages(runId, agentId)
  return messages.map(({ message }) =>
    message.content
      .map((block) => (block.type === 'text' ? String(block.text) : String(block.type)))
      .join('|'),
  )
}

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

  test('can be tried again while it works: a new attempt with the question alone, the old one kept', async () => {
    app = await startTestApp({ files })
    const prompt = `look ${sim(read('a.txt'), slow, { text: 'found' })}`
    const id = await app.launch(workflow(`return agent(${JSON.stringify(prompt)})`), {
      workspace: app.workspace,
    })
    await app.until(id, isTurn('turn.started', 1))
    const agent = await actOnAgent(app.app, id, 'a1', { do: 'retry', asked: null }, person('ada'))
    expect(agent.attempt).toBe(2)
    await app.next(id, ({ event }) => event.type === 'turn.started' && event.turn === 2)
    await actOnAgent(app.app, id, 'a1', { do: 'cancel' }, person('ada'))
    const state = await app.ended(id)
    const journal = await app.journal(id)
    expect(eventsOf(journal, 'agent.retried')).toEqual([
      { type: 'agent.retried', agentId: 'a1', actor: person('ada') },
    ])
    expect(eventsOf(journal, 'agent.started').map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(state.totals.reservedNanoUsd).toBe(0)
    await expectFolded(app, id, state)
  })

  test('is told what a person says before its next turn, once', async () => {
    app = await startTestApp({ files })
    const prompt = `look ${sim({ ...slow, tokens: 40, ...read('a.txt') }, { text: 'done' })}`
    const id = await app.launch(workflow(`return agent(${JSON.stringify(prompt)})`), {
      workspace: app.workspace,
    })
    await app.until(id, isTurn('turn.started', 0))
    await actOnAgent(app.app, id, 'a1', { do: 'steer', message: 'Look at b.txt too.' }, person('ada'))
    const state = await app.ended(id)
    const said = (await conversation(app, id, 'a1')).filter((text) => text.includes('Look at b.txt too.'))
    expect(said).toEqual(['A person who watches your work says:\nLook at b.txt too.'])
    expect(eventsOf(await app.journal(id), 'agent.steered')).toEqual([
      { type: 'agent.steered', agentId: 'a1', message: 'Look at b.txt too.', actor: person('ada') },
    ])
    expect(state.log.map(({ message }) => message)).toContainEqual(expect.stringContaining('ada told'))
    await expectFolded(app, id, state)
  })

  test('answers once more when it is told something during its last turn', async () => {
    app = await startTestApp()
    const prompt = `say ${sim({ ...slow, tokens: 60, text: 'first' }, { text: 'second' })}`
    const id = await app.launch(workflow(`return agent(${JSON.stringify(prompt)})`))
    await app.until(id, isTurn('turn.started', 0))
    await actOnAgent(app.app, id, 'a1', { do: 'steer', message: 'Be brief.' }, person('ada'))
    const state = await app.ended(id)
    expect(state.totals.turns).toBe(2)
    const texts = await conversation(app, id, 'a1')
    expect(texts[2]).toContain('Be brief.')
    await expect(
      actOnAgent(app.app, id, 'a1', { do: 'steer', message: 'More.' }, person('ada')),
    ).rejects.toThrow('has ended')
  })

  test('hears after a crash what was said before it, and hears it once', async () => {
    for (const crashAt of ['agent.steered', 'agent.steering-delivered'] as const) {
      app = await startTestApp({ files })
      const prompt = `look ${sim({ ...slow, tokens: 40, ...read('a.txt') }, { ...slow, tokens: 40, text: 'done' })}`
      const id = await app.launch(workflow(`return agent(${JSON.stringify(prompt)})`), {
        workspace: app.workspace,
      })
      await app.until(id, isTurn('turn.started', 0))
      const crashed = app.restart({ runId: id, when: ({ event }) => event.type === crashAt })
      await actOnAgent(app.app, id, 'a1', { do: 'steer', message: 'Mind the gap.' }, person('ada'))
      await crashed
      const state = await app.ended(id)
      const said = (await conversation(app, id, 'a1')).filter((text) => text.includes('Mind the gap.'))
      expect(said, crashAt).toHaveLength(1)
      const heeded = eventsOf(await app.journal(id), 'agent.steering-delivered')
      expect(heeded, crashAt).toEqual([{ type: 'agent.steering-delivered', agentId: 'a1', count: 1 }])
      expect(state.run.status, crashAt).toBe('completed')
      await expectFolded(app, id, state)
      await app.dispose()
    }
    app = null
  })

  test('goes on with its second attempt after a crash', async () => {
    app = await startTestApp({ files })
    const prompt = `look ${sim({ ...slow, tokens: 80, ...read('a.txt') }, { text: 'done' })}`
    const id = await app.launch(workflow(`return agent(${JSON.stringify(prompt)})`), {
      workspace: app.workspace,
    })
    await app.until(id, isTurn('turn.started', 0))
    const crashed = app.restart({ runId: id, when: ({ event }) => event.type === 'agent.retried' })
    await actOnAgent(app.app, id, 'a1', { do: 'retry', asked: null }, person('ada')).catch(() => {})
    await crashed
    const state = await app.ended(id)
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', attempt: 2 })
    await expectFolded(app, id, state)
  })

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
