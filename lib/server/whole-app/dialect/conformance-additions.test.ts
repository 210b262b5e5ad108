import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { answer } from '../../runs/checkpoints'
import { answers, dies, ran, says } from '../../testing/scripts'
import { eventsOf, sim, startTestApp, type TestApp } from '../../testing/test-app'

const child = (name: string, body: string, more = '') =>
  `export const meta = { name: '${name}', description: 'd'${more} }\n${body}`

const files = {
  'a.txt': 'alpha\n',
  '.claude/workflows/greet.js': child(
    'greeter',
    `const argsAreOwn = args.name
phase('Greeting')
const said = await agent(${says('hello')}, { label: 'greet' })
return { said, name: argsAreOwn, meta: meta.name }`,
    `, phases: [{ title: 'Greeting', detail: 'says hello' }]`,
  ),
  '.claude/workflows/deep/broken.js': child('broken', `\nthrow new RangeError('deep down')`),
  '.claude/workflows/not-a-script.js': 'export const meta = { name: "x" ',
  '.claude/workflows/recursive.js': child('recursive', `return await workflow('recursive')`),
  '.claude/workflows/shadows.js': child('shadows', `const agent = 1, phase = 2; return agent + phase`),
  'flows/outside.js': child('outside', `return args === undefined ? 'no args' : args`),
}

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ simulator: { speed: 1 }, files })
})
afterAll(() => app.dispose())

const inWorkspace = (script: string) => ran(app, script, { workspace: app.workspace })
const caught = (call: string) => `try { return await ${call} } catch (error) { return error.message }`

describe('workflow', () => {
  test.each([["'greeter'"], ["'greet'"], ["'greet.js'"], ["{ scriptPath: '.claude/workflows/greet.js' }"]])(
    '%s runs the workflow inline, with its own args, meta and phases',
    async (ref) => {
      const { result, state, journal } = await inWorkspace(
        `phase('Own'); const got = await workflow(${ref}, { name: 'Ada' }); await agent(${says('after')}); return got`,
      )
      expect(result).toEqual({ said: 'hello', name: 'Ada', meta: 'greeter' })
      expect([...state.agents.values()].map(({ phase, scope }) => [phase, scope === ''])).toEqual([
        ['Greeting', false],
        ['Own', true],
      ])
      expect(state.phases.find(({ title }) => title === 'Greeting')).toMatchObject({ detail: 'says hello' })
      expect(eventsOf(journal, 'workflow.entered')).toMatchObject([
        { name: 'greeter', callSite: { line: 2 } },
      ])
      expect(eventsOf(journal, 'workflow.ended')).toMatchObject([{ error: null }])
    },
  )

  test('is found by its path below the folder, and by its bare file name', async () => {
    expect((await inWorkspace(caught(`workflow('deep/broken')`))).result).toBe('deep down')
    expect((await inWorkspace(caught(`workflow('broken.js')`))).result).toBe('deep down')
  })

  test('without args has none, and given a path is read from the workspace', async () => {
    expect((await inWorkspace(`return await workflow({ scriptPath: 'flows/outside.js' })`)).result).toBe(
      'no args',
    )
  })

  test('whose error nobody catches fails the run, and says which workflow threw and where', async () => {
    const { state, journal } = await inWorkspace(`const a = 1\nreturn await workflow('broken')`)
    expect(state.run.error?.message).toMatch(
      /^RangeError: deep down \(in the workflow "broken", line 3, column \d+\)$/,
    )
    expect(state.run.error).toMatchObject({ line: 3 })
    expect(eventsOf(journal, 'workflow.ended')).toMatchObject([
      { error: { message: 'RangeError: deep down', line: 3 } },
    ])
  })

  test.each([
    [`workflow('nowhere')`, /There is no workflow "nowhere"\. There are: .*greeter/],
    [`workflow('not-a-script')`, /not-a-script\.js cannot be run: The script does not parse.*line 1/],
    [`workflow({ scriptPath: '../outside.js' })`, /is outside the workspace/],
    [`workflow({ scriptPath: 'missing.js' })`, /does not exist/],
    [`workflow('recursive')`, /a workflow that was called by another may not call a third/],
    ['workflow()', /takes a name/],
    [`workflow('greeter', { n: 1n })`, /args are not JSON/],
  ])('%s rejects with a sentence that the script can catch', async (call, sentence) => {
    expect((await inWorkspace(caught(call))).result).toMatch(sentence)
  })

  test('by path needs a workspace, and says so', async () => {
    expect((await ran(app, caught(`workflow({ scriptPath: 'a.js' })`))).result).toMatch(/this run has none/)
  })

  test('given as source may call one more, and no further source', async () => {
    const inner = JSON.stringify(
      child('planned', `return [meta.name, await workflow('greet', { name: 'B' })]`),
    )
    expect(
      (await inWorkspace(child('outer', `return await workflow({ script: ${inner} })`))).result,
    ).toMatchObject(['planned', { name: 'B' }])
    const nested = JSON.stringify(child('planned', caught(`workflow({ script: 'x' })`)))
    expect(
      (await inWorkspace(child('outer', `return await workflow({ script: ${nested} })`))).result,
    ).toMatch(/may not call a third/)
  })

  test('may declare the names of primitives, and leaves the caller alone', async () => {
    expect((await inWorkspace(`return [await workflow('shadows'), typeof agent]`)).result).toEqual([
      3,
      'function',
    ])
  })

  test('shares the limits and the budget of its run, and equal calls in it are calls of their own', async () => {
    const { state, journal } = await inWorkspace(
      `await workflow('greet', {}); await workflow('greet', {}); return await agent(${says('hello')})`,
    )
    const keys = eventsOf(journal, 'agent.created').map(({ key }) => key)
    expect(new Set(keys).size).toBe(3)
    expect([...state.agents.values()].map(({ scope }) => scope)).toEqual(['greet#0', 'greet#1', ''])
  })
})

describe('agent.settled', () => {
  test('says how an agent ended, and never rejects for what it lived through', async () => {
    const wrong = JSON.stringify(
      sim(...Array.from({ length: 6 }, () => ({ toolCalls: [{ name: 'answer', input: {} }] }))),
    )
    const { result } = await ran(
      app,
      `const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
return [await agent.settled(${says('fine')}), await agent.settled(${dies()}), await agent.settled(${wrong}, { schema }), await agent.settled(${answers({ n: 1 })}, { schema })]`,
    )
    expect(result).toMatchObject([
      {
        status: 'succeeded',
        value: 'fine',
        failure: null,
        flags: [],
        usage: { outputTokens: expect.any(Number) },
      },
      { status: 'failed', value: null, failure: { kind: 'invalid-request' } },
      {
        status: 'failed',
        value: null,
        failure: { kind: 'schema', message: expect.stringContaining('No answer fitted') },
      },
      { status: 'succeeded', value: { n: 1 }, costUsd: expect.any(Number) },
    ])
  })

  test('tells of flags, and still throws at the cap of agents', async () => {
    const { result } = await ran(
      app,
      `const first = await agent.settled(${JSON.stringify(`much ${sim({ fault: { kind: 'empty' } })}`)})
try { await agent.settled('more') } catch (error) { return [first.status, first.flags.map((flag) => flag.kind), error.message] }`,
      { limits: { agents: 1 } },
    )
    expect(result).toEqual(['flagged', ['empty'], expect.stringContaining('limit of 1 agents')])
  })

  test('counts equal prompts together with plain calls', async () => {
    const { journal } = await ran(
      app,
      `return [await agent(${says('x')}), (await agent.settled(${says('x')})).value]`,
    )
    const keys = eventsOf(journal, 'agent.created').map(({ key }) => key.split(':'))
    expect(keys[0]?.[1]).toBe(keys[1]?.[1])
    expect(keys.map((key) => key[2])).toEqual(['0', '1'])
  })
})

describe('failIf', () => {
  test('makes an answer null and its agent failed, once', async () => {
    const { result, state, journal, notes } = await ran(
      app,
      `const failIf = (answer) => answer.includes('bad')
return [await agent(${says('bad luck')}, { failIf }), await agent(${says('good')}, { failIf }), await agent.settled(${says('bad too')}, { failIf: async (one) => one.length > 1 })]`,
    )
    expect(result).toMatchObject([
      null,
      'good',
      { status: 'failed', value: null, failure: { kind: 'rejected' } },
    ])
    expect(state.agents.get('a1')).toMatchObject({
      status: 'failed',
      failure: { kind: 'rejected', message: 'The script did not accept this answer (failIf).' },
    })
    expect(state.outcomeCounts).toMatchObject({ succeeded: 1, failed: 2 })
    expect(state.totals.agents).toMatchObject({ succeeded: 1, failed: 2 })
    expect(state.run).toMatchObject({
      status: 'failed',
      reason: '1 of 3 agents succeeded; at least 50 % were requested',
    })
    expect(eventsOf(journal, 'agent.rejected')).toHaveLength(2)
    expect(notes).toEqual([])
  })

  test('that throws turns the answer down with a note, and one that is no function is ignored with a note', async () => {
    const { result, notes } = await ran(
      app,
      `return [await agent(${says('a')}, { failIf: (one) => one.missing.deep }), await agent(${says('b')}, { failIf: 'yes' })]`,
    )
    expect(result).toEqual([null, 'b'])
    expect(notes).toEqual(
      [expect.stringContaining('failIf is not a function'), expect.stringMatching(/failIf threw/)].reverse(),
    )
  })

  test('is not asked about an agent that died', async () => {
    const { result, state } = await ran(
      app,
      `return await agent(${dies()}, { failIf: () => { throw new Error('asked') } })`,
    )
    expect(result).toBeNull()
    expect(state.agents.get('a1')).toMatchObject({ failure: { kind: 'invalid-request' } })
  })
})

describe('budget.usd', () => {
  test('tells the cap, what is spent and what remains, in dollars', async () => {
    const { result, state } = await ran(
      app,
      `const before = [budget.usd.total, budget.usd.spent(), budget.usd.remaining()]
await agent(${says('x')})
return { before, spent: budget.usd.spent(), remaining: budget.usd.remaining() }`,
      { limits: { usd: 2 } },
    )
    const spent = state.totals.spentNanoUsd / 1e9
    expect(result).toEqual({ before: [2, 0, 2], spent, remaining: expect.closeTo(2 - spent, 9) })
    const open = await ran(app, 'return [budget.usd.total, budget.usd.remaining() === Infinity]', {
      limits: { usd: null },
    })
    expect(open.result).toEqual([null, true])
  })
})

describe('patterns', () => {
  test('mapReduce reduces what came back and is told what was lost', async () => {
    const { result } = await ran(
      app,
      `return await patterns.mapReduce([1, 2, 3], (item) => item === 2 ? agent(${dies()}) : agent('n' + item + ${says('x')}), (answers, { asked, lost }) => ({ answers, asked, lost }))`,
    )
    expect(result).toEqual({ answers: ['x', 'x'], asked: 3, lost: 1 })
  })

  test('verify confirms or refutes by more than half of all votes, and a dead checker leaves it unverified', async () => {
    const { result } = await ran(
      app,
      `const ask = (votes) => patterns.verify('claim', (claim, at) => votes[at], { votes: votes.length }).then((one) => one.verdict)
return [await ask([true]), await ask([false]), await ask([null]), await ask([true, true, null]), await ask([true, null, null]), await ask([{ confirmed: false }, false, true]), await ask([true, false]),
  (await patterns.verify('c', () => agent(${dies()}))).verdict, (await patterns.verify('c', () => { throw 1 })).verdict]`,
    )
    expect(result).toEqual([
      'confirmed',
      'refuted',
      'unverified',
      'confirmed',
      'unverified',
      'refuted',
      'unverified',
      'unverified',
      'unverified',
    ])
  })

  test('judge takes the best mean, and who got no score cannot win', async () => {
    const { result } = await ran(
      app,
      `return [await patterns.judge(['a', 'b', 'c'], (one, index, judge) => one === 'c' ? null : { score: index + judge }, { judges: 2 }), await patterns.judge(['x'], () => null)]`,
    )
    expect(result).toEqual([
      { winner: 'b', index: 1, score: 1.5, scores: [0.5, 1.5, null] },
      { winner: null, index: null, score: null, scores: [null] },
    ])
  })

  test('untilDry stops after rounds that bring nothing new, and a dead round is not a dry one', async () => {
    const { result } = await ran(
      app,
      `const rounds = [['a', 'b'], null, ['b', 'c'], ['a'], null, ['c']]
return [await patterns.untilDry((at) => rounds[at]), await patterns.untilDry((at) => [{ id: at }], { maxRounds: 3, key: (one) => one.id })]`,
    )
    expect(result).toEqual([
      { items: ['a', 'b', 'c'], rounds: 6, isDry: true },
      { items: [{ id: 0 }, { id: 1 }, { id: 2 }], rounds: 3, isDry: false },
    ])
  })

  test('gate asks the critic only when every check passed', async () => {
    const { result } = await ran(
      app,
      `const asked = []
const critic = () => { asked.push('critic'); return 'too long' }
return [await patterns.gate('v', [() => true, () => 'tests fail', () => asked.push('never')], critic), await patterns.gate('v', [() => true], critic), await patterns.gate('v', [async () => true]), await patterns.gate('v', [() => agent(${dies()})]), asked]`,
    )
    expect(result).toEqual([
      { passed: false, failedAt: 1, reason: 'tests fail', value: 'v' },
      { passed: false, failedAt: 'critic', reason: 'too long', value: 'v' },
      { passed: true, failedAt: null, reason: null, value: 'v' },
      { passed: false, failedAt: 0, reason: 'it gave no answer', value: 'v' },
      ['critic'],
    ])
  })
})

describe('checkpoint', () => {
  const opened = (runId: string, count = 1) =>
    app.until(runId, (_, state) => state.checkpoints.length >= count)

  test('waits for a person without holding up its siblings, and keeps the run running', async () => {
    const runId = await app.launch(
      `return await parallel([() => checkpoint({ title: 'Go on?', detail: 'It costs.' }), () => agent(${says('meanwhile')})])`,
    )
    await app.until(runId, ({ event }) => event.type === 'agent.ended')
    const { run, checkpoints } = await app.state(runId)
    expect(run.status).toBe('running')
    expect(checkpoints).toMatchObject([
      {
        checkpointId: 'c1',
        status: 'open',
        title: 'Go on?',
        detail: 'It costs.',
        input: null,
        dueAt: null,
        scope: '',
      },
    ])
    expect((await app.app.overview.read()).needsPerson).toMatchObject([
      {
        runId,
        simulated: false,
        kind: 'checkpoint',
        checkpointId: 'c1',
        question: { kind: 'question', title: 'Go on?', detail: 'It costs.', dueAt: null, isYesNo: true },
      },
    ])
    await answer(app.app, runId, 'c1', true, person('ada'))
    const state = await app.ended(runId)
    expect(await app.result(runId)).toEqual([true, 'meanwhile'])
    expect(state.checkpoints).toMatchObject([
      { status: 'answered', value: true, by: 'person', actor: person('ada') },
    ])
    expect((await app.app.overview.read()).needsPerson).toEqual([])
  })

  test('checks an answer against its schema, and is answered once', async () => {
    const runId = await app.launch(
      `return await checkpoint({ title: 'Which?', input: { type: 'object', properties: { pick: { enum: ['a', 'b'] } }, required: ['pick'] } })`,
    )
    await opened(runId)
    await expect(answer(app.app, runId, 'c1', { pick: 'z' }, person('ada'))).rejects.toMatchObject({
      kind: 'bad-request',
      errors: [{ path: 'answer.pick' }],
    })
    await expect(answer(app.app, runId, 'c9', true, person('ada'))).rejects.toMatchObject({
      kind: 'not-found',
    })
    const both = await Promise.allSettled([
      answer(app.app, runId, 'c1', { pick: 'a' }, person('ada')),
      answer(app.app, runId, 'c1', { pick: 'b' }, person('bob')),
    ])
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(both[1]).toMatchObject({
      reason: { kind: 'conflict', message: expect.stringMatching(/already answered by ada at 2/) },
    })
    await app.ended(runId)
    expect(await app.result(runId)).toEqual({ pick: 'a' })
    await expect(answer(app.app, runId, 'c1', { pick: 'b' }, person('bob'))).rejects.toMatchObject({
      kind: 'conflict',
    })
  })

  test('without a schema takes yes or no only', async () => {
    const runId = await app.launch(`return await checkpoint('Sure?')`)
    await opened(runId)
    await expect(answer(app.app, runId, 'c1', 'yes', person('ada'))).rejects.toMatchObject({
      kind: 'bad-request',
    })
    await answer(app.app, runId, 'c1', false, person('ada'))
    await app.ended(runId)
    expect(await app.result(runId)).toBe(false)
  })

  test('whose time runs out answers with its default, and rejects without one', async () => {
    const { result, state } = await ran(
      app,
      `const first = await checkpoint({ title: 'A', timeoutMs: 1, default: { go: 'on' } })
try { await checkpoint({ title: 'B', timeoutMs: 20 }) } catch (error) { return [first, error.message] }`,
    )
    expect(result).toEqual([{ go: 'on' }, 'Question "B" timed out and has no default.'])
    expect(state.checkpoints).toMatchObject([
      { status: 'answered', by: 'default', actor: null },
      { status: 'unanswered' },
    ])
  })

  test('with a schema that cannot be used, or without a title, rejects', async () => {
    const { result } = await ran(
      app,
      `const said = []
for (const bad of [{ title: 'x', input: { type: 'nonsense' } }, {}, null, { title: 7 }]) { try { await checkpoint(bad) } catch (error) { said.push(error.message) } }
return said`,
    )
    expect(result).toEqual([
      expect.stringContaining('The schema of this checkpoint() call cannot be used'),
      ...Array(3).fill('checkpoint() takes { title, detail, input?, timeoutMs?, default? }'),
    ])
  })

  test('left open by a run that ends is closed, and takes no answer', async () => {
    const { runId, state } = await ran(app, `checkpoint('Late?'); return await agent(${says('x')})`)
    expect(state.checkpoints).toMatchObject([{ status: 'unanswered' }])
    await expect(answer(app.app, runId, 'c1', true, person('ada'))).rejects.toMatchObject({
      kind: 'conflict',
    })
  })

  test('is still asked after a crash, and its answer counts', async () => {
    const own = await startTestApp()
    try {
      const runId = await own.launch(
        `const yes = await checkpoint({ title: 'Go?' }); return [yes, await agent(${says('went')})]`,
      )
      await own.restart({ runId, when: ({ event }) => event.type === 'checkpoint.opened' })
      await answer(own.app, runId, 'c1', true, person('ada'))
      const state = await own.ended(runId)
      expect(await own.result(runId)).toEqual([true, 'went'])
      expect(state.checkpoints).toHaveLength(1)
    } finally {
      await own.dispose()
    }
  })
})
