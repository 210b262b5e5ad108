import { createServer } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BatchAnswer } from '@/lib/core/ports/ports'
import { createAnthropicProvider } from '@/lib/providers/anthropic/provider'
import { aRequest } from '@/lib/providers/anthropic/testing'
import { realClock } from '@/lib/server/testing/real-clock'
import { type SimulatorServer, startSimulatorServer } from '../server'

let simulator: SimulatorServer
beforeEach(async () => {
  simulator = await startSimulatorServer({ speed: 0 })
})
afterEach(() => simulator.close())

const signal = new AbortController().signal
const batchesAt = (baseURL: string) =>
  createAnthropicProvider({ clock: realClock, name: 'anthropic', apiKey: 'k', baseURL }).batches
const ask = (customId: string, more = {}) => ({
  customId,
  request: aRequest({ model: 'claude-sonnet-5-5', ...more }),
})
const plainly = { isExtended: false, signal }

test('a batch goes out, is looked at, listed and read, each answer with the price of a batch', async () => {
  const batches = batchesAt(simulator.url)
  const made = await batches.create([ask('a'), ask('b', { model: 'nobody-knows' })], plainly)
  if (!made.ok) throw new Error(made.failure.message)
  const { id } = made.value
  await expect
    .poll(async () => batches.look(id, signal))
    .toMatchObject({ ok: true, value: { status: 'ended' } })
  const since = Date.parse(made.value.createdAt ?? '')
  expect(await batches.recent(since, signal)).toMatchObject({ ok: true, value: [{ id }] })
  expect(await batches.recent(since + 60_000, signal)).toEqual({ ok: true, value: [] })
  const answers: BatchAnswer[] = []
  const onAnswer = (answer: BatchAnswer) => void answers.push(answer)
  expect(
    await batches.results(id, { modelOf: (name) => `model of ${name}`, toolsOf: () => [], onAnswer, signal }),
  ).toEqual({
    ok: true,
    value: 'read',
  })
  expect(answers).toMatchObject([
    { customId: 'a', ok: true, turn: { usage: { serviceTier: 'batch', isMetered: true } } },
    { customId: 'b', ok: false, mayBeBilled: false, failure: { kind: 'model-not-found' } },
  ])
  expect(answers[1]).toMatchObject({ failure: { message: expect.stringContaining('model of b') } })
  // It has ended by itself: to ask for no more of it is no failure.
  expect(await batches.withdraw(id, signal)).toEqual({ ok: true, value: 'asked' })
})

test('a list of many pages is read as far back as is asked', async () => {
  const batches = batchesAt(simulator.url)
  for (let count = 0; count < 130; count++) await batches.create([ask(`a${count}`)], plainly)
  const all = await batches.recent(0, signal)
  expect(all.ok && new Set(all.value.map(({ id }) => id)).size).toBe(130)
})

test('what the provider does not know is null, and no failure', async () => {
  const batches = batchesAt(simulator.url)
  expect(await batches.look('msgbatch_gone', signal)).toEqual({ ok: true, value: null })
  const onAnswer = () => {}
  expect(
    await batches.results('msgbatch_gone', { modelOf: String, toolsOf: () => [], onAnswer, signal }),
  ).toEqual({
    ok: true,
    value: null,
  })
})

test('only a no that was said means that there is no batch', async () => {
  const answering = async (status: number, body: string) => {
    const server = createServer((_, response) => response.writeHead(status).end(body))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const made = await batchesAt(`http://127.0.0.1:${port}`).create([ask('a')], plainly)
    await new Promise((resolve) => server.close(resolve))
    return made
  }
  const no = '{"type":"error","error":{"type":"x","message":"no"}}'
  for (const status of [400, 401, 429, 529])
    expect(await answering(status, no)).toMatchObject({ mayExist: false, isUnknown: false })
  for (const status of [404, 405, 501])
    expect(await answering(status, no)).toMatchObject({ mayExist: false, isUnknown: true })
  for (const status of [500, 502, 504])
    expect(await answering(status, '<html>')).toMatchObject({ mayExist: true })
  expect(await answering(200, '{"id":7}')).toMatchObject({ ok: false, mayExist: true })
  await simulator.close()
  expect(await batchesAt(simulator.url).create([ask('a')], plainly)).toMatchObject({ mayExist: false })
  simulator = await startSimulatorServer({ speed: 0 })
})
