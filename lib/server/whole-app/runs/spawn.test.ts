import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import { launch } from '../../runs/launch'
import { sim, startTestApp, type TestApp } from '../../testing/test-app'

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
