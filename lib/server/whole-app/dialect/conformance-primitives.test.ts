import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answers, dies, ran, says } from '../../testing/scripts'
import { eventsOf, sim, startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ simulator: { speed: 1 }, files: { 'a.txt': 'alpha\n' } })
})
afterAll(() => app.dispose())

const schema = `{ type: 'object', properties: { size: { type: 'integer' } }, required: ['size'] }`

describe('agent', () => {
  test('resolves to its final text, and to the object when there is a schema', async () => {
    const { result } = await ran(
      app,
      `return [await agent(${says('text')}), await agent(${answers({ size: 3 })}, { schema: ${schema} })]`,
    )
    expect(result).toEqual(['text', { size: 3 }])
  })

  test('resolves to null when it dies of a provider failure', async () => {
    const { result, state } = await ran(app, `return await agent(${dies()})`)
    expect(result).toBeNull()
    expect(state.run).toMatchObject({ status: 'failed', error: null })
  })

  test('throws when its schema attempts are exhausted', async () => {
    const wrong = JSON.stringify(
      sim(...Array.from({ length: 6 }, () => ({ toolCalls: [{ name: 'answer', input: {} }] }))),
    )
    const { result } = await ran(
      app,
      `try { await agent(${wrong}, { schema: ${schema} }) } catch (e) { return e.message }`,
    )
    expect(result).toMatch(/No answer fitted the schema/)
  })

  test('throws at the cap of agents, and what was asked before still answers', async () => {
    const { result, notes, journal } = await ran(
      app,
      `const all = await Promise.allSettled(['a', 'b', 'c', 'd'].map((one) => agent(one + ${says('yes')})))
return all.map((one) => one.status === 'fulfilled' ? one.value : one.reason.message)`,
      { limits: { agents: 2 } },
    )
    expect(result).toEqual(['yes', 'yes', ...Array(2).fill(expect.stringContaining('limit of 2 agents'))])
    expect(notes.filter((note) => note.includes('limit of 2'))).toHaveLength(1)
    expect(eventsOf(journal, 'call.refused')).toHaveLength(2)
  })

  test("throws once the script's own budget is spent, and says so", async () => {
    const { result, state } = await ran(
      app,
      `const before = [budget.total, budget.spent(), budget.remaining()]
let calls = 0
try { for (;;) { await agent('round ' + calls + ${says('one two three four five six seven eight nine ten')}); calls += 1 } }
catch (error) { return { before, calls, message: error.message, left: budget.remaining() } }`,
      { budget: { outputTokens: 20 } },
    )
    expect(result).toMatchObject({
      before: [20, 0, 20],
      message: 'Error: The budget of 20 output tokens is spent'.slice(7),
      left: 0,
    })
    expect(state.agents.size).toBeGreaterThan(0)
    expect(state.agents.size).toBeLessThan(21)
  })

  test('has an unlimited budget when none is given', async () => {
    const { result } = await ran(
      app,
      'return [budget.total, budget.remaining() === Infinity, budget.spent()]',
    )
    expect(result).toEqual([null, true, 0])
  })

  test('ignores unknown options with a note, explicit undefined as if absent, and extra arguments', async () => {
    const { result, notes } = await ran(
      app,
      `return await agent(${says('fine')}, { label: undefined, phase: undefined, schema: undefined, model: undefined, flavour: 'odd' }, 'extra', 3)`,
    )
    expect(result).toBe('fine')
    expect(notes).toEqual([expect.stringContaining('`flavour`')])
  })

  test('takes options that are null or no object', async () => {
    const { result, notes } = await ran(
      app,
      `return [await agent(${says('a')}, null), await agent(${says('b')}, 'text')]`,
    )
    expect(result).toEqual(['a', 'b'])
    expect(notes).toEqual([expect.stringContaining('options that are not an object')])
  })

  test.each([
    ['a number', '42', '42'],
    ['an object', '{ a: 1 }', '{"a":1}'],
    ['an array', "['x', 1]", '["x",1]'],
    ['null', 'null', 'null'],
    ['undefined', 'undefined', 'undefined'],
    ['a boolean', 'true', 'true'],
  ])('turns %s into its prompt, with a note', async (_, code, text) => {
    const { runId, notes } = await ran(app, `await agent(${code}); return 1`)
    expect((await app.app.store.loadAgent(runId, 'a1'))?.spec.prompt).toBe(text)
    expect(notes).toEqual([expect.stringContaining('not a string')])
  })

  test('refuses a promise as its prompt: somebody forgot to await', async () => {
    const { state } = await ran(app, `return await agent(agent(${says('a')}))`)
    expect(state.run.error?.message).toMatch(/await it first/)
  })

  test('sends a prompt of a million characters, and throws beyond four million', async () => {
    const { runId, state, result } = await ran(
      app,
      `const a = await agent('x'.repeat(1_000_000) + ${says('read')})
try { await agent('x'.repeat(4_000_001)) } catch (error) { return [a, error.message] }`,
      { limits: { usd: 100 } },
    )
    expect(result).toEqual(['read', expect.stringContaining('at most 4000000')])
    expect(state.agents.size).toBe(1)
    expect((await app.app.store.loadAgent(runId, 'a1'))?.spec.prompt.length).toBeGreaterThan(1_000_000)
  })
})

describe('parallel', () => {
  test('is a barrier that keeps the order and never rejects: a throw becomes null and is shown', async () => {
    const { result, notes, journal } = await ran(
      app,
      `return await parallel([() => agent(${says('slow', 60)}), () => { throw new Error('no') }, async () => missing.thing, () => agent(${says('fast')}), () => agent(${dies()})])`,
    )
    expect(result).toEqual(['slow', null, null, 'fast', null])
    expect(notes.join('\n')).toMatch(/item 1 threw.*no/)
    expect(notes.join('\n')).toMatch(/item 2 threw.*missing/)
    expect(eventsOf(journal, 'barrier.opened')).toMatchObject([{ kind: 'parallel', size: 5 }])
    expect(eventsOf(journal, 'barrier.closed')).toHaveLength(1)
  })

  test('of nothing is nothing', async () => {
    expect((await ran(app, 'return await parallel([])')).result).toEqual([])
  })

  test('takes any iterable, and a promise that runs already with a note', async () => {
    const { result, notes } = await ran(
      app,
      `return [await parallel(new Set([() => 1, () => 2])), await parallel([agent(${says('p')})])]`,
    )
    expect(result).toEqual([[1, 2], ['p']])
    expect(notes).toEqual([expect.stringContaining('already runs')])
  })

  test('makes holes and values null with a note', async () => {
    const { result, notes } = await ran(app, 'return await parallel([, () => 1, 7, null])')
    expect(result).toEqual([null, 1, null, null])
    expect(notes).toHaveLength(3)
  })

  test('throws for what is no list, and beyond the items of a call; nothing is truncated', async () => {
    const { result } = await ran(
      app,
      `const said = []
for (const bad of [undefined, 5, 'text', { length: 2 }]) { try { await parallel(bad) } catch (error) { said.push(error.message) } }
try { await parallel(Array.from({ length: 4097 }, () => () => 1)) } catch (error) { said.push(error.message) }
try { await pipeline((function* () { for (;;) yield 1 })(), (one) => one) } catch (error) { said.push(error.message) }
return said`,
    )
    expect(result).toEqual([
      'parallel() takes an array, got undefined',
      'parallel() takes an array, got number',
      'parallel() takes an array, got string',
      'parallel() takes an array, got object',
      'parallel() takes at most 4096 items, got 4097',
      'pipeline() takes at most 4096 items, got more',
    ])
  })

  test('takes as many items as the launch allows', async () => {
    const script = 'return (await parallel(Array.from({ length: 5000 }, (_, at) => () => at))).length'
    expect((await ran(app, script, { limits: { items: 5000 } })).result).toBe(5000)
  })
})

describe('pipeline', () => {
  test('hands previous, item and index on, keeps the order, and passes a returned null to the next stage', async () => {
    const { result } = await ran(
      app,
      `return await pipeline(['x', 'y'], (previous, item, index) => (index === 0 ? null : previous + item), (previous, item, index) => [previous, item, index])`,
    )
    expect(result).toEqual([
      [null, 'x', 0],
      ['yy', 'y', 1],
    ])
  })

  test('makes an item null when a stage throws, and skips its later stages', async () => {
    const { result, state, notes } = await ran(
      app,
      `return await pipeline([1, 2], (one) => { if (one === 1) throw new Error('bad'); return one }, () => agent(${says('late')}))`,
    )
    expect(result).toEqual([null, 'late'])
    expect(state.agents.size).toBe(1)
    expect(notes).toEqual([expect.stringContaining('bad')])
  })

  test('has no barrier: a quick item is through while a slow one is in its first stage', async () => {
    const { journal } = await ran(
      app,
      `return await pipeline([${says('slow', 300)}, ${says('quick')}], (one) => agent(one, { label: 'first' }), (one) => agent('then ' + one + ${says('done')}, { label: 'second ' + one }))`,
    )
    const ends = eventsOf(journal, 'agent.ended').map(({ agentId }) => agentId)
    const labels = new Map(eventsOf(journal, 'agent.created').map(({ agentId, label }) => [agentId, label]))
    expect(ends.map((id) => labels.get(id))).toEqual(['first', 'second quick', 'first', 'second slow'])
  })

  test('without stages gives its items, of no items gives nothing, and awaits items that are promises', async () => {
    const { result } = await ran(
      app,
      `return [await pipeline([1, 2]), await pipeline([], (one) => one), await pipeline([Promise.resolve(3)], (one) => one + 1)]`,
    )
    expect(result).toEqual([[1, 2], [], [4]])
  })

  test('throws for a stage that is no function', async () => {
    const { state } = await ran(app, `return await pipeline([1], 'stage')`)
    expect(state.run.error?.message).toMatch(/stages are functions/)
  })
})

describe('phase and log', () => {
  test('the phase of an agent is its option, else the last one entered; an unknown title gets a group', async () => {
    const script = `export const meta = { name: 'p', description: 'd', phases: [{ title: 'Declared' }] }
await agent(${says('none')})
phase('Declared'); await agent(${says('one')})
phase('Own'); await agent(${says('two')}); await agent(${says('three')}, { phase: 'Option' })
log('a line'); return 1`
    const { state } = await ran(app, script)
    expect([...state.agents.values()].map(({ phase }) => phase)).toEqual([null, 'Declared', 'Own', 'Option'])
    expect(state.phases.map(({ title }) => title)).toEqual(['Declared', 'Agents', 'Own', 'Option'])
    expect(state.log).toMatchObject([{ kind: 'logged', message: 'a line' }])
  })
})

describe('args', () => {
  const kind = `const f = (given = 'default') => given\nreturn [typeof args, f(args)]`

  test.each([
    ['nothing', undefined, ['undefined', 'default']],
    ['a JSON string', '{"a":1}', ['string', '{"a":1}']],
    ['an object', { a: 1 }, ['object', { a: 1 }]],
    ['an empty string', '', ['string', '']],
    ['a number', 0, ['number', 0]],
  ])('given %s are that, verbatim', async (_, args, expected) => {
    const runId = await app.launch(kind, args === undefined ? {} : { args })
    await app.ended(runId)
    expect(await app.result(runId)).toEqual(expected)
  })
})

describe('what a script throws', () => {
  test.each([
    ["'plain'", 'plain'],
    ['null', 'null was thrown'],
    ['undefined', 'undefined was thrown'],
    ['{ code: 7 }', '{"code":7}'],
    ["Symbol('s')", 'Symbol(s)'],
    ["Object.assign(new RangeError('far'), { extra: 1 })", 'RangeError: far'],
  ])('%s fails the run with what it is', async (code, message) => {
    expect((await ran(app, `throw ${code}`)).state.run).toMatchObject({
      status: 'failed',
      error: { message },
    })
  })

  test('while agents run cancels them and ends the run as failed', async () => {
    const { state } = await ran(
      app,
      `agent(${says('slow', 5000)})\nawait agent(${says('quick')})\nthrow new Error('enough')`,
    )
    expect(state.run.status).toBe('failed')
    expect(state.outcomeCounts).toMatchObject({ succeeded: 1, cancelled: 1 })
  })

  test('in a promise nobody awaits is not fatal', async () => {
    const { result, state } = await ran(
      app,
      `Promise.reject(new Error('lost')); (async () => { throw 1 })(); return await agent(${says('ok')})`,
    )
    expect(result).toBe('ok')
    expect(state.run.status).toBe('completed')
  })
})
