import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import { readOptions } from '@/lib/engine/agent/call-options'
import { patternsOf } from '@/lib/script/prelude/patterns'
import { checkWorkflow } from '../../runs/check-workflow'
import { answer } from '../../runs/checkpoints'
import { launch } from '../../runs/launch'
import { plan } from '../../runs/plan'
import { installDir } from '../../testing/environment'
import { sim, startTestApp, type TestApp, workflow } from '../../testing/test-app'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    files: {
      'src/billing/sum.ts':
        'export function sum(input) {\n  try { return eval(input) } catch (error) {}\n}\n',
      'src/login/check.ts': '// TODO: lock after five tries\nexport const check = 1\n',
      'tools/release.py': 'import os\n',
    },
  })
})
afterAll(() => app.dispose())

const meta = "export const meta = { name: 'plan', description: 'plans' }\n"
const never = new AbortController().signal
const PLAN = {
  type: 'object',
  properties: { script: { type: 'string', maxLength: 100000 } },
  required: ['script'],
}
const request = (goal: string) =>
  `Write a workflow in this dialect.\n\n# Dialect\nexport const meta = {…} comes first, then agent(prompt, options).\n\n# Goal\n${goal}`

describe('an agent that plans', () => {
  test.each([
    ['audit', 'Audit this repository for security problems.', /planned-audit/],
    ['tests', 'Write unit tests for what is not covered.', /planned-tests/],
    ['refactoring', 'Migrate the billing code to integers.', /planned-refactoring/],
    ['research', 'How should login and billing be divided?', /planned-research/],
    ['audit, asked in German', 'Prüfe die Sicherheit dieses Projekts.', /planned-audit/],
  ])('writes a script for %s that runs to its end over the real folders', async (_, goal, name) => {
    const runId = await app.launch(
      `${meta}return await agent(${JSON.stringify(request(goal))}, { schema: ${JSON.stringify(PLAN)}, check: 'workflow' })`,
      { workspace: app.workspace },
    )
    const state = await app.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded' })
    const result = await app.result(runId)
    const script =
      typeof result === 'object' && result !== null && 'script' in result ? String(result.script) : ''
    expect(script).toMatch(name)
    expect(script).toContain('"src/billing"')
    expect(await checkWorkflow(app.app, script, app.workspace, never)).toEqual([])
  })

  test('may write one that asks people: in a check it goes on with something that fits', async () => {
    const script = `${meta}const pick = await checkpoint({ title: 'Which?', input: { type: 'object', properties: { name: { enum: ['a'] } }, required: ['name'] } })
if (!(await checkpoint('Sure?'))) throw new Error('declined')
return await agent('do ' + pick.name)`
    expect(await checkWorkflow(app.app, script, null, never)).toEqual([])
  })

  test('is told what is wrong with a script, and repairs it', async () => {
    const answer = (script: string) => ({ toolCalls: [{ name: 'answer', input: { script } }] })
    const prompt = sim(
      answer('return 1'),
      answer(workflow(`return (await agent('a')).missing.length`)),
      answer(workflow('return 1')),
      answer(workflow(`return await agent('a')`)),
    )
    const runId = await app.launch(
      `${meta}return await agent(${JSON.stringify(prompt)}, { schema: ${JSON.stringify(PLAN)}, check: 'workflow' })`,
    )
    const state = await app.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', turns: 4 })
    const told = (await app.app.store.loadMessages(runId, 'a1')).map(({ message }) =>
      JSON.stringify(message.content),
    )
    expect(told[2]).toMatch(/\/script cannot be read, line 1/)
    expect(told[4]).toMatch(/\/script throws at line 2: TypeError/)
    expect(told[6]).toMatch(/\/script starts no agent/)
  })
})

test('a planner is told every option, pattern and global of the dialect, each by a name that there is', () => {
  const source = readFileSync(join(installDir, 'lib/workflows/plan-first.js'), 'utf8')
  const told = source.slice(source.indexOf('const DIALECT'), source.indexOf('const PLAN ='))
  const options = [
    ...[
      'label',
      'phase',
      'schema',
      'model',
      'effort',
      'tools',
      'agentType',
      'maxTurns',
      'maxTokens',
      'limits',
    ],
    ...['timeoutMs', 'retries', 'delivery', 'speed', 'spawn'],
  ]
  const { notes } = readOptions(Object.fromEntries(options.map((name) => [name, '?'])))
  expect(notes.filter((note) => note.includes('is not known here'))).toEqual([])
  const names = [...options, 'failIf', 'agent.settled', 'parallel', 'pipeline', 'checkpoint', 'budget.usd']
  for (const name of [
    ...names,
    ...Object.keys(patternsOf({ path: '', phase: () => null })).map((one) => `patterns.${one}`),
  ])
    expect([name, told.includes(name)]).toEqual([name, true])
})

describe('a goal that is planned first', () => {
  const ask = async (goal: string) =>
    (await launch(app.app, launchSchema.parse({ goal, workspace: app.workspace }), null, person('tester'))).id
  const question = async (runId: string, count: number) => {
    await app.until(runId, (_, state) => state.checkpoints.length >= count)
    const open = (await app.state(runId)).checkpoints.at(-1)
    if (open === undefined) throw new Error('No question was asked')
    return open
  }

  test('is asked about, changed in words, approved, and then runs in the same run', async () => {
    const runId = await ask('Audit this repository for security problems.')
    const first = await question(runId, 1)
    expect(first.title).toBe('Run this plan?')
    expect(first.detail).toMatch(/The planner expects \d+ agents? and about \$[\d.]+: /)
    expect(JSON.stringify(first.input)).toContain('planned-audit')
    const wish = { decision: 'change', change: 'Use haiku, and only 2 parts, without the verification.' }
    await answer(app.app, runId, first.checkpointId, wish, person('tester'))
    const second = await question(runId, 2)
    const changed = JSON.stringify(second.input)
    expect(changed).toContain("model: 'haiku'")
    expect(changed).not.toContain('Verify')
    await answer(app.app, runId, second.checkpointId, { decision: 'run' }, person('tester'))
    const state = await app.ended(runId)
    expect(state.run).toMatchObject({
      status: 'completed',
      orchestrator: 'plan',
      title: expect.stringMatching(/^Planned audit of billing and login$/),
    })
    const agents = [...state.agents.values()]
    expect(agents.map(({ label }) => label).slice(0, 2)).toEqual(['planner', 'planner, change 1'])
    const inspectors = agents.filter(({ label }) => label.startsWith('inspect '))
    expect(inspectors).toHaveLength(2)
    expect(inspectors[0]?.model).toBe('claude-haiku-5-5')
    expect(await app.result(runId)).toHaveProperty('report')
  })

  test.each([
    ['a name that somebody gave it at the launch', 'Mine', 'planned-by-hand', 'Mine'],
    [
      'its goal, where the script has a name of one word',
      undefined,
      'plan',
      'Compare the ways to store sums.',
    ],
    ['the name of the script that was run, not of the one first planned', undefined, 'by_hand', 'By hand'],
  ])('keeps %s', async (_, given, name, title) => {
    const goal = 'Compare the ways to store sums.\nAll of them.'
    const body = launchSchema.parse({ goal, ...(given === undefined ? {} : { title: given }) })
    const { id: runId } = await launch(app.app, body, null, person('tester'))
    const { checkpointId } = await question(runId, 1)
    const script = workflow('return 1', name)
    await answer(app.app, runId, checkpointId, { decision: 'run', script }, person('tester'))
    expect((await app.ended(runId)).run.title).toBe(title)
  })

  test('can be edited by hand, and a script that cannot be read is refused with its place', async () => {
    const runId = await ask('Compare the ways to store sums.')
    const { checkpointId } = await question(runId, 1)
    const broken = { decision: 'run', script: 'export const meta = { name: 1 }' }
    await expect(answer(app.app, runId, checkpointId, broken, person('tester'))).rejects.toMatchObject({
      message: expect.stringMatching(/line 1/),
      errors: [{ path: 'answer.script', line: 1, column: expect.any(Number) }],
    })
    const edited = workflow(`return { by: 'hand', said: await agent('one') }`)
    await answer(app.app, runId, checkpointId, { decision: 'run', script: edited }, person('tester'))
    await app.ended(runId)
    expect(await app.result(runId)).toMatchObject({ by: 'hand' })
  })

  test('is estimated as the one planner that is known; led as it goes, as nothing but its limits', async () => {
    const options = { dryRun: false, signal: never }
    const estimate = (orchestrator: 'plan' | 'live') =>
      plan(
        app.app,
        launchSchema.parse({ goal: 'Audit it.', orchestrator, workspace: app.workspace }),
        person('tester'),
        options,
      )
    const planned = await estimate('plan')
    expect(planned).toMatchObject({
      agents: { low: 1, likely: 1, high: 1 },
      basis: expect.stringMatching(/you decide/),
    })
    expect(planned.costNanoUsd?.high).toBeGreaterThan(0)
    expect(await estimate('live')).toMatchObject({
      agents: null,
      costNanoUsd: null,
      deliveries: [],
      rows: [{ agents: { high: 1 } }],
    })
  })

  test('can be stopped: the script is the result', async () => {
    const runId = await ask('Write unit tests for billing.')
    const { checkpointId } = await question(runId, 1)
    await answer(app.app, runId, checkpointId, { decision: 'stop' }, person('tester'))
    await app.ended(runId)
    expect(await app.result(runId)).toMatchObject({
      ran: false,
      planned: expect.stringContaining('planned-tests'),
    })
  })
})
