import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import { launch } from '../../runs/launch'
import { eventsOf, sim, startTestApp, type TestApp } from '../../testing/test-app'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ files: { 'a.txt': 'alpha\n' } })
})
afterAll(() => app.dispose())

type Input = { [key: string]: Json }
const use = (name: string, input: Input) => ({ toolCalls: [{ name, input }] })
const child = (label: string, text: string, more: Input = {}) => ({ label, prompt: sim({ text }), ...more })
const leader = (...turns: { [key: string]: Json }[]) =>
  `return await agent(${JSON.stringify(sim(...turns))}, { spawn: true, label: 'lead', model: 'opus' })`
const told = async (runId: string, agentId = 'a1') =>
  (await app.app.store.loadMessages(runId, agentId))
    .filter(({ message }) => message.role === 'user')
    .map(({ message }) => message.content.map(({ content, text }) => String(content ?? text)).join('\n'))

describe('an agent that may spawn', () => {
  test('starts a wave, waits for it, hands answers to a second wave and ends', async () => {
    const runId = await app.launch(
      leader(
        use('spawn_agents', { agents: [child('one', 'north'), child('two', 'south')] }),
        use('wait_for_agents', {}),
        use('spawn_agents', {
          agents: [
            {
              label: 'three',
              prompt: sim({ text: 'both' }),
              use_answers_of: ['a1.1', 'a1.2'],
              phase: 'Fold',
            },
          ],
        }),
        use('wait_for_agents', { until: 'any' }),
        { text: 'north and south' },
      ),
    )
    const state = await app.ended(runId)
    expect(state.run.status).toBe('completed')
    expect(await app.result(runId)).toBe('north and south')
    expect(
      [...state.agents.values()].map(({ id, parentId, phase, label }) => [id, parentId, phase, label]),
    ).toEqual([
      ['a1', null, null, 'lead'],
      ['a1.1', 'a1', 'Wave 1', 'one'],
      ['a1.2', 'a1', 'Wave 1', 'two'],
      ['a1.3', 'a1', 'Fold', 'three'],
    ])
    const third = await app.app.store.loadAgent(runId, 'a1.3')
    expect(third?.spec.prompt).toContain('## one (a1.1, succeeded)\n\nnorth')
    expect(third?.state.dependsOn).toEqual(['a1.1', 'a1.2'])
    expect(state.agents.get('a1.3')?.model).toBe('claude-sonnet-5-5')
    const messages = await told(runId)
    expect(messages[2]).toContain('"answer": "north"')
    expect(messages[2]).toMatch(/"spent": "\$0\.\d\d of \$5\.00"/)
  })

  test('sees flagged, empty and failed answers as what they are', async () => {
    const runId = await app.launch(
      leader(
        use('spawn_agents', {
          agents: [
            { label: 'empty', prompt: sim({ fault: { kind: 'empty' } }) },
            { label: 'refused', prompt: sim({ fault: { kind: 'refusal' } }) },
            {
              label: 'never fits',
              prompt: sim(...Array.from({ length: 6 }, () => use('answer', { size: 'x' }))),
              schema: { type: 'object', properties: { size: { type: 'integer' } }, required: ['size'] },
            },
            child('cut', 'beginning', {}),
          ],
        }),
        use('wait_for_agents', {}),
        { text: 'weighed' },
      ),
    )
    await app.ended(runId)
    const said = (await told(runId))[2] ?? ''
    expect(said).toMatch(/"status": "flagged",\s+"flags": \[\s+"empty: /)
    expect(said).toMatch(/"flags": \[\s+"refused: /)
    expect(said).toMatch(/"status": "failed",\s+"failure": "No answer fitted the schema/)
  })

  test('waits for any or for some of its agents, and cancels the rest', async () => {
    const slow = (label: string) => ({
      label,
      prompt: sim({ text: 'late '.repeat(4000), tokensPerSecond: 20, speed: 1 }),
    })
    const runId = await app.launch(
      leader(
        use('spawn_agents', { agents: [child('quick', 'first'), slow('slow'), slow('slower')] }),
        use('wait_for_agents', { until: 1 }),
        use('cancel_agents', { agents: ['a1.2'] }),
        { text: 'enough' },
      ),
    )
    const state = await app.ended(runId)
    expect(await app.result(runId)).toBe('enough')
    expect(['a1.1', 'a1.2', 'a1.3'].map((id) => state.agents.get(id)?.status)).toEqual([
      'succeeded',
      'cancelled',
      'cancelled',
    ])
    const messages = await told(runId)
    expect(messages[2]).toContain('"still_running": [\n  "a1.2",\n  "a1.3"\n ]')
    expect(messages[3]).toContain('"status": "cancelled"')
    expect(state.log.map(({ message }) => message)).toContain(
      'a1 ended without waiting for 1 of its agents; they were cancelled.',
    )
  })

  test('spawns and waits in one response', async () => {
    const runId = await app.launch(
      leader(
        {
          toolCalls: [
            { name: 'spawn_agents', input: { agents: [child('one', 'north')] } },
            { name: 'wait_for_agents', input: {} },
          ],
        },
        { text: 'done' },
      ),
    )
    await app.ended(runId)
    expect((await told(runId))[1]).toContain('"answer": "north"')
  })

  test('reads and hands on only answers of its own agents, at any remove, and those handed to it', async () => {
    const inner = child('inner', 'inner answer')
    const middle: Input = {
      label: 'middle',
      may_spawn: true,
      prompt: sim(use('spawn_agents', { agents: [inner] }), use('wait_for_agents', {}), {
        text: 'middle answer',
      }),
    }
    const heir: Input = {
      label: 'heir',
      may_spawn: true,
      prompt: sim(
        use('read_answers', { agents: ['a2.1', 'a2.1.1'] }),
        use('spawn_agents', { agents: [child('last', 'x', { use_answers_of: ['a2.1.1'] })] }),
        use('spawn_agents', { agents: [child('taken', 'x', { use_answers_of: ['a2.1'] })] }),
        use('wait_for_agents', {}),
        { text: 'heir answer' },
      ),
      use_answers_of: ['a2.1.1'],
    }
    const runId = await app.launch(
      `await agent(${JSON.stringify(sim({ text: 'of another' }))}, { label: 'other' })
      ${leader(
        use('spawn_agents', { agents: [middle] }),
        use('wait_for_agents', {}),
        use('spawn_agents', { agents: [child('thief', 'x', { use_answers_of: ['a1'] })] }),
        use('read_answers', { agents: ['a1'] }),
        use('read_answers', { agents: ['a2.1.1'] }),
        use('spawn_agents', { agents: [heir] }),
        use('wait_for_agents', {}),
        { text: 'done' },
      )}`,
    )
    await app.ended(runId)
    const said = await told(runId, 'a2')
    expect(said[3]).toMatch(/^a1 is none of your agents.*Nothing was started\.$/)
    expect(said[4]).toBe('a1 is none of your agents.')
    expect(said[5]).toContain('inner answer')
    const ofHeir = await told(runId, 'a2.2')
    expect(ofHeir[1]).toBe('a2.1 is none of your agents.')
    expect(ofHeir[2]).toContain('"agents"')
    expect(ofHeir[3]).toMatch(/^a2\.1 is none of your agents/)
    expect(ofHeir.join()).not.toContain('middle answer')
  })

  test('is told what is wrong with what it asks for, and nothing is started', async () => {
    const bad: Input[] = [
      { agents: [] },
      { agents: 'all' },
      { agents: [{ prompt: 'no label' }] },
      { agents: [child('later', 'x', { use_answers_of: ['a9'] })] },
      {
        agents: [
          child('bad schema', 'x', { schema: { type: 'object', properties: { a: { type: 'nonsense' } } } }),
        ],
      },
    ]
    const runId = await app.launch(
      leader(
        ...bad.map((input) => use('spawn_agents', input)),
        use('wait_for_agents', { agents: ['a7'] }),
        use('read_answers', { agents: ['a1'] }),
        { text: 'given up' },
      ),
    )
    const state = await app.ended(runId)
    expect(state.agents.size).toBe(1)
    const said = (await told(runId)).slice(1)
    expect(said[0]).toMatch(/The input does not fit.\n- agents/)
    expect(said[3]).toBe('There is no agent a9. Nothing was started.')
    expect(said[4]).toMatch(/The schema of "bad schema" cannot be used/)
    expect(said[5]).toBe('a7 is none of your agents.')
    expect(said[6]).toBe('a1 is none of your agents.')
  })

  test('cannot pass the cap of agents, nor go deeper than agents may', async () => {
    const nest = (depth: number): Input =>
      depth === 0
        ? child('leaf', 'leaf')
        : {
            label: `level ${depth}`,
            prompt: sim(use('spawn_agents', { agents: [nest(depth - 1)] }), use('wait_for_agents', {}), {
              text: 'up',
            }),
            may_spawn: true,
          }
    const deep = await app.launch(
      leader(use('spawn_agents', { agents: [nest(3)] }), use('wait_for_agents', {}), { text: 'top' }),
    )
    const state = await app.ended(deep)
    expect([...state.agents.keys()]).toEqual(['a1', 'a1.1', 'a1.1.1'])
    expect((await told(deep, 'a1.1.1'))[1]).toMatch(/only 3 levels deep/)
    const many = await app.launch(
      leader(use('spawn_agents', { agents: Array.from({ length: 5 }, (_, at) => child(`n${at}`, 'x')) }), {
        text: 'x',
      }),
      { limits: { agents: 4 } },
    )
    expect((await app.ended(many)).agents.size).toBe(1)
    expect((await told(many))[1]).toMatch(/limit of 4 agents leaves room for 3 more, and 5 were requested/)
  })

  test('gives its agents no tool that it has not itself', async () => {
    const lead = sim(
      use('spawn_agents', {
        agents: [child('reader', 'x', { tools: ['read_file', 'search_files', 'shell'] })],
      }),
      use('wait_for_agents', {}),
      { text: 'done' },
    )
    const runId = await app.launch(
      `return await agent(${JSON.stringify(lead)}, { spawn: true, tools: ['read_file'] })`,
      { workspace: app.workspace },
    )
    await app.ended(runId)
    const reader = await app.app.store.loadAgent(runId, 'a1.1')
    expect(reader?.spec.tools.map(({ name }) => name)).toEqual(['flag', 'read_file'])
  })
})

describe('after a crash', () => {
  const wave = (count: number, from: number) =>
    use('spawn_agents', {
      agents: Array.from({ length: count }, (_, at) => child(`n${from + at}`, `answer ${from + at}`)),
    })
  const script = leader(wave(8, 1), use('wait_for_agents', {}), wave(6, 9), use('wait_for_agents', {}), {
    text: 'all in',
  })

  test.each([
    ['a wave has just been started', 'a1.3', 'agent.created'],
    ['half of a wave has ended', 'a1.4', 'agent.ended'],
    ['the second wave is at work', 'a1.10', 'turn.committed'],
  ] as const)(
    'when %s, no agent is started twice and no committed turn is sent again',
    async (_, agentId, type) => {
      const runId = await app.launch(script)
      await app.restart({
        runId,
        when: ({ event }) => event.type === type && 'agentId' in event && event.agentId === agentId,
      })
      const state = await app.ended(runId)
      expect(state.run.status).toBe('completed')
      expect(await app.result(runId)).toBe('all in')
      expect(state.agents.size).toBe(15)
      const committed = eventsOf(await app.journal(runId), 'turn.committed').map(
        (turn) => `${turn.agentId}/${turn.turn}`,
      )
      expect(new Set(committed).size).toBe(committed.length)
      expect(committed).toHaveLength(14 + 5)
    },
  )
})

describe('a goal that is decided as one goes', () => {
  const weak = (name: string) =>
    `export function ${name}(input) {\n  try { return eval(input) } catch (error) {}\n}\n`
  let repository: TestApp
  beforeAll(async () => {
    repository = await startTestApp({
      files: {
        'src/billing/sum.ts': weak('sum'),
        'src/billing/tax.ts': '// TODO: round by law\nexport const tax = 1\n',
        'src/login/check.ts': weak('check'),
        'tools/release.py': 'import os\nos.system("rm -rf " + path)\n',
        'README.md': '# A shop\n',
      },
    })
  })
  afterAll(() => repository.dispose())

  test('starts as many agents as the files ask for, has their claims checked, and reports places that exist', async () => {
    const { id } = await launch(
      repository.app,
      launchSchema.parse({
        goal: 'Find what is dangerous in the code of this repository, with file and line.',
        orchestrator: 'live',
        workspace: repository.workspace,
      }),
      null,
      person('tester'),
    )
    const state = await repository.ended(id)
    expect(state.run).toMatchObject({ status: 'completed', orchestrator: 'live' })
    expect(state.run.title).toMatch(/^Find what is dangerous/)
    const agents = [...state.agents.values()]
    expect(agents.filter(({ parentId }) => parentId === 'a1').length).toBeGreaterThanOrEqual(4)
    expect(new Set(agents.map(({ phase }) => phase)).size).toBeGreaterThanOrEqual(3)
    expect(String(await repository.result(id))).toMatch(/src\/billing\/sum\.ts:2/)
  })
})
