import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '@/lib/core/base/json'
import { getTranscript } from '../../runs/read-run'
import { sim, startTestApp, type TestApp } from '../../testing/test-app'

const home = mkdtempSync(join(tmpdir(), 'skein-home-'))
const put = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
put(join(home, '.claude/agents/mine.md'), '---\nname: mine\ndescription: of the user\n---\nYou are mine.')
put(join(home, '.claude/agents/reviewer.md'), '---\nname: reviewer\n---\nThe user lost.')

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    env: { HOME: home },
    files: {
      'a.txt': 'alpha\n',
      '.claude/agents/review/reviewer.md':
        '---\nname: reviewer\ndescription: Use this when: you review. Example: "user: look"\ntools: Read, Bash, Grep\nmodel: haiku\n---\nYou review with care.',
      '.claude/agents/list.md':
        '---\nname: lister\ntools:\n  - Glob\n  - Read(src/**)\nmodel: inherit\n---\nYou list.',
      '.claude/agents/bad.md': '---\n[unclosed\n: :\n---\nx',
      '.claude/plugins/tidy/agents/sweeper.md': '---\nname: sweeper\n---\nYou sweep.',
    },
  })
  put(join(home, 'outside.md'), '---\nname: outside\n---\nOutside.')
  symlinkSync(join(home, 'outside.md'), join(app.workspace, '.claude/agents/outside.md'))
})
afterAll(async () => {
  await app.dispose()
  rmSync(home, { recursive: true, force: true })
})

const call = (prompt: string, options: { [key: string]: Json } = {}) =>
  `agent(${JSON.stringify(prompt)}, ${JSON.stringify(options)})`

test("an agent's own limits stand in its transcript", async () => {
  const options = { limits: { tokens: 9_000 }, maxTokens: 4000 }
  const runId = await app.launch(`return ${call('x', options)}`)
  await app.ended(runId)
  expect((await getTranscript(app.app, runId, 'a1')).options).toMatchObject({
    tokens: 9_000,
    maxTokens: 4000,
  })
})

describe('an agent type', () => {
  const run = async (types: string[], more: { [key: string]: Json } = {}) => {
    const calls = types.map((agentType) => call(sim({ text: agentType }), { agentType, ...more }))
    const runId = await app.launch(`return [${calls.map((one) => `await ${one}`).join(', ')}]`, {
      workspace: app.workspace,
    })
    return { runId, state: await app.ended(runId) }
  }

  test('gives its instructions, its model and its tools, cut to what the run offers', async () => {
    const { runId, state } = await run([
      'reviewer',
      'lister',
      'mine',
      'tidy:sweeper',
      'other:reviewer',
      'Explore',
      'general-purpose',
    ])
    expect(state.run.status).toBe('completed')
    expect(state.agents.get('a1')).toMatchObject({ model: 'claude-haiku-5-5', requestedModel: 'haiku' })
    const seen = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((at) => getTranscript(app.app, runId, `a${at}`)))
    expect(seen[0]?.system.endsWith('You review with care.')).toBe(true)
    expect(seen.map(({ tools }) => tools.map(({ name }) => name))).toEqual([
      ['flag', 'read_file', 'search_files'],
      ['flag', 'list_files', 'read_file'],
      ...[3, 4].map(() => ['flag', 'list_files', 'read_file', 'search_files']),
      ['flag', 'read_file', 'search_files'],
      ...[6, 7].map(() => ['flag', 'list_files', 'read_file', 'search_files']),
    ])
    expect(seen[3]?.system).toContain('You sweep.')
    expect(seen[5]?.system).toContain('You explore.')
    expect(seen[0]?.options.agentType).toBe('reviewer')
    expect(state.log.map(({ message }) => message)).toEqual([
      'The agent type reviewer asks for the tool `Bash`, which this run does not offer',
    ])
  })

  test('that is unknown, unusable or leads out of the workspace throws a sentence', async () => {
    const script = ['nobody', 'bad', 'outside'].map(
      (agentType) => `await agent('x', { agentType: '${agentType}' }).catch((error) => error.message)`,
    )
    const runId = await app.launch(`return [${script.join(', ')}]`, { workspace: app.workspace })
    const state = await app.ended(runId)
    expect(await app.result(runId)).toEqual([
      'There is no agent type "nobody". There are: general-purpose, Explore, bad, lister, reviewer, mine, tidy:sweeper.',
      expect.stringMatching(/^The agent type "bad" cannot be used: bad\.md has a head that is no YAML/),
      expect.stringContaining('There is no agent type "outside"'),
    ])
    expect(state.agents.size).toBe(0)
  })
})
