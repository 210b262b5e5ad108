import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import { createClockAhead } from '@/lib/server/testing/real-clock'
import { getTranscript } from '../../runs/read-run'
import { eventsOf, sim, startTestApp, type TestApp } from '../../testing/test-app'

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
const hang = sim({ text: 'words before the silence', fault: { kind: 'body-stall', afterTokens: 4 } })

describe('a call with a time of its own', () => {
  test('is cut when it is over, gives null, and says so', async () => {
    const runId = await app.launch(
      `return [await ${call(hang, { timeoutMs: 200 })}, await ${call('quick', { timeoutMs: 60_000 })}]`,
    )
    const state = await app.ended(runId)
    expect(state.agents.get('a1')).toMatchObject({
      status: 'failed',
      failure: { kind: 'timeout', message: 'The agent did not finish within 0.2 seconds.' },
      reservedNanoUsd: 0,
    })
    expect(await app.result(runId)).toEqual([null, expect.any(String)])
    expect(app.app.dispatcher.usage().slots.used).toBe(0)
  })

  test('does not age while the run is paused', async () => {
    const clock = createClockAhead()
    const own = await startTestApp({ tuning: { clock } })
    try {
      const slow = sim({
        text: 'slow words of a slow agent',
        fault: { kind: 'body-stall', afterTokens: 4, ms: 700 },
      })
      const runId = await own.launch(`return ${call(slow, { timeoutMs: 600_000 })}`)
      await own.heard(runId, 1)
      await own.app.engine.pause(runId, person('ann'))
      clock.aheadMs += 10_000_000
      await own.app.engine.resume(runId, person('ann'))
      expect((await own.ended(runId)).agents.get('a1')?.status).toBe('succeeded')
    } finally {
      await own.dispose()
    }
  })
})

describe("an agent's own limits", () => {
  test('clamp its turn, and end it when nothing useful fits; agent() gives null and the run goes on', async () => {
    const tools = sim(
      ...Array.from({ length: 6 }, () => ({ toolCalls: [{ name: 'list_files', input: {} }] })),
      {
        text: 'x',
      },
    )
    const runId = await app.launch(
      `return [await ${call(tools, { limits: { tokens: 9_000 }, maxTokens: 4000 })}, await ${call('x', { limits: { usd: 0.0001 } })}, await ${call('fine', { limits: { usd: 1 } })}]`,
      { workspace: app.workspace, minSuccess: 0 },
    )
    const state = await app.ended(runId)
    expect(await app.result(runId)).toEqual([null, null, expect.any(String)])
    for (const id of ['a1', 'a2'])
      expect(state.agents.get(id)?.failure).toMatchObject({
        kind: 'agent-limit',
        message: expect.stringMatching(/^This agent's limit of/),
      })
    expect(state.agents.get('a1')?.turns).toBeGreaterThan(0)
    const { inputTokens = 0, outputTokens = 0 } = state.agents.get('a1')?.usage ?? {}
    expect(inputTokens + outputTokens).toBeLessThanOrEqual(9_000)
    expect(state.run.status).toBe('completed-with-failures')
    const started = eventsOf(await app.journal(runId), 'turn.started').filter(
      ({ agentId }) => agentId === 'a1',
    )
    expect(Math.min(...started.map(({ maxTokens }) => maxTokens))).toBeLessThan(4000)
    expect((await getTranscript(app.app, runId, 'a1')).options).toMatchObject({
      tokens: 9_000,
      maxTokens: 4000,
    })
  })
})

test('options nobody knows, or of another form, are said once a run and ignored', async () => {
  const options = {
    colour: 'red',
    timeoutMs: 'soon',
    retries: null,
    limits: 3,
    isolation: 'worktree',
    speed: 'fast',
    delivery: 'by post',
  }
  const runId = await app.launch(
    `return parallel(Array.from({ length: 40 }, (_, at) => () => agent('q' + at, ${JSON.stringify(options)})))`,
  )
  const state = await app.ended(runId)
  expect(state.outcomeCounts.succeeded).toBe(40)
  expect(state.log.map(({ message }) => message)).toEqual([
    'agent() option `colour` is not known here and was ignored',
    'agent() timeoutMs "soon" was ignored: it takes a number of milliseconds, at most a week',
    'agent() limits 3 was ignored: it takes {usd, tokens}, numbers above 0',
    "agent() delivery \"by post\" was ignored: it takes 'live' or 'batch'",
    "agent() isolation 'worktree': agents here only read, so no worktree is made",
    'claude-sonnet-5-5 has no fast mode; its agents run at standard speed and price',
  ])
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

  test('is part of the call, and stays as it was first read when its file changes during the run', async () => {
    const own = await startTestApp({ files: { '.claude/agents/poet.md': '---\nname: poet\n---\nFirst.' } })
    try {
      const runId = await own.launch(
        `const first = await agent('same', { agentType: 'poet' })\nconst plain = await agent('same')\nawait agent(${JSON.stringify(hang)})\nreturn [first, plain]`,
        { workspace: own.workspace },
      )
      await own.until(runId, ({ event }, state) => event.type === 'turn.started' && state.agents.size === 3)
      put(join(own.workspace, '.claude/agents/poet.md'), '---\nname: poet\n---\nSecond.')
      await own.restart()
      await own.next(runId, ({ event }) => event.type === 'turn.started')
      await own.app.engine.cancel(runId, person('ann'))
      const created = eventsOf(await own.journal(runId), 'agent.created')
      expect(created).toHaveLength(3)
      expect(new Set(created.map(({ key }) => key)).size).toBe(3)
    } finally {
      await own.dispose()
    }
  })
})
