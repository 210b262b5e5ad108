import { expect, test } from 'vitest'
import type { Harness, HarnessOptions } from '../testing/harness'
import { harnessPerTest } from '../testing/per-test'
import { calls, conversations, says } from '../testing/replies'
import { workspace } from '../testing/scripted-surroundings'

const open = harnessPerTest()
const names = ['q0', 'q1', 'q2', 'q3', 'q4']
const body = `return parallel(Array.from({ length: 5 }, (_, at) => () => agent('q' + at)))`

/** Five agents that look once and then answer: two batches of five. */
const looking = (more: HarnessOptions = {}, afterMs = 10) =>
  open({
    reply: conversations(
      Object.fromEntries(
        names.map((name) => [name, [{ ...calls(['look', {}]), afterMs }, says('seen', afterMs)]]),
      ),
    ),
    tools: { look: () => 'there' },
    ...more,
  })
const launched = (own: Harness) => own.launch(body, { workspace, delivery: 'batch' })

/** The run has ended as if nothing had happened: ten turns were asked for once each, and booked. */
async function expectUndisturbed(own: Harness, runId: string) {
  const state = await own.ended(runId)
  expect(await own.result(runId)).toEqual(Array(5).fill('seen'))
  expect(state.run.status).toBe('completed')
  const ids = own.batches.taken.flatMap(({ requests }) => requests.map(({ customId }) => customId))
  expect(ids).toHaveLength(10)
  expect(new Set(ids).size).toBe(10)
  const turns = (await own.events(runId, 'turn.committed')).map(({ agentId, turn }) => `${agentId} ${turn}`)
  expect(new Set(turns).size).toBe(10)
  expect(state.totals).toMatchObject({ turns: 10, reservedNanoUsd: 0, unsettledNanoUsd: 0 })
  expect(own.dispatcher.usage().today.reservedNanoUsd).toBe(0)
  await own.checkRows(runId)
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
  'a death in the commit of %s number %i neither loses a turn nor buys one twice',
  async (type, nth) => {
    const own = looking()
    const runId = await launched(own)
    let left = nth
    await own.killedAfter((event) => event.type === type && --left <= 0)
    await expectUndisturbed(own, runId)
  },
)

test('a death after a batch was taken and before its name was written down finds it again by its results', async () => {
  const own = looking({ batches: { create: (nth) => (nth === 1 ? 'hangs' : 'taken') } })
  const runId = await launched(own)
  await own.until(() => own.batches.taken.length === 1)
  await own.restart()
  const state = await expectUndisturbed(own, runId)
  expect(await own.events(runId, 'batch.delayed')).toMatchObject([{ batchId: 'b1', reason: 'unresolved' }])
  expect(await own.events(runId, 'batch.submitted')).toMatchObject([{ isFound: true }, { isFound: false }])
  expect(state.batches).toHaveLength(2)
})

test('a death before a batch was taken has its turns go with the next one, at no loss', async () => {
  const own = looking()
  const runId = await launched(own)
  await own.killedAfter(({ type }) => type === 'batch.prepared')
  const state = await expectUndisturbed(own, runId)
  expect(state.batches[0]?.detail).toMatch(/^The server stopped before it was submitted/)
})

test('while it is not known whether a batch was taken, what may be billed stays reserved and nothing is sent', async () => {
  const own = looking({ batches: { create: (nth) => (nth === 1 ? 'hangs' : 'taken') } }, 30_000)
  const runId = await launched(own)
  await own.until(() => own.batches.taken.length === 1)
  await own.restart()
  await own.happened(runId, ({ type }) => type === 'batch.delayed')
  const { batches, agents, totals } = await own.state(runId)
  expect(batches).toMatchObject([{ status: 'unresolved', providerBatchId: null }])
  expect([...agents.values()].map(({ status, reason }) => `${status} ${reason}`)).toEqual(
    Array(5).fill('waiting batch'),
  )
  expect(totals.reservedNanoUsd).toBeGreaterThan(0)
  expect(own.dispatcher.usage().today.reservedNanoUsd).toBe(totals.reservedNanoUsd)
  await own.pass(10_000)
  expect(own.batches.asked.create).toBe(1)
  await expectUndisturbed(own, runId)
})

test('a server that stops in good order leaves its batches where they are', async () => {
  const own = looking({}, 5000)
  const runId = await launched(own)
  await own.happened(runId, ({ type }) => type === 'batch.submitted')
  await own.done(own.engine.shutDown(0))
  expect(await own.events(runId, 'batch.withdrawn')).toEqual([])
  expect(own.engine.active(runId)).toBeNull()
  await own.restart()
  await expectUndisturbed(own, runId)
})

test('two deaths in a row change nothing either', async () => {
  const own = looking({}, 2000)
  const runId = await launched(own)
  await own.killedAfter(({ type }) => type === 'batch.submitted')
  await own.killedAfter(({ type }) => type === 'turn.committed')
  await own.killedAfter((event) => event.type === 'batch.submitted' && event.batchId === 'b2')
  await expectUndisturbed(own, runId)
})

test('a turn that a death left with the provider and that is lost there is unsettled with what was reserved', async () => {
  const own = open({
    reply: () => says('said', 500),
    batches: { look: (nth) => (nth === 1 ? 'gone' : 'known') },
  })
  const runId = await own.launch(`return agent('q')`, { delivery: 'batch' })
  await own.killedAfter(({ type }) => type === 'batch.submitted')
  const state = await own.ended(runId)
  const [first] = await own.events(runId, 'turn.started')
  expect(state.totals.unsettledNanoUsd).toBe(first?.reservedNanoUsd)
  expect(await own.result(runId)).toBe('said')
  await own.checkRows(runId)
})
