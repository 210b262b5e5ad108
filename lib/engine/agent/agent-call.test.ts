import { describe, expect, test } from 'vitest'
import type { AgentType } from '@/lib/core/agent/agent-type'
import { noPhaseLimits } from '@/lib/core/spec/phase-settings'
import { defaultLimits, noAgentLimits, type RunSpec } from '@/lib/core/spec/run'
import { harnessPerTest } from '../testing/per-test'
import { workspace } from '../testing/scripted-surroundings'

const open = harnessPerTest()

const unset = { model: null, effort: null, speed: null, delivery: null, maxTokens: null }
const meta = `export const meta = { name: 'w', description: 'd', phases: [{ title: 'deep', model: 'opus' }] }\n`
const phases: RunSpec['phases'] = [{ title: 'deep', detail: null, model: 'opus' }]

describe('the model of a call', () => {
  test('is that of its options, its phase or its run, in that order', async () => {
    const own = open()
    const runId = await own.launch(
      `${meta}await agent('a'); await agent('b', { phase: 'deep' }); await agent('c', { phase: 'deep', model: 'claude-opus-4-8' })
return agent('d', { model: 'inherit', effort: 'low' })`,
      { model: 'claude-haiku-5-5', phases },
    )
    const state = await own.ended(runId)
    expect([...state.agents.values()].map(({ model, requestedModel }) => [model, requestedModel])).toEqual([
      ['claude-haiku-5-5', null],
      ['claude-opus-5-5', 'opus'],
      ['claude-opus-4-8', 'claude-opus-4-8'],
      ['claude-haiku-5-5', 'inherit'],
    ])
    expect(own.sent.map(({ request }) => request.effort)).toEqual([null, null, null, 'low'])
  })

  test('is what the launcher said of its phase, whatever the call asks for', async () => {
    const own = open()
    const runId = await own.launch(
      `return agent('a', { phase: 'deep', model: 'opus', effort: 'low', maxTokens: 9000 })`,
      {
        phaseSettings: {
          deep: { ...unset, model: 'claude-haiku-5-5', effort: 'max', maxTokens: 2000 },
        },
      },
    )
    await own.ended(runId)
    const { spec } = (await own.store.loadAgent(runId, 'a1')) ?? {}
    expect(spec?.options).toMatchObject({ model: 'claude-haiku-5-5', effort: 'max', maxTokens: 2000 })
  })

  test('that was not allowed is that of the run, and the run says so once', async () => {
    const own = open()
    const runId = await own.launch(
      `for (const n of [1, 2]) await agent('a' + n, { model: 'opus' }); return agent('b', { model: 'haiku' })`,
      {
        models: ['claude-haiku-5-5'],
      },
    )
    const state = await own.ended(runId)
    expect([...state.agents.values()].map(({ model }) => model)).toEqual([
      'claude-sonnet-5-5',
      'claude-sonnet-5-5',
      'claude-haiku-5-5',
    ])
    expect(state.log.map(({ message }) => message)).toEqual([
      'claude-opus-5-5 is not allowed in this run; claude-sonnet-5-5 is used instead',
    ])
  })

  test('that was not allowed to scripts may be set by the launcher', async () => {
    const own = open()
    const runId = await own.launch(`return agent('a', { phase: 'deep' })`, {
      models: ['claude-haiku-5-5'],
      phaseSettings: { deep: { ...unset, model: 'opus' } },
    })
    expect((await own.ended(runId)).agents.get('a1')?.model).toBe('claude-opus-5-5')
  })

  describe('that nobody has a price for', () => {
    const script = `return [await agent('a1', { model: 'claude-nobody-9' }), await agent('a2', { model: 'claude-nobody-9' }), await agent('a3')]`
    const uncapped = { ...defaultLimits, nanoUsd: null }
    const noted = [expect.stringContaining('The price of claude-nobody-9 is unknown')]

    test('is asked where no dollars are capped, and the run says what that means, once', async () => {
      const own = open()
      const state = await own.ended(await own.launch(script, { limits: uncapped }))
      expect(state.log.map(({ message }) => message)).toEqual(noted)
      expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', costNanoUsd: null })
    })

    test.each([
      ['the run’s', defaultLimits, "the run's cap of $5"],
      [
        'its phase’s',
        { ...uncapped, phases: { deep: { ...noPhaseLimits, nanoUsd: 1e9 } } },
        'the “deep” phase',
      ],
      ['its own', { ...uncapped, perAgent: { ...noAgentLimits, nanoUsd: 2e9 } }, 'its own limit of $2'],
    ])('is not asked under %s cap in dollars, says so, and spends nothing', async (_, limits, cap) => {
      const own = open()
      const runId = await own.launch(`phase('deep'); ${script}`, { limits })
      const state = await own.ended(runId)
      expect(own.sent.map(({ request }) => request.model)).toEqual(['claude-sonnet-5-5'])
      expect(await own.result(runId)).toEqual([null, null, expect.any(String)])
      expect(state.outcomeCounts).toMatchObject({ succeeded: 1, failed: 2 })
      expect(state.agents.get('a1')?.failure).toMatchObject({
        kind: 'no-price',
        message: expect.stringContaining(cap),
      })
    })
  })

  test('that cannot be had any more refuses the call, and makes no agent', async () => {
    const own = open()
    own.clock.skip(7 * 86_400_000)
    const runId = await own.launch(
      `try { await agent('a', { model: 'claude-sonnet-4-5' }) } catch (error) { return error.message }`,
    )
    const state = await own.ended(runId)
    expect(await own.result(runId)).toContain('claude-sonnet-4-5')
    expect(state.agents.size).toBe(0)
    expect(own.sent).toEqual([])
  })
})

describe('how a call is delivered', () => {
  test('is said by the call, its phase or the run; the dialect calls what is no batch standard', async () => {
    const own = open()
    const runId = await own.launch(
      `await agent('a'); await agent('b', { delivery: 'standard' }); return agent('c', { delivery: 'live', phase: 'deep' })`,
      { delivery: 'batch', phaseSettings: { deep: { ...unset, delivery: 'batch' } } },
    )
    const state = await own.ended(runId)
    expect([...state.agents.values()].map(({ delivery }) => delivery)).toEqual(['batch', 'live', 'batch'])
    expect(own.sent.map(({ inBatch }) => inBatch)).toEqual([true, false, true])
  })

  test('makes no other call of it: live and in batches it has the same key', async () => {
    const own = open()
    const keys: string[][] = []
    for (const delivery of ['live', 'batch'] as const) {
      const runId = await own.launch(`return [await agent('a'), await agent('b')]`, { delivery })
      await own.ended(runId)
      keys.push((await own.store.loadAgents(runId)).map(({ spec }) => spec.key))
    }
    expect(keys[1]).toEqual(keys[0])
  })

  test('in a batch is never fast, and the run says so', async () => {
    const own = open()
    const runId = await own.launch(`return agent('a', { model: 'opus' })`, {
      delivery: 'batch',
      speed: 'fast',
    })
    const state = await own.ended(runId)
    expect(own.sent[0]?.request.speed).toBe('standard')
    expect(state.log.map(({ message }) => message)).toContain(
      'Batches have no fast mode; these agents run at standard speed',
    )
  })
})

describe('a call', () => {
  test('that is made twice is two calls', async () => {
    const own = open()
    const runId = await own.launch(`return [await agent('same'), await agent('same')].length`)
    const state = await own.ended(runId)
    expect(state.outcomeCounts.succeeded).toBe(2)
    const keys = (await own.events(runId, 'agent.created')).map(({ key }) => key)
    expect(new Set(keys).size).toBe(2)
  })

  test.each([
    ['its prompt', `agent('other')`, {}],
    ['its model', `agent('same', { model: 'opus' })`, {}],
    ['its effort', `agent('same', { effort: 'low' })`, {}],
    ['its schema', `agent.settled('same', { schema: { type: 'object' } })`, {}],
    ['its tools', `agent('same', { tools: ['look'] })`, { workspace }],
    ['the files it may look at', `agent('same')`, { workspace: { ...workspace, revision: 'r2' } }],
    ['its agent type', `agent('same', { agentType: 'poet' })`, {}],
    ['its isolation', `agent('same', { isolation: 'worktree' })`, {}],
    ['that it may spawn', `agent('same', { spawn: true })`, {}],
  ])('is another one by %s', async (_, other, spec) => {
    const poet: AgentType = {
      name: 'poet',
      description: 'd',
      tools: null,
      model: null,
      instructions: 'Rhyme.',
    }
    const own = open({ types: { poet }, tools: { look: () => '', read: () => '' } })
    const plain = await own.launch(`return agent('same')`, 'workspace' in spec ? { workspace } : {})
    await own.ended(plain)
    const changed = await own.launch(`return ${other}`, spec)
    await own.ended(changed)
    const [before, after] = await Promise.all([own.store.loadAgents(plain), own.store.loadAgents(changed)])
    expect(after[0]?.spec.key).not.toBe(before[0]?.spec.key)
  })

  test.each([
    ['its label', `agent('same', { label: 'mine' })`],
    ['its limits', `agent('same', { limits: { usd: 1 }, maxTokens: 2000, maxTurns: 4, retries: 1 })`],
    ['its time', `agent('same', { timeoutMs: 60000, stallMs: 9000 })`],
    ['its phase', `agent('same', { phase: 'Later' })`],
  ])('is the same by %s, so that a fork need not buy it again', async (_, other) => {
    const own = open()
    const keys: (string | undefined)[] = []
    for (const call of [`agent('same')`, other]) {
      const runId = await own.launch(`return ${call}`)
      await own.ended(runId)
      keys.push((await own.store.loadAgents(runId))[0]?.spec.key)
    }
    expect(keys[1]).toBe(keys[0])
  })

  test('without a label has its first line as one', async () => {
    const own = open()
    const runId = await own.launch(
      `await agent('  First line\\nsecond'); await agent(' '); return agent('${'long '.repeat(30)}')`,
    )
    const labels = [...(await own.ended(runId)).agents.values()].map(({ label }) => label)
    expect(labels.slice(0, 2)).toEqual(['First line', 'agent'])
    expect(labels[2]?.length).toBeLessThanOrEqual(60)
  })

  test('forty times with odd options is told of each of them once', async () => {
    const own = open()
    const options = { colour: 'red', timeoutMs: 'soon', isolation: 'worktree', speed: 'fast' }
    const runId = await own.launch(
      `return parallel(Array.from({ length: 40 }, (_, at) => () => agent('q' + at, ${JSON.stringify(options)})))`,
    )
    const state = await own.ended(runId)
    expect(state.outcomeCounts.succeeded).toBe(40)
    expect(state.log.map(({ message }) => message)).toEqual([
      'agent() option `colour` is not known here and was ignored',
      'agent() timeoutMs "soon" was ignored: it takes a number of milliseconds, at most a week',
      "agent() isolation 'worktree': agents here only read, so no worktree is made",
      'claude-sonnet-5-5 has no fast mode; its agents run at standard speed and price',
    ])
  })
})

describe('an agent type', () => {
  const reviewer: AgentType = {
    name: 'reviewer',
    description: 'reviews',
    tools: ['read', 'Bash'],
    model: 'haiku',
    instructions: 'You review with care.',
  }
  const plain: AgentType = { ...reviewer, name: 'plain', tools: null, model: 'inherit', instructions: '' }

  test('gives its instructions, its model and its tools, cut to what the run offers', async () => {
    const own = open({ types: { reviewer, plain }, tools: { read: () => '', list: () => '' } })
    const runId = await own.launch(
      `await agent('a', { agentType: 'reviewer' }); await agent('b', { agentType: 'plain' })
await agent('c', { agentType: 'reviewer', model: 'opus' }); return agent('d', { agentType: 'reviewer', tools: ['list'] })`,
      { workspace },
    )
    const state = await own.ended(runId)
    expect([...state.agents.values()].map(({ model }) => model)).toEqual([
      'claude-haiku-5-5',
      'claude-sonnet-5-5',
      'claude-opus-5-5',
      'claude-haiku-5-5',
    ])
    const requests = own.sent.map(({ request }) => request)
    expect(requests.map(({ tools }) => tools.map(({ name }) => name))).toEqual([
      ['flag', 'read'],
      ['flag', 'list', 'read'],
      ['flag', 'read'],
      [],
    ])
    expect(requests[0]?.system).toContain('You review with care.')
    expect(requests[1]?.system).not.toContain('You review with care.')
    expect(state.log.map(({ message }) => message)).toEqual([
      'The agent type reviewer asks for the tool `Bash`, which this run does not offer',
    ])
  })

  test('that is unknown or cannot be used throws a sentence, is read once, and makes no agent', async () => {
    const own = open({ types: { reviewer, bad: 'The agent type "bad" cannot be used: it is no YAML.' } })
    const script = ['nobody', 'bad', 'bad'].map(
      (agentType) => `await agent('x', { agentType: '${agentType}' }).catch((error) => error.message)`,
    )
    const runId = await own.launch(`return [${script.join(', ')}]`)
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual([
      'There is no agent type "nobody". There are: reviewer, bad.',
      'The agent type "bad" cannot be used: it is no YAML.',
      'The agent type "bad" cannot be used: it is no YAML.',
    ])
    expect(state.agents.size).toBe(0)
  })

  test('stays for the whole run as it was first read, also after a kill', async () => {
    const types = { reviewer }
    const own = open({
      types,
      reply: ({ prompt }) =>
        prompt === 'late' ? { kind: 'silence' } : { kind: 'answer', text: prompt, afterMs: 5 },
    })
    const runId = await own.launch(
      `await agent('same', { agentType: 'reviewer' }); await agent('late', { agentType: 'reviewer' }); return agent('same', { agentType: 'reviewer' })`,
    )
    await own.until(() => own.sent.some(({ prompt }) => prompt === 'late'))
    types.reviewer = { ...reviewer, instructions: 'You changed.' }
    await own.restart()
    await own.until(() => own.sent.filter(({ prompt }) => prompt === 'late').length === 2)
    expect((await own.state(runId)).agents.size).toBe(2)
    expect(own.sent.map(({ request }) => request.system.includes('with care'))).toEqual([true, true, true])
  })
})
