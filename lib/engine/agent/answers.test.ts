import { describe, expect, test } from 'vitest'
import type { Json } from '@/lib/core/base/json'
import { harnessPerTest } from '../testing/per-test'
import { answers, calls, conversations, fails, says, stops } from '../testing/replies'
import type { Reply } from '../testing/scripted-provider'
import { workspace } from '../testing/scripted-surroundings'

const open = harnessPerTest()

const schema = {
  type: 'object',
  properties: { size: { type: 'integer' } },
  required: ['size'],
  additionalProperties: false,
}
const ask = (options: { [key: string]: Json } = {}, prompt = 'ask') =>
  `agent(${JSON.stringify(prompt)}, ${JSON.stringify(options)})`
const asking = (...turns: Reply[]) => ({ reply: conversations({ ask: turns }) })
const thrown = (call: string) => `try { return await ${call} } catch (error) { return String(error) }`

describe('an agent without a schema', () => {
  test('answers with its final text, which is its preview, and costs what it used', async () => {
    const own = open(asking(says('forty-two', 10, { inputTokens: 1000, outputTokens: 2000 })))
    const runId = await own.launch(`log('begins')\nreturn ${ask()}`)
    const state = await own.ended(runId)
    expect(await own.result(runId)).toBe('forty-two')
    expect(state.agents.get('a1')).toMatchObject({
      status: 'succeeded',
      turns: 1,
      preview: 'forty-two',
      model: 'claude-sonnet-5-5',
      requestedModel: null,
      flags: [],
    })
    expect(state.log.map(({ message }) => message)).toEqual(['begins'])
    // Sonnet: $2 a million in, $10 out.
    expect(state.totals).toMatchObject({ spentNanoUsd: 22_000_000, reservedNanoUsd: 0, unsettledNanoUsd: 0 })
    await own.checkRows(runId)
  })

  test('whose answer is long keeps all of it, and a short preview', async () => {
    const text = 'word '.repeat(400)
    const own = open(asking(says(text)))
    const runId = await own.launch(`return ${ask()}`)
    const state = await own.ended(runId)
    expect(await own.result(runId)).toBe(text)
    expect(state.agents.get('a1')?.preview.length).toBeLessThanOrEqual(240)
  })

  test.each([
    ['truncated', 'model_context_window_exceeded', 'half', "The model's context window was full."],
    ['empty', 'end_turn', '  ', 'The model returned an empty answer.'],
    ['refused', 'refusal', 'No.', 'claude-sonnet-5-5 declined to answer.'],
    ['incomplete', 'tired', 'so far', /^The model stopped for an unknown reason: tired\./],
  ] as const)(
    'that is %s (%s) ends flagged, and the script gets what there is',
    async (kind, stop, text, reason) => {
      const own = open(asking(stops(stop, text)))
      const runId = await own.launch(`return ${ask()}`)
      const state = await own.ended(runId)
      const expected = typeof reason === 'string' ? reason : expect.stringMatching(reason)
      expect(state.agents.get('a1')).toMatchObject({ status: 'flagged', flags: [{ kind, reason: expected }] })
      expect(await own.result(runId)).toBe(text)
      expect(state.run.status).toBe('completed')
      expect(state.outcomeCounts).toMatchObject({ flagged: 1, succeeded: 0 })
      expect(own.sent).toHaveLength(1)
    },
  )

  test('that stopped for an unknown reason beside a call has its call run', async () => {
    const stopped = calls(['look', {}])
    const odd = { ...stopped, stopReason: 'tired' }
    const own = open({ ...asking(odd, says('done')), tools: { look: () => 'seen' } })
    const runId = await own.launch(`return ${ask()}`, { workspace })
    const state = await own.ended(runId)
    expect(await own.told(runId)).toEqual(['ask', 'seen'])
    expect(await own.result(runId)).toBe('done')
    // The flag would be of that answer, and that one was none.
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', flags: [] })
  })

  test('goes on after a pause of the turn, with a word where it cannot go on by itself', async () => {
    const own = open(asking(stops('pause_turn', 'first half'), says('the rest')))
    const runId = await own.launch(`return ${ask()}`)
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({ status: 'succeeded', turns: 2 })
    expect(own.sent[1]?.heard).toBe('Go on.')
  })

  test('goes on from its message as it is where the pause was in a tool of the server', async () => {
    const searching: Reply = {
      kind: 'turn',
      content: [{ type: 'server_tool_use', id: 's1', name: 'web_search', input: {} }],
      stopReason: 'pause_turn',
      usage: {},
      afterMs: 5,
    }
    const own = open(asking(searching, says('found')))
    const runId = await own.launch(`return ${ask()}`)
    await own.ended(runId)
    expect(await own.result(runId)).toBe('found')
    expect(own.sent[1]?.request.messages.map(({ role }) => role)).toEqual(['user', 'assistant'])
  })

  test('that asks for nothing is sent a space, since the API refuses an empty text', async () => {
    const own = open()
    await own.ended(await own.launch(`return ${ask({}, '')}`))
    expect(own.sent.map(({ prompt }) => prompt)).toEqual([' '])
  })

  test('fails when it has nothing to show after its turns and one more, in which it was told to answer', async () => {
    const own = open({ ...asking(calls(['look', {}])), tools: { look: () => 'seen' } })
    const runId = await own.launch(`return ${ask({ maxTurns: 3 })}`, { workspace })
    const state = await own.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({
      status: 'failed',
      turns: 4,
      failure: { kind: 'max-turns', message: 'The agent did not finish within 3 turns.' },
    })
    expect(await own.result(runId)).toBeNull()
  })
})

describe('an agent with a schema', () => {
  test('answers with a value that fits, through a tool, and its conversation ends with a thanks', async () => {
    const own = open(asking(answers({ size: 3 })))
    const runId = await own.launch(`return ${ask({ schema })}`)
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual({ size: 3 })
    expect(await own.told(runId)).toEqual(['ask', 'Thank you.'])
    expect(own.sent[0]?.request.tools.map(({ name }) => name)).toEqual(['flag', 'answer'])
    expect(state.agents.get('a1')?.preview).toBe('{"size":3}')
  })

  test('is told what does not fit, place by place, and may correct it', async () => {
    const own = open(
      asking(answers({ size: 'large' }), answers({ size: 1, more: true }), answers({ size: 7 })),
    )
    const runId = await own.launch(`return ${ask({ schema })}`)
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({ status: 'succeeded', turns: 3 })
    expect(await own.result(runId)).toEqual({ size: 7 })
    const [, first, second] = await own.told(runId)
    expect(first).toMatch(/^The answer was not accepted.*\n- \/size must be integer/)
    expect(second).toMatch(/more/)
  })

  test('that never fits throws in the script after five answers, no sooner and no later', async () => {
    const own = open(asking(answers({ size: 'large' })))
    const runId = await own.launch(thrown(ask({ schema })))
    const state = await own.ended(runId)
    expect(await own.result(runId)).toMatch(/No answer fitted the schema in 5 attempts/)
    expect(state.agents.get('a1')).toMatchObject({ status: 'failed', turns: 5, failure: { kind: 'schema' } })
    expect(own.sent).toHaveLength(5)
  })

  test('that fits at the fifth answer has answered', async () => {
    const bad = answers({ size: 'large' })
    const own = open(asking(bad, bad, bad, bad, answers({ size: 5 })))
    const runId = await own.launch(`return ${ask({ schema })}`)
    await own.ended(runId)
    expect(await own.result(runId)).toEqual({ size: 5 })
  })

  test('keeps all its raw answers in the conversation', async () => {
    const wrong = [0, 1, 2, 3, 4].map((at) => answers({ size: `wrong ${at}` }))
    const own = open(asking(...wrong))
    const runId = await own.launch(thrown(ask({ schema })))
    await own.ended(runId)
    const inputs = (await own.store.loadMessages(runId, 'a1')).flatMap(({ message }) =>
      message.content.flatMap((block) => (block.type === 'tool_use' ? [block.input] : [])),
    )
    expect(inputs).toEqual([0, 1, 2, 3, 4].map((at) => ({ size: `wrong ${at}` })))
    expect((await own.told(runId)).slice(1)).toEqual(
      Array(5).fill(expect.stringContaining('/size must be integer')),
    )
  })

  test.each([
    ['talks', says('I think it is three.'), 'the tool `answer` was not called'],
    ['says nothing at all', says(''), 'the tool `answer` was not called'],
  ])('that %s instead of answering is asked for its answer, and that counts', async (_, first, word) => {
    const own = open(asking(first, answers({ size: 1 })))
    const runId = await own.launch(`return ${ask({ schema })}`)
    await own.ended(runId)
    expect(await own.result(runId)).toEqual({ size: 1 })
    expect((await own.told(runId))[1]).toContain(word)
    const never = open(asking(first))
    const failing = await never.launch(thrown(ask({ schema })))
    expect((await never.ended(failing)).agents.get('a1')).toMatchObject({
      failure: { kind: 'schema' },
      turns: 5,
    })
  })

  test('that says nothing is sent again with a word in the place of its silence', async () => {
    const own = open(asking(says(''), answers({ size: 1 })))
    await own.ended(await own.launch(`return ${ask({ schema })}`))
    expect(own.sent[1]?.request.messages[1]).toEqual({
      role: 'assistant',
      content: [{ type: 'text', text: '(no answer)' }],
    })
  })

  test('whose model declines fails as refused, and is not asked again', async () => {
    const own = open(asking(stops('refusal', '')))
    const runId = await own.launch(`return ${ask({ schema })}`)
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({
      failure: { kind: 'refusal' },
      turns: 1,
    })
    expect(await own.result(runId)).toBeNull()
  })

  test('whose call is no JSON object is told so, and of the answer tool that counts as an answer', async () => {
    const own = open(asking(answers('{"size'), answers({ size: 2 })))
    const runId = await own.launch(`return ${ask({ schema })}`)
    await own.ended(runId)
    expect(await own.result(runId)).toEqual({ size: 2 })
    expect((await own.told(runId))[1]).toMatch(
      /^The answer was not accepted: the input of this call was no JSON object:/,
    )
    const never = open(asking(answers('{"size')))
    const failing = await never.launch(thrown(ask({ schema })))
    expect((await never.ended(failing)).agents.get('a1')).toMatchObject({
      failure: { kind: 'schema' },
      turns: 5,
    })
  })

  test('whose schema is no object answers under `value`, and a bad one is told its place there', async () => {
    const list = { type: 'array', items: { type: 'integer' }, minItems: 1 }
    const own = open(asking(answers({ value: [1, 'two'] }), answers({ value: [1, 2] })))
    const runId = await own.launch(`return ${ask({ schema: list })}`)
    await own.ended(runId)
    expect(await own.result(runId)).toEqual([1, 2])
    expect((await own.told(runId))[1]).toMatch(/\/value\/1 must be integer/)
  })

  test('of which there is much to complain is told twenty complaints and how many more', async () => {
    let checks = 0
    const own = open({
      ...asking(answers({ size: 1 })),
      schemas: {
        checkSchema: async () => [],
        check: async () =>
          checks++ > 0
            ? []
            : Array.from({ length: 30 }, (_, at) => ({ path: `/p${at}`, message: 'is wrong' })),
      },
    })
    const runId = await own.launch(`return ${ask({ schema })}`)
    await own.ended(runId)
    const said = (await own.told(runId))[1] ?? ''
    expect(said.split('\n').filter((line) => line.startsWith('- /'))).toHaveLength(20)
    expect(said).toContain('- and 10 more')
  })

  test('that has to be a workflow is tried, and what keeps it from running is a complaint', async () => {
    const tried: string[] = []
    const own = open({
      ...asking(answers({ script: 'bad' }), answers({ script: 'good' })),
      checkWorkflow: async (script) => {
        tried.push(script)
        return script === 'bad' ? ['It throws at line 3.'] : []
      },
    })
    const plan = { type: 'object', properties: { script: { type: 'string' } }, required: ['script'] }
    const runId = await own.launch(`return ${ask({ schema: plan, check: 'workflow' })}`)
    await own.ended(runId)
    expect(tried).toEqual(['bad', 'good'])
    expect((await own.told(runId))[1]).toContain('- /script It throws at line 3.')
    expect(await own.result(runId)).toEqual({ script: 'good' })
  })

  test('that has to be a workflow and has no script in it is taken as its schema says', async () => {
    const own = open({
      ...asking(answers({ other: 1 })),
      checkWorkflow: async () => ['never asked'],
    })
    const runId = await own.launch(`return ${ask({ schema: { type: 'object' }, check: 'workflow' })}`)
    await own.ended(runId)
    expect(await own.result(runId)).toEqual({ other: 1 })
  })
})

describe('a flag', () => {
  const flag = ['flag', { kind: 'uncertain', reason: 'half of it is guessed' }] as const

  test('may be raised apart from the answer, or beside it', async () => {
    const own = open({
      reply: conversations({
        apart: [calls(flag), answers({ size: 1 })],
        together: [calls(flag, ['answer', { size: 2 }])],
      }),
    })
    const runId = await own.launch(
      `return [await ${ask({ schema }, 'apart')}, await ${ask({ schema }, 'together')}]`,
    )
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual([{ size: 1 }, { size: 2 }])
    for (const id of ['a1', 'a2'])
      expect(state.agents.get(id)).toMatchObject({
        status: 'flagged',
        flags: [{ kind: 'uncertain', reason: 'half of it is guessed' }],
      })
    expect(await own.told(runId)).toEqual(['apart', 'Noted.', 'Thank you.'])
  })

  test('that says neither kind nor reason is told how it is raised, and flags nothing', async () => {
    const own = open(asking(calls(['flag', { kind: 'bored' }]), answers({ size: 1 })))
    const runId = await own.launch(`return ${ask({ schema })}`)
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({ status: 'succeeded', flags: [] })
    expect((await own.told(runId))[1]).toContain('`flag` takes `kind`')
  })

  test('outlives a kill between its turn and the answer', async () => {
    const own = open(asking(calls(flag), answers({ size: 1 })))
    const runId = await own.launch(`return ${ask({ schema })}`)
    await own.killedAfter(({ type }) => type === 'flag.raised')
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({
      status: 'flagged',
      flags: [{ kind: 'uncertain' }],
    })
    expect(await own.events(runId, 'flag.raised')).toHaveLength(1)
    await own.checkRows(runId)
  })
})

test.each(['turn.committed', 'tool.started', 'tool.ended'] as const)(
  'an answer that was given is never asked for again, when the server dies after %s',
  async (type) => {
    const own = open(asking(answers({ size: 4 })))
    const runId = await own.launch(`return ${ask({ schema })}`)
    await own.killedAfter((event) => event.type === type)
    await own.ended(runId)
    expect(await own.result(runId)).toEqual({ size: 4 })
    expect(own.sent).toHaveLength(1)
    expect(await own.told(runId)).toEqual(['ask', 'Thank you.'])
  },
)

test('a failure that no retry mends gives null, and the run says how many failed', async () => {
  const own = open({ reply: conversations({ bad: [fails('invalid-request')] }) })
  const runId = await own.launch(`return parallel([() => agent('bad'), () => agent('good')])`)
  const state = await own.ended(runId)
  expect(await own.result(runId)).toEqual([null, 're: good'])
  expect(state.run).toMatchObject({ status: 'completed-with-failures', reason: '1 of 2 agents failed' })
})
