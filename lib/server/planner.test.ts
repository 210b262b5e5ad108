import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkWorkflow } from './runs/check-workflow'
import { sim, startTestApp, type TestApp, workflow } from './testing'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    files: {
      'src/billing/sum.ts': 'export function sum(input) {\n  try { return eval(input) } catch (error) {}\n}\n',
      'src/login/check.ts': '// TODO: lock after five tries\nexport const check = 1\n',
      'tools/release.py': 'import os\n',
    },
  })
})
afterAll(() => app.dispose())

const meta = "export const meta = { name: 'plan', description: 'plans' }\n"
const never = new AbortController().signal
const PLAN = { type: 'object', properties: { script: { type: 'string', maxLength: 100000 } }, required: ['script'] }
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
    const script = typeof result === 'object' && result !== null && 'script' in result ? String(result.script) : ''
    expect(script).toMatch(name)
    expect(script).toContain('"src/billing"')
    expect(await checkWorkflow(app.app, script, app.workspace, never)).toEqual([])
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
    const told = (await app.app.store.loadMessages(runId, 'a1')).map(({ message }) => JSON.stringify(message.content))
    expect(told[2]).toMatch(/\/script cannot be read, line 1/)
    expect(told[4]).toMatch(/\/script throws at line 2: TypeError/)
    expect(told[6]).toMatch(/\/script starts no agent/)
  })
})
