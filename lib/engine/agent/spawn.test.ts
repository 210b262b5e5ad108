import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { MOST_WAIT_TOKENS, roughTokens } from '@/lib/core/agent/context-size'
import { person } from '@/lib/core/base/actor'
import type { Json, JsonObject } from '@/lib/core/base/json'
import { noPhaseLimits } from '@/lib/core/spec/phase-settings'
import { defaultLimits } from '@/lib/core/spec/run'
import type { HarnessOptions } from '../testing/harness'
import { harnessPerTest } from '../testing/per-test'
import { answers, calls, conversations, fails, says, silence, stops } from '../testing/replies'
import type { Reply } from '../testing/scripted-provider'
import { workspace } from '../testing/scripted-surroundings'

const open = harnessPerTest()

const child = (label: string, more: JsonObject = {}): JsonObject => ({ label, prompt: label, ...more })
const spawn = (...agents: Json[]): Reply => calls(['spawn_agents', { agents }])
const wait = (input: JsonObject = {}): Reply => calls(['wait_for_agents', input])
const read = (...agents: string[]): Reply => calls(['read_answers', { agents }])
const leads = (turns: Reply[], others: Record<string, Reply[]> = {}, more: HarnessOptions = {}) =>
  open({ reply: conversations({ lead: turns, ...others }), ...more })
const waitSchema = z.object({ agents: z.array(z.object({ id: z.string() })), more: z.string().optional() })
const body = `return agent('lead', { spawn: true, label: 'lead', model: 'opus' })`

describe('an agent that may spawn', () => {
  test('starts a wave, waits for it, hands answers to a second wave and ends', async () => {
    const own = leads([
      spawn(child('one'), child('two')),
      wait(),
      spawn(child('three', { use_answers_of: ['a1.1', 'a1.2'], phase: 'Fold' })),
      wait({ until: 'any' }),
      says('one and two'),
    ])
    const runId = await own.launch(body)
    const state = await own.ended(runId)
    expect(state.run.status).toBe('completed')
    expect(await own.result(runId)).toBe('one and two')
    expect(
      [...state.agents.values()].map(({ id, parentId, phase, model }) => [id, parentId, phase, model]),
    ).toEqual([
      ['a1', null, null, 'claude-opus-5-5'],
      ['a1.1', 'a1', 'Wave 1', 'claude-sonnet-5-5'],
      ['a1.2', 'a1', 'Wave 1', 'claude-sonnet-5-5'],
      ['a1.3', 'a1', 'Fold', 'claude-sonnet-5-5'],
    ])
    const third = await own.store.loadAgent(runId, 'a1.3')
    expect(third?.spec.prompt).toContain('## one (a1.1, succeeded)\n\nre: one')
    expect(third?.state.dependsOn).toEqual(['a1.1', 'a1.2'])
    const heard = await own.told(runId)
    expect(heard[2]).toContain('"answer": "re: one"')
    expect(heard[2]).toMatch(/"spent": "\$0\.\d\d of \$5\.00"/)
    expect(heard[2]).toContain('"agents_used": "3 of 1000"')
    await own.checkRows(runId)
  })

  test('names its waves one after the other, and waits only for those whose end it has not been told', async () => {
    const own = leads([spawn(child('one')), wait(), spawn(child('two')), wait(), says('done')])
    const runId = await own.launch(body)
    const state = await own.ended(runId)
    expect(state.agents.get('a1.2')?.phase).toBe('Wave 2')
    const second = (await own.told(runId))[4] ?? ''
    expect(second).toContain('"a1.2"')
    expect(second).not.toContain('"a1.1"')
  })

  test('spawns and waits in one response, in that order', async () => {
    const own = leads([
      calls(['spawn_agents', { agents: [child('one')] }], ['wait_for_agents', {}]),
      says('done'),
    ])
    const runId = await own.launch(body)
    await own.ended(runId)
    expect((await own.told(runId))[1]).toContain('"answer": "re: one"')
  })

  test('sees flagged, empty, cut and failed answers as what they are', async () => {
    const schema = { type: 'object', properties: { size: { type: 'integer' } }, required: ['size'] }
    const own = leads(
      [
        spawn(child('empty'), child('refused'), child('never', { schema }), child('cut'), child('broken')),
        wait(),
        read('a1.1', 'a1.5'),
        says('weighed'),
      ],
      {
        empty: [says('')],
        refused: [stops('refusal', '')],
        never: [answers({ size: 'x' })],
        cut: [stops('max_tokens', 'half')],
        broken: [fails('invalid-request', { message: 'Not like this.' })],
      },
    )
    const runId = await own.launch(body, { minSuccess: 0 })
    await own.ended(runId)
    const heard = await own.told(runId)
    expect(heard[2]).toMatch(/"status": "flagged",\s+"flags": \[\s+"empty: /)
    expect(heard[2]).toMatch(/"flags": \[\s+"refused: /)
    expect(heard[2]).toMatch(/"flags": \[\s+"truncated: /)
    expect(heard[2]).toMatch(/"status": "failed",\s+"failure": "No answer fitted the schema/)
    expect(heard[3]).toContain('## empty (a1.1, flagged: empty, The model returned an empty answer.)')
    expect(heard[3]).toContain('## broken (a1.5, failed: Not like this.)')
  })

  test('waits for some of its agents, cancels one, and leaves none behind when it ends', async () => {
    const own = leads(
      [
        spawn(child('quick'), child('slow'), child('slower')),
        wait({ until: 1 }),
        calls(['cancel_agents', { agents: ['a1.2'] }]),
        calls(['cancel_agents', { agents: ['a1.2', 'a9'] }]),
        says('enough'),
      ],
      { slow: [silence], slower: [silence] },
    )
    const runId = await own.launch(body)
    const state = await own.ended(runId)
    expect(await own.result(runId)).toBe('enough')
    expect(['a1.1', 'a1.2', 'a1.3'].map((id) => state.agents.get(id)?.status)).toEqual([
      'succeeded',
      'cancelled',
      'cancelled',
    ])
    const heard = await own.told(runId)
    expect(heard[2]).toContain('"still_running": [\n  "a1.2",\n  "a1.3"\n ]')
    expect(heard[3]).toContain('"status": "cancelled"')
    expect(heard[4]).toBe('a9 is none of your agents. Nothing was cancelled.')
    expect(state.log.map(({ message }) => message)).toContain(
      'a1 ended without waiting for 1 of its agents; they were cancelled.',
    )
  })

  test('waits no longer than it says, and is shown to wait for agents meanwhile', async () => {
    const own = leads([spawn(child('slow')), wait({ seconds: 30 }), says('enough')], { slow: [silence] })
    const runId = await own.launch(body)
    await own.until(async () => (await own.state(runId)).agents.get('a1')?.reason === 'agents')
    const before = own.clock.awake.now()
    await own.until(() => own.sent.filter(({ prompt }) => prompt === 'lead').length === 3)
    expect(own.clock.awake.now() - before).toBeLessThan(31_000)
    await own.ended(runId)
    expect((await own.told(runId))[2]).toMatch(/"agents": \[\],\s+"still_running": \[\s+"a1\.1"/)
  })

  test.each(['cancel', 'skip'] as const)('that is cut off (%s) takes its agents with it', async (act) => {
    const own = leads([spawn(child('slow')), wait()], { slow: [silence] })
    const runId = await own.launch(body)
    await own.until(async () => (await own.state(runId)).agents.get('a1.1')?.status === 'running')
    await own.done(own.engine.actOnAgent(runId, 'a1', { do: act }, person('ann')))
    const state = await own.ended(runId)
    expect(state.agents.get('a1.1')?.status).toBe('cancelled')
    expect(state.totals.reservedNanoUsd).toBe(0)
  })

  test('that is tried again begins without its earlier agents', async () => {
    let waits = 0
    const own = open({
      reply: ({ prompt, answers: given }) => {
        if (prompt !== 'lead') return prompt === 'slow' && waits++ === 0 ? silence : says('quick')
        return [spawn(child('slow')), wait()][given] ?? says('done')
      },
    })
    const runId = await own.launch(body)
    await own.until(async () => (await own.state(runId)).agents.get('a1.1')?.status === 'running')
    await own.done(own.engine.actOnAgent(runId, 'a1', { do: 'retry', asked: null }, person('ann')))
    const state = await own.ended(runId)
    expect([...state.agents.values()].map(({ id, status, attempt }) => [id, status, attempt])).toEqual([
      ['a1', 'succeeded', 2],
      ['a1.1', 'cancelled', 1],
      ['a1.2', 'succeeded', 1],
    ])
  })
})

describe('what an agent may know of others', () => {
  test('are answers of its own agents, at any remove, and those that were handed to it', async () => {
    const own = open({
      reply: conversations({
        lead: [
          spawn(child('middle', { may_spawn: true })),
          wait(),
          spawn(child('thief', { use_answers_of: ['a1'] })),
          read('a1'),
          read('a2.1.1'),
          spawn(child('heir', { may_spawn: true, use_answers_of: ['a2.1.1'] })),
          wait(),
          says('done'),
        ],
        middle: [spawn(child('inner')), wait(), says('middle answer')],
        heir: [
          read('a2.1', 'a2.1.1'),
          spawn(child('last', { use_answers_of: ['a2.1.1'] })),
          spawn(child('taken', { use_answers_of: ['a2.1'] })),
          wait(),
          says('heir answer'),
        ],
      }),
    })
    const runId = await own.launch(`await agent('other'); ${body}`)
    await own.ended(runId)
    const heard = await own.told(runId, 'a2')
    expect(heard[3]).toBe(
      'a1 is none of your agents, so its answer is not yours to hand over. Nothing was started.',
    )
    expect(heard[4]).toBe('a1 is none of your agents.')
    expect(heard[5]).toContain('re: inner')
    const heir = await own.told(runId, 'a2.2')
    expect(heir[1]).toBe('a2.1 is none of your agents.')
    expect(heir[2]).toContain('"agents"')
    expect(heir[3]).toMatch(/^a2\.1 is none of your agents/)
    expect(heir.join()).not.toContain('middle answer')
  })

  test('is a long answer page by page, and where the next page begins', async () => {
    const long = 'x'.repeat(70_000)
    const own = leads(
      [
        spawn(child('long')),
        wait(),
        read('a1.1'),
        calls(['read_answers', { agents: ['a1.1'], from: 60_000 }]),
        says('ok'),
      ],
      { long: [says(long)] },
    )
    const runId = await own.launch(body)
    await own.ended(runId)
    const heard = await own.told(runId)
    expect(heard[2]).toContain('70000 characters in all; read_answers gives the rest')
    expect(heard[3]).toMatch(/… 10000 characters more, from 60000$/)
    expect(heard[4]).toMatch(/\n\nx{10000}$/)
  })

  test.each([
    [
      'beyond its end',
      { agents: ['a1.1'], from: 600 },
      '(The answer has 3 characters: there is nothing from 600 on.)',
    ],
    ['from a number that came as text', { agents: 'a1.1', from: '1' }, 'bc'],
    ['of one agent named twice', { agents: ['a1.1', 'a1.1'] }, 'abc'],
    ['from the middle of a character', { agents: ['a1.2'], from: 1 }, '🙂🙂'],
  ])('is an answer %s', async (_, input, said) => {
    const own = leads(
      [spawn(child('three'), child('smile')), wait(), calls(['read_answers', input]), says('ok')],
      { three: [says('abc')], smile: [says('🙂🙂')] },
    )
    const runId = await own.launch(body)
    await own.ended(runId)
    const [, page] = (await own.told(runId))[3]?.split('\n\n') ?? []
    expect(page).toBe(said)
  })

  test.each(['x', '漢', '🙂', 'ع', '"', '\u0001'])(
    'of many, with long names and flags, has a bound for all of a wait; the next wait tells of the others: %s',
    async (sign) => {
      const names = Array.from({ length: 150 }, (_, at) => `${at}${sign.repeat(90)}`)
      const reason = sign.repeat(3_000)
      const own = open({
        reply: ({ prompt, answers: given }) => {
          if (prompt !== 'lead')
            return given === 0 ? calls(['flag', { kind: 'uncertain', reason }]) : says(sign.repeat(9_000))
          return given === 0 ? spawn(...names.map((name) => child(name))) : given < 40 ? wait() : says('done')
        },
      })
      const runId = await own.launch(`return agent('lead', { spawn: true })`, {
        limits: { ...defaultLimits, nanoUsd: null },
      })
      await own.ended(runId)
      const waits = (await own.told(runId))
        .slice(2)
        .map((text) => ({ text, told: waitSchema.parse(JSON.parse(text)) }))
      for (const { text } of waits) expect(roughTokens(text)).toBeLessThan(MOST_WAIT_TOKENS * 1.02)
      const ids = waits.flatMap(({ told }) => told.agents.map(({ id }) => id))
      expect(ids).toEqual(names.map((_, at) => `a1.${at + 1}`))
      expect(waits[0]?.told.more).toContain('wait again')
    },
  )

  test('is of an agent at work that it has not ended', async () => {
    const own = leads(
      [spawn(child('slow')), read('a1.1'), spawn(child('next', { use_answers_of: ['a1.1'] })), says('ok')],
      { slow: [silence] },
    )
    const runId = await own.launch(body)
    await own.ended(runId)
    const heard = await own.told(runId)
    expect(heard[2]).toBe('## slow (a1.1) has not ended yet.')
    expect(heard[3]).toContain('a1.1 has not ended, so its answer cannot be handed over.')
  })
})

describe('a wave that cannot be started', () => {
  test('is refused with what is wrong with it, and nothing is started', async () => {
    const bad: Json[] = [
      [],
      'all',
      [{ prompt: 'no label' }],
      [child('later', { use_answers_of: ['a9'] })],
      [child('bad schema', { schema: { type: 'object', properties: { a: { type: 'nonsense' } } } })],
      Array.from({ length: 151 }, (_, at) => child(`n${at}`)),
    ]
    const own = leads([
      ...bad.map((agents) => calls(['spawn_agents', { agents }])),
      wait({ agents: ['a7'] }),
      calls(['cancel_agents', { agents: [] }]),
      says('given up'),
    ])
    const runId = await own.launch(body)
    const state = await own.ended(runId)
    expect(state.agents.size).toBe(1)
    const heard = (await own.told(runId)).slice(1)
    expect(heard[0]).toMatch(/^The input does not fit\.\n- agents/)
    expect(heard[2]).toContain('- agents.0.label:')
    expect(heard[3]).toBe('There is no agent a9. Nothing was started.')
    expect(heard[4]).toMatch(/^The schema of "bad schema" cannot be used/)
    expect(heard[5]).toMatch(/^The input does not fit/)
    expect(heard[6]).toBe('a7 is none of your agents.')
    expect(heard[7]).toMatch(/^The input does not fit/)
  })

  test('is one that asks for more agents than the run may still have', async () => {
    const own = leads([spawn(...Array.from({ length: 5 }, (_, at) => child(`n${at}`))), says('x')])
    const runId = await own.launch(body, { limits: { ...defaultLimits, agents: 4 } })
    expect((await own.ended(runId)).agents.size).toBe(1)
    expect((await own.told(runId))[1]).toMatch(
      /limit of 4 agents leaves room for 3 more, and 5 were requested/,
    )
  })

  test('is one that asks for more agents than its phase may have', async () => {
    const own = leads([spawn(child('one', { phase: 'Read' }), child('two', { phase: 'Read' })), says('x')])
    const limits = { ...defaultLimits, phases: { Read: { ...noPhaseLimits, agents: 1 } } }
    const runId = await own.launch(body, { limits })
    expect((await own.ended(runId)).agents.size).toBe(1)
    expect((await own.told(runId))[1]).toContain(
      'The limit of the phase “Read” of 1 agents leaves room for 1 more',
    )
  })

  test('is one of a model that cannot be had any more', async () => {
    const own = leads([spawn(child('one', { model: 'claude-sonnet-4-5' })), says('x')])
    own.clock.skip(7 * 86_400_000)
    const runId = await own.launch(body)
    expect((await own.ended(runId)).agents.size).toBe(1)
    expect((await own.told(runId))[1]).toMatch(/claude-sonnet-4-5 was retired on .* Nothing was started\.$/)
  })

  test('is one below the third level: agents lead agents only so deep', async () => {
    const own = leads([spawn(child('level 1', { may_spawn: true })), wait(), says('top')], {
      'level 1': [spawn(child('level 2', { may_spawn: true })), wait(), says('up')],
      'level 2': [spawn(child('level 3', { may_spawn: true })), spawn(child('leaf')), wait(), says('up')],
      leaf: [spawn(child('too deep')), says('leaf')],
    })
    const runId = await own.launch(body)
    const state = await own.ended(runId)
    expect([...state.agents.keys()]).toEqual(['a1', 'a1.1', 'a1.1.1', 'a1.1.1.1'])
    expect((await own.told(runId, 'a1.1.1'))[1]).toMatch(/only 3 levels deep/)
    expect((await own.told(runId, 'a1.1.1.1'))[1]).toContain('There is no tool "spawn_agents"')
  })
})

describe('a spawned agent', () => {
  test('has no tool that its parent has not itself', async () => {
    const own = leads(
      [spawn(child('reader', { tools: ['read', 'search', 'shell'] }), child('all')), wait(), says('done')],
      {},
      { tools: { read: () => '', search: () => '' } },
    )
    const runId = await own.launch(`return agent('lead', { spawn: true, tools: ['read'] })`, { workspace })
    await own.ended(runId)
    for (const id of ['a1.1', 'a1.2'])
      expect((await own.store.loadAgent(runId, id))?.spec.tools.map(({ name }) => name)).toEqual([
        'flag',
        'read',
      ])
  })

  test('is asked with the model, effort and schema that its parent says', async () => {
    const schema = { type: 'object', properties: { n: { type: 'integer' } } }
    const own = leads(
      [spawn(child('one', { model: 'haiku', effort: 'low', schema })), wait(), says('done')],
      {
        one: [answers({ n: 1 })],
      },
    )
    const runId = await own.launch(body)
    await own.ended(runId)
    const request = own.sent.find(({ prompt }) => prompt === 'one')?.request
    expect(request).toMatchObject({ model: 'claude-haiku-5-5', effort: 'low' })
    expect((await own.told(runId))[2]).toContain('{\\"n\\":1}')
  })
})

describe('after a kill', () => {
  const wave = (count: number, from: number) =>
    spawn(...Array.from({ length: count }, (_, at) => child(`n${from + at}`)))

  test.each([
    ['a wave has just been started', 'a1.3', 'agent.created'],
    ['half of a wave has ended', 'a1.4', 'agent.ended'],
    ['the second wave is at work', 'a1.10', 'turn.committed'],
  ] as const)(
    'when %s, no agent is started twice and no committed turn is sent again',
    async (_, id, type) => {
      const own = leads([wave(8, 1), wait(), wave(6, 9), wait(), says('all in')])
      const runId = await own.launch(body, { concurrency: 3 })
      await own.killedAfter((event) => event.type === type && event.agentId === id)
      const state = await own.ended(runId)
      expect(state.run.status).toBe('completed')
      expect(await own.result(runId)).toBe('all in')
      expect(state.agents.size).toBe(15)
      const committed = (await own.events(runId, 'turn.committed')).map(
        ({ agentId, turn }) => `${agentId}/${turn}`,
      )
      expect(new Set(committed).size).toBe(committed.length)
      expect(committed).toHaveLength(14 + 5)
      await own.checkRows(runId)
    },
  )

  test('in the middle of a wait, the answers that came before it are told all the same', async () => {
    const own = leads([spawn(child('quick'), child('late')), wait(), says('done')], {
      late: [says('late', 60_000)],
    })
    const runId = await own.launch(body)
    await own.killedAfter((event) => event.type === 'agent.ended' && event.agentId === 'a1.1')
    await own.ended(runId)
    const heard = (await own.told(runId))[2] ?? ''
    expect(heard).toContain('"re: quick"')
    expect(heard).toContain('"late"')
  })
})
