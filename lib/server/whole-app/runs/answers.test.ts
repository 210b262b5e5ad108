import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import { sim, startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ files: { 'a.txt': 'alpha\nbeta\n', 'src/b.ts': 'export const b = 1\n' } })
})
afterAll(() => app.dispose())

const schema = {
  type: 'object',
  properties: { size: { type: 'integer' } },
  required: ['size'],
  additionalProperties: false,
}
const ask = (prompt: string, options: { [key: string]: Json } = {}) =>
  `agent(${JSON.stringify(prompt)}, ${JSON.stringify(options)})`

describe('an agent', () => {
  test('answers with its final text', async () => {
    const runId = await app.launch(`log('begins')\nreturn ${ask(sim({ text: 'forty-two' }))}`)
    const state = await app.ended(runId)
    expect(await app.result(runId)).toBe('forty-two')
    expect(state.run).toMatchObject({ status: 'completed', launchedBy: person('tester') })
    expect(state.agents.get('a1')).toMatchObject({
      status: 'succeeded',
      turns: 1,
      preview: 'forty-two',
      model: 'claude-sonnet-5-5',
      requestedModel: null,
    })
    expect(state.log.map(({ message }) => message)).toEqual(['begins'])
    expect(state.totals.spentNanoUsd).toBeGreaterThan(0)
  })

  test('that talks instead of answering is asked for its answer', async () => {
    const prompt = `${sim({ text: 'I think it is three.' }, { text: '' })}`
    const runId = await app.launch(
      `try { return await ${ask(prompt, { schema })} } catch (error) { return String(error) }`,
    )
    const state = await app.ended(runId)
    expect(state.run.status === 'completed' || state.run.status === 'completed-with-failures').toBe(true)
    const messages = await app.app.store.loadMessages(runId, 'a1')
    expect(JSON.stringify(messages[2]?.message.content)).toContain('the tool `answer` was not called')
  })

  test('that says nothing at all where a schema is asked is asked again, and the API takes the conversation', async () => {
    const prompt = sim({ fault: { kind: 'empty' } })
    const runId = await app.launch(
      `try { return await ${ask(prompt, { schema })} } catch (error) { return String(error) }`,
    )
    const state = await app.ended(runId)
    expect(state.agents.get('a1')?.failure?.kind ?? null).not.toBe('invalid-request')
  })

  test('works with the tools of its workspace, several at once', async () => {
    const prompt = sim(
      {
        toolCalls: [
          { name: 'read_file', input: { path: 'a.txt' } },
          { name: 'list_files', input: {} },
          { name: 'read_file', input: { path: '../outside.txt' } },
          { name: 'no_such_tool', input: {} },
        ],
      },
      { text: 'done' },
    )
    const runId = await app.launch(`return ${ask(prompt)}`, { workspace: app.workspace })
    const state = await app.ended(runId)
    expect(await app.result(runId)).toBe('done')
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', turns: 2, toolCalls: 4 })
    const [, , results] = await app.app.store.loadMessages(runId, 'a1')
    const texts = (results?.message.content ?? []).map((block) => [block.content, block.is_error === true])
    expect(texts[0]?.[0]).toContain('alpha')
    expect(texts[1]?.[0]).toContain('src/')
    expect(texts[2]?.[1]).toBe(true)
    expect(texts[3]).toEqual([expect.stringContaining('There is no tool "no_such_tool"'), true])
  })

  test.each([
    ['empty', { fault: { kind: 'empty' } }],
    ['refused', { fault: { kind: 'refusal' } }],
  ])('whose answer is %s ends flagged, and the script gets what there is', async (kind, fault) => {
    const runId = await app.launch(`return ${ask(`say much ${sim(fault)}`)}`)
    const state = await app.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'flagged', flags: [{ kind }] })
    expect(typeof (await app.result(runId))).toBe('string')
    expect(state.run.status).toBe('completed')
  })

  test('whose answer is cut off goes on with it, and nothing is flagged', async () => {
    const runId = await app.launch(`return ${ask(`say much ${sim({ fault: { kind: 'max-tokens' } })}`)}`)
    const state = await app.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', flags: [], turns: 2 })
  })

  test('goes on after a pause of the turn', async () => {
    const runId = await app.launch(
      `return ${ask(sim({ text: 'first half', stopReason: 'pause_turn' }, { text: 'the rest' }))}`,
    )
    const state = await app.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', turns: 2 })
  })
})

describe('a script that takes too much', () => {
  test('time without an await ends the run with that sentence', async () => {
    const tight = await startTestApp({
      tuning: {
        sandboxLimits: {
          memoryBytes: 32 * 1024 * 1024,
          stackBytes: 512 * 1024,
          cpuMs: 300,
          itemsPerCall: 4096,
        },
      },
    })
    try {
      const loops = await tight.launch('for (;;) {}')
      expect((await tight.ended(loops)).run).toMatchObject({
        status: 'failed',
        error: { message: expect.stringContaining('endless loop') },
      })
      const hoards = await tight.launch(
        `const all = []\nfor (;;) all.push('x'.repeat(1_000_000) + all.length)`,
      )
      expect((await tight.ended(hoards)).run).toMatchObject({
        status: 'failed',
        error: { message: expect.stringMatching(/memory|endless loop/) },
      })
      const many = await tight.launch('return parallel(Array.from({ length: 11 }, () => () => 1))', {
        limits: { items: 10 },
      })
      expect((await tight.ended(many)).run.error?.message).toMatch(/at most 10 items/)
    } finally {
      await tight.dispose()
    }
  })
})
