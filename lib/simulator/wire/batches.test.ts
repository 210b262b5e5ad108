import type Anthropic from '@anthropic-ai/sdk'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type SimulatorServer, startSimulatorServer } from '../server'
import { clientOf } from '../testing'

let server: SimulatorServer
let client: Anthropic

beforeEach(async () => {
  server = await startSimulatorServer({ speed: 0 })
  client = clientOf(server.url)
})
afterEach(() => server.close())

const params = (text: string) => ({
  model: 'claude-haiku-5-5',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: text }],
})
const request = (custom_id: string) => ({ custom_id, params: params(custom_id) })
const configure = (change: object) =>
  fetch(`${server.url}/__sim/config`, { method: 'POST', body: JSON.stringify(change) })

test('a batch ends and gives one result for each request, the bad ones as errors', async () => {
  const batch = await client.messages.batches.create({
    requests: [request('a1'), { custom_id: 'a2', params: { ...params('x'), model: 'nobody' } }],
  })
  expect(batch).toMatchObject({
    type: 'message_batch',
    processing_status: 'in_progress',
    request_counts: { processing: 2 },
    results_url: null,
  })
  const ended = await client.messages.batches.retrieve(batch.id)
  expect(ended).toMatchObject({
    processing_status: 'ended',
    request_counts: { processing: 0, succeeded: 1, errored: 1 },
  })
  const lines = []
  for await (const line of await client.messages.batches.results(batch.id)) lines.push(line)
  expect(lines).toMatchObject([
    { custom_id: 'a1', result: { type: 'succeeded', message: { usage: { service_tier: 'batch' } } } },
    {
      custom_id: 'a2',
      result: { type: 'errored', error: { type: 'error', error: { type: 'not_found_error' } } },
    },
  ])
})

test('a batch that is running has no results, can be cancelled and cannot be deleted', async () => {
  await configure({ speed: 1, batchMs: 3_600_000 })
  const { id } = await client.messages.batches.create({ requests: [request('a')] })
  await expect(client.messages.batches.results(id)).rejects.toThrow('No batch `results_url`')
  await expect(client.messages.batches.delete(id)).rejects.toMatchObject({ status: 400 })
  expect(await client.messages.batches.cancel(id)).toMatchObject({
    processing_status: 'canceling',
    request_counts: { processing: 1 },
  })
})

test('a cancelled batch ends with cancelled results', async () => {
  await configure({ speed: 1, batchMs: 3_600_000 })
  const { id } = await client.messages.batches.create({ requests: [request('a')] })
  await configure({ batchMs: 0 })
  await client.messages.batches.cancel(id)
  expect(await client.messages.batches.retrieve(id)).toMatchObject({
    processing_status: 'ended',
    request_counts: { canceled: 1 },
  })
})

test('an ended batch can be deleted, and is then unknown', async () => {
  const { id } = await client.messages.batches.create({ requests: [request('a')] })
  expect(await client.messages.batches.delete(id)).toEqual({ id, type: 'message_batch_deleted' })
  await expect(client.messages.batches.retrieve(id)).rejects.toMatchObject({ status: 404 })
})

test('batches are listed newest first, page by page', async () => {
  const made: string[] = []
  for (const name of ['a', 'b', 'c'])
    made.push((await client.messages.batches.create({ requests: [request(name)] })).id)
  const listed: string[] = []
  for await (const batch of client.messages.batches.list({ limit: 2 })) listed.push(batch.id)
  expect(listed).toEqual(made.toReversed())
})

test('ids must be unique and well formed', async () => {
  await expect(
    client.messages.batches.create({ requests: [request('a'), request('a')] }),
  ).rejects.toMatchObject({
    status: 400,
  })
  await expect(client.messages.batches.create({ requests: [request('a b')] })).rejects.toMatchObject({
    status: 400,
  })
})

test('what cannot be in a batch is an error of that request', async () => {
  const bad = { ...request('a'), params: { ...params('x'), stream: true, speed: 'fast' } }
  const response = await fetch(`${server.url}/v1/messages/batches`, {
    method: 'POST',
    headers: { 'x-api-key': 'k', 'anthropic-version': '2026-10-21' },
    body: JSON.stringify({ requests: [bad] }),
  })
  const { id } = await response.json()
  expect(await client.messages.batches.retrieve(id)).toMatchObject({ request_counts: { errored: 1 } })
})

test('what a cancelled batch has finished is answered, the rest is not', async () => {
  await configure({ speed: 1, batchMs: 3_600_000 })
  const quick = { custom_id: 'quick', params: params('[[sim: {"batchMs": 0}]]') }
  const { id } = await client.messages.batches.create({ requests: [quick, request('slow')] })
  await configure({ batchMs: 0 })
  await client.messages.batches.cancel(id)
  const counts = async () => (await client.messages.batches.retrieve(id)).request_counts
  await expect.poll(counts).toMatchObject({ succeeded: 1, canceled: 1 })
})

test('what is not done when its day is over expires', async () => {
  await configure({ speed: 1000, batchMs: 3_600_000, batchExpiryMs: 1000 })
  const { id } = await client.messages.batches.create({ requests: [request('a')] })
  const counts = async () => (await client.messages.batches.retrieve(id)).request_counts
  await expect.poll(counts).toMatchObject({ processing: 0, expired: 1 })
})

test('more output than usual is given in a batch under its beta, on the models that have it', async () => {
  const long = (custom_id: string, model: string) => ({
    custom_id,
    params: { ...params('hello'), model, max_tokens: 300_000 },
  })
  const requests = [long('opus', 'claude-opus-5-5'), long('fable', 'claude-fable-5-2')]
  const beta = { headers: { 'anthropic-beta': 'output-300k-2026-03-24' } }
  const counts = async (id: string) => (await client.messages.batches.retrieve(id)).request_counts
  const extended = await client.messages.batches.create({ requests }, beta)
  await expect.poll(() => counts(extended.id)).toMatchObject({ succeeded: 1, errored: 1 })
  const usual = await client.messages.batches.create({ requests })
  await expect.poll(() => counts(usual.id)).toMatchObject({ errored: 2 })
})
