import { afterEach, expect, test } from 'vitest'
import { bought, expectHonest } from '../../testing/batches'
import type { Mishap } from '../../testing/proxy'
import { eventsOf, sim, startTestApp, type TestApp, type TestAppOptions } from '../../testing/test-app'

let app: TestApp | null = null
afterEach(async () => {
  await app?.dispose()
  app = null
})

const start = async (options: TestAppOptions = {}) => {
  app = await startTestApp({ files: { 'a.txt': 'alpha\n' }, ...options })
  return app
}
const looking = sim({ toolCalls: [{ name: 'read_file', input: { path: 'a.txt' } }] }, { text: 'seen' })
const looks = `return parallel(Array.from({ length: 5 }, (_, at) => () => agent('look ' + at + ' ' + ${JSON.stringify(looking)})))`

/** The run has ended as if nothing had happened: ten turns were asked for, answered, billed and booked. */
async function expectUndisturbed(of: TestApp, id: string) {
  const state = await of.ended(id)
  expect(await of.result(id)).toEqual(Array(5).fill('seen'))
  expect(state.run.status).toBe('completed')
  expect((await bought(of)).answered).toBe(10)
  await expectHonest(of, id, state)
  return state
}

test.each([
  ['turn.started', 1],
  ['batch.prepared', 1],
  ['batch.submitted', 1],
  ['batch.ended', 1],
  ['turn.committed', 1],
  ['turn.committed', 3],
  ['turn.committed', 5],
  ['tool.ended', 2],
  ['batch.prepared', 2],
  ['batch.submitted', 2],
  ['batch.ended', 2],
  ['turn.committed', 8],
  ['agent.ended', 3],
] as const)(
  'a crash in the commit of %s number %i neither loses a turn nor buys one twice',
  async (type, nth) => {
    const own = await start()
    const id = await own.launch(looks, { workspace: own.workspace, delivery: 'batch' })
    let left = nth
    await own.restart({ runId: id, when: ({ event }) => event.type === type && --left <= 0 })
    await expectUndisturbed(own, id)
  },
)

test('a crash after a batch was taken and before its name was written down finds it again by its results', async () => {
  let tell = () => {}
  const carriedOut = new Promise<void>((resolve) => {
    tell = resolve
  })
  let left = 1
  const own = await start({
    intercept: ({ route }): Mishap =>
      route === 'POST /v1/messages/batches' && left-- > 0
        ? { do: 'hang', carriedOut: tell }
        : { do: 'forward' },
  })
  const id = await own.launch(looks, { workspace: own.workspace, delivery: 'batch' })
  await carriedOut
  await own.restart()
  const state = await expectUndisturbed(own, id)
  const journal = await own.journal(id)
  expect(eventsOf(journal, 'batch.delayed')).toMatchObject([{ batchId: 'b1', reason: 'unresolved' }])
  expect(eventsOf(journal, 'batch.submitted')).toMatchObject([{ isFound: true }, { isFound: false }])
  expect(state.batches).toHaveLength(2)
})

test('while it is not known whether a batch was taken, its phase waits and nothing is sent', async () => {
  let tell = () => {}
  const carriedOut = new Promise<void>((resolve) => {
    tell = resolve
  })
  let created = 0
  const own = await start({
    simulator: { speed: 1, batchMs: 700 },
    intercept: ({ route }): Mishap => {
      if (route !== 'POST /v1/messages/batches') return { do: 'forward' }
      created += 1
      return created === 1 ? { do: 'hang', carriedOut: tell } : { do: 'forward' }
    },
  })
  const id = await own.launch(looks, { workspace: own.workspace, delivery: 'batch' })
  await carriedOut
  await own.restart()
  await own.until(id, ({ event }) => event.type === 'batch.delayed')
  const { batches, agents, totals } = await own.state(id)
  expect(batches).toMatchObject([
    {
      status: 'unresolved',
      providerBatchId: null,
      detail: expect.stringContaining('not resent until its status is known'),
    },
  ])
  expect([...agents.values()].map(({ status, reason }) => `${status} ${reason}`)).toEqual(
    Array(5).fill('waiting batch'),
  )
  // What may be billed stays reserved, in the journal and in the rollups.
  expect(own.app.dispatcher.usage().today.reservedNanoUsd).toBe(totals.reservedNanoUsd)
  expect(created).toBe(1)
  await expectUndisturbed(own, id)
})

test("another run's batch of the same size is not taken for a lost one", async () => {
  let left = 1
  const own = await start({
    intercept: ({ route }): Mishap =>
      route === 'POST /v1/messages/batches' && left-- > 0
        ? { do: 'refuse', status: 502, body: '<html>bad gateway</html>' }
        : { do: 'forward' },
  })
  // A stranger under the same credential, of the same size, at the same time.
  const params = { model: 'claude-haiku-5-5', max_tokens: 10, messages: [{ role: 'user', content: 'x' }] }
  const requests = Array.from({ length: 5 }, (_, at) => ({ custom_id: `other-${at}`, params }))
  await fetch(`${own.simulator.url}/v1/messages/batches`, {
    method: 'POST',
    headers: { 'x-api-key': 'k', 'anthropic-version': '2026-10-21' },
    body: JSON.stringify({ requests }),
  })
  const id = await own.launch(looks, { workspace: own.workspace, delivery: 'batch' })
  const state = await own.ended(id)
  expect(await own.result(id)).toEqual(Array(5).fill('seen'))
  expect(state.totals.turns).toBe(10)
  expect((await bought(own)).answered).toBe(15)
})

test('a server that stops in good order leaves its batches where they are', async () => {
  const own = await start({ simulator: { speed: 1, batchMs: 500 } })
  const id = await own.launch(looks, { workspace: own.workspace, delivery: 'batch' })
  await own.until(id, ({ event }) => event.type === 'batch.submitted')
  await own.app.engine.shutDown(0)
  expect(eventsOf(await own.journal(id), 'batch.withdrawn')).toEqual([])
  await own.restart()
  await expectUndisturbed(own, id)
})
