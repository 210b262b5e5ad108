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

test('a crash after a batch was submitted neither loses a turn nor buys one twice, by the bill of the server', async () => {
  const own = await start()
  const id = await own.launch(looks, { workspace: own.workspace, delivery: 'batch' })
  await own.restart({ runId: id, when: ({ event }) => event.type === 'batch.submitted' })
  await expectUndisturbed(own, id)
})

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
