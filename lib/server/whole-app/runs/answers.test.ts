import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import { eventsOf, sim, startTestApp, type TestApp } from '../../testing/test-app'

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
const answer = (input: { [key: string]: Json }) => ({ toolCalls: [{ name: 'answer', input }] })
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

  test('answers with a value that fits its schema', async () => {
    const runId = await app.launch(`return ${ask(sim(answer({ size: 3 })), { schema })}`)
    await app.ended(runId)
    expect(await app.result(runId)).toEqual({ size: 3 })
    const [, , thanks] = await app.app.store.loadMessages(runId, 'a1')
    expect(thanks?.message.role).toBe('user')
  })

  test('is told what does not fit, and may correct it', async () => {
    const prompt = sim(answer({ size: 'large' }), answer({ size: 1, more: true }), answer({ size: 7 }))
    const runId = await app.launch(`return ${ask(prompt, { schema })}`)
    const state = await app.ended(runId)
    expect(await app.result(runId)).toEqual({ size: 7 })
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', turns: 3 })
    const told = (await app.app.store.loadMessages(runId, 'a1')).map(({ message }) =>
      JSON.stringify(message.content),
    )
    expect(told[2]).toMatch(/\/size .*integer/)
    expect(told[4]).toMatch(/more|additional/)
  })

  test('that never fits its schema throws in the script after five attempts', async () => {
    const prompt = sim(...Array.from({ length: 9 }, () => answer({ size: 'large' })))
    const runId = await app.launch(
      `try { await ${ask(prompt, { schema })} } catch (error) { return String(error) }`,
    )
    const state = await app.ended(runId)
    expect(await app.result(runId)).toMatch(/No answer fitted the schema in 5 attempts/)
    expect(state.agents.get('a1')).toMatchObject({ status: 'failed', turns: 5, failure: { kind: 'schema' } })
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

  test('may flag its own answer', async () => {
    const flag = { name: 'flag', input: { kind: 'uncertain', reason: 'half of it is guessed' } }
    const apart = sim({ toolCalls: [flag] }, answer({ size: 1 }))
    const together = sim({ toolCalls: [flag, { name: 'answer', input: { size: 2 } }] })
    const runId = await app.launch(
      `return [await ${ask(apart, { schema })}, await ${ask(together, { schema })}]`,
    )
    const state = await app.ended(runId)
    expect(await app.result(runId)).toEqual([{ size: 1 }, { size: 2 }])
    for (const id of ['a1', 'a2']) {
      expect(state.agents.get(id)).toMatchObject({
        status: 'flagged',
        flags: [{ kind: 'uncertain', reason: 'half of it is guessed' }],
      })
    }
    expect(state.outcomeCounts.flagged).toBe(2)
  })

  test.each([
    ['truncated', { fault: { kind: 'max-tokens' } }],
    ['empty', { fault: { kind: 'empty' } }],
    ['refused', { fault: { kind: 'refusal' } }],
  ])('whose answer is %s ends flagged, and the script gets what there is', async (kind, fault) => {
    const runId = await app.launch(`return ${ask(`say much ${sim(fault)}`)}`)
    const state = await app.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'flagged', flags: [{ kind }] })
    expect(typeof (await app.result(runId))).toBe('string')
    expect(state.run.status).toBe('completed')
  })

  test('goes on after a pause of the turn', async () => {
    const runId = await app.launch(
      `return ${ask(sim({ text: 'first half', stopReason: 'pause_turn' }, { text: 'the rest' }))}`,
    )
    const state = await app.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', turns: 2 })
  })

  test('ends as failed when it does not finish within its turns', async () => {
    const turns = Array.from({ length: 5 }, () => ({ toolCalls: [{ name: 'list_files', input: {} }] }))
    const runId = await app.launch(`return ${ask(sim(...turns), { maxTurns: 3 })}`, {
      workspace: app.workspace,
    })
    const state = await app.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({
      status: 'failed',
      turns: 3,
      failure: { kind: 'max-turns' },
    })
  })

  test('is asked with the model of its options, its phase or its run, in that order', async () => {
    const runId = await app.launch(
      `export const meta = { name: 'models', description: 'd', phases: [{ title: 'deep', model: 'opus' }] }
      await agent('a')
      await agent('b', { phase: 'deep' })
      await agent('c', { phase: 'deep', model: 'claude-opus-4-8' })
      return agent('d', { model: 'inherit', effort: 'low' })`,
      { model: 'haiku' },
    )
    const state = await app.ended(runId)
    expect([...state.agents.values()].map(({ model }) => model)).toEqual([
      'claude-haiku-5-5',
      'claude-opus-5-5',
      'claude-opus-4-8',
      'claude-haiku-5-5',
    ])
  })
})

describe('a script', () => {
  const failing = async (body: string) => {
    const runId = await app.launch(body)
    return { runId, state: await app.ended(runId) }
  }

  test('that throws makes the run failed, with line and column', async () => {
    const { state } = await failing(`const missing = null\nawait agent('x')\nreturn missing.length`)
    expect(state.run.status).toBe('failed')
    expect(state.run.error?.message).toMatch(/TypeError/)
    expect(state.run.error?.line).toBe(4)
    expect(state.run.error?.column).toBeGreaterThan(0)
  })

  test('that waits for nothing fails with that sentence', async () => {
    const { state } = await failing('await new Promise(() => {})')
    expect(state.run).toMatchObject({
      status: 'failed',
      reason: 'The script is deadlocked: it waits, but no agent, timer or question is left.',
    })
  })

  test('whose branch throws goes on with null, and the throw is noted', async () => {
    const { runId, state } = await failing(
      `return parallel([() => agent('fine ${sim({ text: 'yes' })}'), () => nowhere()])`,
    )
    expect(await app.result(runId)).toEqual(['yes', null])
    expect(state.log).toMatchObject([{ kind: 'noted', message: expect.stringContaining('ReferenceError') }])
    expect(state.barriers).toMatchObject([{ kind: 'parallel', size: 2, closedAt: expect.any(String) }])
  })

  test('is told of options nobody knows, once a call, and still runs', async () => {
    const { state } = await failing(`return agent('x', { colour: 'red', effort: 'huge', tools: ['shell'] })`)
    expect(state.run.status).toBe('completed')
    const notes = state.log.map(({ message }) => message).join('\n')
    expect(notes).toMatch(/`colour` is not known/)
    expect(notes).toMatch(/effort "huge"/)
    expect(notes).toMatch(/tool `shell`/)
  })

  test('that returns early leaves no agent running', async () => {
    const body = `agent('slow ${sim({ text: 'never', ttftMs: 600_000, speed: 1 })}')\nreturn agent('quick')`
    const { runId, state } = await failing(body)
    expect(state.run.status).toBe('completed')
    expect(state.outcomeCounts).toMatchObject({ succeeded: 1, cancelled: 1 })
    expect(state.agents.get('a1')).toMatchObject({ status: 'cancelled', reservedNanoUsd: 0 })
    const last = (await app.journal(runId)).at(-1)
    expect(last?.event.type).toBe('run.ended')
  })

  test('with a schema nobody can meet throws before an agent is made', async () => {
    const body = `try { await agent('x', { schema: { type: 'object', properties: { a: { type: 'nonsense' } } } }) } catch (error) { return String(error) }`
    const { runId, state } = await failing(body)
    expect(await app.result(runId)).toMatch(/schema of this agent\(\) call cannot be used/)
    expect(state.agents.size).toBe(0)
  })

  test('gets its args as they were given', async () => {
    const args = { list: [1, null, 'ü'], deep: { a: true } }
    const runId = await app.launch('return args', { args })
    await app.ended(runId)
    expect(await app.result(runId)).toEqual(args)
  })

  test('repeats equal calls as calls of their own', async () => {
    const { runId, state } = await failing(`return [await agent('same'), await agent('same')].length`)
    expect(await app.result(runId)).toBe(2)
    const keys = eventsOf(await app.journal(runId), 'agent.created').map(({ key }) => key)
    expect(new Set(keys).size).toBe(2)
    expect(state.outcomeCounts.succeeded).toBe(2)
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
