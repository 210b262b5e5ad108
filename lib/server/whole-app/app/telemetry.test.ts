import { afterEach, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { launch } from '@/lib/server/runs/launch'
import { sim, startTestApp, type TestAppOptions, workflow } from '@/lib/server/testing/test-app'
import { type Collector, type ReceivedSpan, startCollector } from '@/lib/telemetry/testing/collector'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function open(options: TestAppOptions = {}, answer: number | null = 200) {
  const collector = await startCollector(answer)
  closing.push(() => collector.close())
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...options.env }
  const app = await startTestApp({ files: { 'a.txt': 'alpha' }, ...options, env })
  let isOver = false
  const dispose = async () => {
    if (!isOver) await app.dispose()
    isOver = true
  }
  closing.push(dispose)
  return { app, collector, dispose }
}

const read = (path: string) => ({ toolCalls: [{ name: 'read_file', input: { path } }] })
const reads = JSON.stringify(`Of the merger. ${sim(read('a.txt'), read('none.txt'), { text: 'done' })}`)
const fails = JSON.stringify(
  `Of the merger. ${sim({ fault: { kind: 'status', status: 400, message: 'the merger' } })}`,
)
const script = `phase('Read')
await agent(${reads}, { label: 'the merger' })
return agent(${fails})`

/** Spans as a tree of names, each with what went wrong. */
function tree(spans: readonly ReceivedSpan[], parent: string | undefined): unknown[] {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .sort((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)))
    .map(({ name, spanId, attributes }) => {
      const error = attributes['error.type'] === undefined ? [] : [`! ${attributes['error.type']}`]
      return [name, ...error, ...tree(spans, spanId)]
    })
}

const rootSeen = (collector: Collector) => () =>
  collector.spans.some(({ name }) => name.startsWith('invoke_workflow'))

test('a run is one trace: its agents, their turns and tools below, with what failed', async () => {
  const { app, collector, dispose } = await open()
  const id = await app.launch(script, { workspace: app.workspace, title: 'The merger' })
  const state = await app.ended(id)
  await collector.until(rootSeen(collector))
  const model = state.run.model
  expect(tree(collector.spans, undefined)).toEqual([
    [
      'invoke_workflow test',
      [
        'phase Read',
        [
          'invoke_agent Read',
          [`chat ${model}`],
          ['execute_tool read_file'],
          [`chat ${model}`],
          ['execute_tool read_file', '! tool_error'],
          [`chat ${model}`],
        ],
        ['invoke_agent Read', '! invalid-request', [`chat ${model}`, '! invalid-request']],
      ],
    ],
  ])
  expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1)
  expect(new Set(collector.services)).toEqual(new Set(['skein']))
  for (const { startTimeUnixNano, endTimeUnixNano, status, attributes } of collector.spans) {
    expect(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano)).toBe(true)
    expect(status.code ?? 0).toBe(attributes['error.type'] === undefined ? 0 : 2)
    expect(attributes).toMatchObject({ 'skein.run.id': id, 'gen_ai.provider.name': 'anthropic' })
  }
  const [chat] = collector.spans.filter(({ name }) => name.startsWith('chat'))
  const committed = (await app.journal(id)).flatMap(({ event }) =>
    event.type === 'turn.committed' ? [event] : [],
  )
  const usage = committed[0]?.usage
  const cached =
    (usage?.cacheReadTokens ?? 0) + (usage?.cacheWrite5mTokens ?? 0) + (usage?.cacheWrite1hTokens ?? 0)
  expect(chat).toMatchObject({
    kind: 3,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': model,
      'gen_ai.response.model': committed[0]?.model,
      'gen_ai.response.finish_reasons': ['tool_use'],
      'gen_ai.usage.input_tokens': (usage?.inputTokens ?? 0) + cached,
      'gen_ai.usage.output_tokens': usage?.outputTokens,
      'gen_ai.conversation.id': `${id}/a1`,
    },
  })
  const phase = collector.spans.find(({ name }) => name === 'phase Read')
  expect(phase?.attributes).toMatchObject({ 'skein.phase': 'Read', 'skein.run.agents': 2 })
  const inPhase = collector.spans.filter(({ parentSpanId }) => parentSpanId === phase?.spanId)
  for (const { startTimeUnixNano, endTimeUnixNano } of inPhase) {
    expect(BigInt(startTimeUnixNano) >= BigInt(phase?.startTimeUnixNano ?? 0)).toBe(true)
    expect(BigInt(endTimeUnixNano) <= BigInt(phase?.endTimeUnixNano ?? 0)).toBe(true)
  }
  const tool = collector.spans.find(({ name }) => name.startsWith('execute_tool'))
  expect(tool?.attributes).toMatchObject({ 'gen_ai.tool.name': 'read_file', 'gen_ai.tool.type': 'function' })
  const root = collector.spans.find(({ name }) => name.startsWith('invoke_workflow'))
  expect(root?.attributes['skein.cost.usd']).toBeCloseTo(state.totals.spentNanoUsd / 1e9, 9)
  expect(JSON.stringify(collector.spans)).not.toContain('merger')

  await dispose()
  const point = (name: string) => collector.metrics.find((one) => one.name === name)
  expect(
    point('gen_ai.client.token.usage')
      ?.points.map(({ attributes }) => attributes['gen_ai.token.type'])
      .sort(),
  ).toEqual(['input', 'output'])
  const durations = point('gen_ai.client.operation.duration')
  expect(durations?.unit).toBe('s')
  expect(
    durations?.points.map(({ attributes, count }) => [attributes['error.type'] ?? null, Number(count)]),
  ).toEqual(
    expect.arrayContaining([
      [null, 3],
      ['invalid-request', 1],
    ]),
  )
  const dollars = point('skein.client.cost')?.points.reduce((sum, { asDouble = 0 }) => sum + asDouble, 0)
  expect(dollars).toBeCloseTo(state.totals.spentNanoUsd / 1e9, 9)
})

test('a run belongs to the trace it was launched in; one that is not to be kept sends nothing', async () => {
  const { app, collector, dispose } = await open()
  const trace = 'ab'.repeat(16)
  const within = async (flags: string) => {
    const body = { script: workflow('return 1') }
    const { id } = await launch(app.app, body, null, person('ann'), `00-${trace}-${'cd'.repeat(8)}-${flags}`)
    await app.ended(id)
    return id
  }
  const id = await within('01')
  await within('00')
  await dispose()
  expect(collector.spans).toHaveLength(1)
  expect(collector.spans[0]).toMatchObject({
    traceId: trace,
    parentSpanId: 'cd'.repeat(8),
    attributes: { 'skein.run.id': id },
  })
})

test('labels and answers are sent only where a setting says so', async () => {
  const { app, collector, dispose } = await open({
    env: { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' },
  })
  const greets = JSON.stringify(`Greet. ${sim({ text: 'hello to you' })}`)
  await app.ended(await app.launch(`return agent(${greets}, { label: 'greeter' })`))
  await dispose()
  const agent = collector.spans.find(({ name }) => name.startsWith('invoke_agent'))
  expect(agent?.attributes['skein.agent.label']).toBe('greeter')
  expect(agent?.attributes['gen_ai.output.messages']).toContain('hello to you')
})

test('a run that goes on in another process is the same trace, and nothing of it is sent twice', async () => {
  const { app, collector, dispose } = await open()
  const one = JSON.stringify(`One. ${sim({ text: 'one' })}`)
  const two = JSON.stringify(`Two. ${sim({ text: 'two' })}`)
  const id = await app.launch(
    `phase('Ask')\nawait agent(${one})\nawait checkpoint({ title: 'Go on?' })\nreturn agent(${two})`,
  )
  await app.until(id, (_, { checkpoints }) => checkpoints.length > 0)
  await collector.until(() => collector.spans.some(({ name }) => name.startsWith('invoke_agent')))
  await app.restart()
  const { checkpoints } = await app.state(id)
  await app.app.engine.answer(id, checkpoints[0]?.checkpointId ?? '', true, person('ann'))
  await app.ended(id)
  await dispose()
  const names = collector.spans.map(({ name }) => name.split(' ')[0])
  expect(names.sort()).toEqual(['chat', 'chat', 'invoke_agent', 'invoke_agent', 'invoke_workflow', 'phase'])
  expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(6)
  expect(tree(collector.spans, undefined)).toMatchObject([
    [
      'invoke_workflow test',
      ['phase Ask', ['invoke_agent Ask', [expect.any(String)]], ['invoke_agent Ask', [expect.any(String)]]],
    ],
  ])
})

test.each([false, true])(
  'a retry sends the phases that it brings, and no phase twice (restarted: %s)',
  async (isRestarted) => {
    const { app, collector, dispose } = await open({
      simulator: { faults: [{ when: { match: 'First', times: 1 }, fault: { kind: 'status', status: 400 } }] },
    })
    const id = await app.launch(
      `await agent('Of no phase.')
phase('One')
const first = await agent('First of all.')
if (first === null) return 'not yet'
await checkpoint({ title: 'Go on?' })
phase('Two')
return agent('Second of all.')`,
    )
    await app.ended(id)
    await collector.until(rootSeen(collector))
    await app.app.engine.retryFailed(id, null, person('ann'))
    await app.until(id, (_, { checkpoints }) => checkpoints.some(({ status }) => status === 'open'))
    if (isRestarted) await app.restart()
    const { checkpoints } = await app.state(id)
    await app.app.engine.answer(id, checkpoints[0]?.checkpointId ?? '', true, person('ann'))
    await app.next(id, ({ event }) => event.type === 'run.ended')
    await dispose()
    const ids = collector.spans.map(({ spanId }) => spanId)
    expect(new Set(ids).size).toBe(ids.length)
    const phases = collector.spans.filter(({ name }) => name.startsWith('phase'))
    expect(phases.map(({ name }) => name).sort()).toEqual(['phase One', 'phase Two'])
    const root = collector.spans.find(({ name }) => name === 'invoke_workflow test')
    const below = collector.spans.filter(({ parentSpanId }) => parentSpanId === root?.spanId)
    expect(below.map(({ name }) => name)).toContain('invoke_agent agent')
    expect(tree(collector.spans, undefined)).toHaveLength(1)
    const parents = collector.spans.flatMap(({ parentSpanId }) => parentSpanId ?? [])
    expect(parents.every((parent) => ids.includes(parent))).toBe(true)
  },
)

test('a retried run is a span of its own below the first, and its agents are in the same tree', async () => {
  const { app, collector, dispose } = await open()
  const id = await app.launch(`return agent(${fails})`)
  await app.ended(id)
  await app.app.engine.retryFailed(id, null, person('ann'))
  await app.next(id, ({ event }) => event.type === 'run.ended')
  await dispose()
  const ids = collector.spans.map(({ spanId }) => spanId)
  expect(new Set(ids).size).toBe(ids.length)
  const parents = collector.spans.flatMap(({ parentSpanId }) => parentSpanId ?? [])
  expect(parents.every((parent) => ids.includes(parent))).toBe(true)
  expect(tree(collector.spans, undefined)).toHaveLength(1)
  expect(collector.spans.filter(({ name }) => name.startsWith('invoke_workflow'))).toHaveLength(2)
})

test('a collector that refuses, never answers or is not there changes nothing for a run', async () => {
  for (const answer of [500, null] as const) {
    const { app, collector, dispose } = await open({}, answer)
    const id = await app.launch(script, { workspace: app.workspace })
    expect((await app.ended(id)).run.status).toBe('completed-with-failures')
    await collector.until(() => collector.asked > 0)
    await dispose()
  }
  const { app } = await open({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' } })
  expect((await app.ended(await app.launch('return 1'))).run.status).toBe('completed')
})
