import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { canonicalJson } from '@/lib/core/base/json'
import type { ToolBox } from '@/lib/core/ports/ports'
import type { Briefing } from '@/lib/core/spec/briefing'
import { plainSpec } from '@/lib/core/testing/journals'
import { type Harness, type HarnessOptions, openHarness } from '../testing/harness'

const harnesses: Harness[] = []

function open(options: HarnessOptions = {}): Harness {
  const harness = openHarness(options)
  harnesses.push(harness)
  return harness
}

afterEach(() => {
  for (const harness of harnesses.splice(0)) harness.close()
})

const toolBox = (names: readonly string[]): ToolBox => ({
  definitions: names.map((name) => ({ name, description: name, inputSchema: { type: 'object' } })),
  call: async () => ({ text: '', isError: false }),
  revision: 'r',
  files: null,
  check: null,
  findQuotes: null,
  endAgent: async () => {},
  close: async () => {},
})
const workspace = { root: '/w', revision: 'r' }
const first = ['list_files', 'read_file', 'search_files']

describe('the key of a call', () => {
  test('is the one of version 0.2.0, also where a tool has come since', async () => {
    const own = open({ openTools: async () => toolBox([...first, 'draw_picture']) })
    const runId = await own.launch(`return agent('Why?')`, { workspace })
    await own.ended(runId)
    const [agent] = await own.store.loadAgents(runId)
    expect(agent?.spec.tools.map(({ name }) => name)).toEqual(['draw_picture', 'flag', ...first])
    const identity = {
      prompt: 'Why?',
      model: plainSpec.model,
      effort: null,
      schema: null,
      tools: first,
      agentType: null,
      isolation: null,
      workspaceRevision: 'r',
    }
    const digest = createHash('sha256').update(canonicalJson(identity)).digest('hex')
    expect(agent?.spec.key).toBe(`:${digest}:0`)
  })

  test('holds every tool that the call itself asks for', async () => {
    const own = open({ openTools: async () => toolBox([...first, 'draw_picture']) })
    const runId = await own.launch(
      `return parallel([() => agent('a', { tools: ['read_file'] }), () => agent('a', { tools: ['Read', 'draw_picture'] }), () => agent('a', { tools: ['Read'] })])`,
      { workspace },
    )
    await own.ended(runId)
    const [plain, drawing, named] = (await own.store.loadAgents(runId)).map(
      ({ spec }) => spec.key.split(':')[1],
    )
    expect(drawing).not.toBe(plain)
    expect(named).toBe(plain)
  })

  test('is found by a fork that was made after a new tool had come: nothing is bought', async () => {
    let names = first
    const own = open({ openTools: async () => toolBox(names) })
    const script = `return parallel(['a', 'b'].map((one) => () => agent(one)))`
    const origin = await own.launch(script, { workspace })
    await own.ended(origin)
    names = [...first, 'draw_picture']
    const fork = await own.launch(script, {
      workspace,
      forkedFrom: { runId: origin, title: 'o', isRetry: false },
    })
    const state = await own.ended(fork)
    expect([...state.agents.values()].map(({ reusedFrom }) => reusedFrom?.runId)).toEqual([origin, origin])
    expect(own.sent).toHaveLength(2)
  })
})

describe('what agents are told', () => {
  const briefing: Briefing = {
    day: '2026-11-01',
    workspace: { name: 'shop', files: 3, bytes: 100, languages: [], revision: 'r' },
    notes: { files: [{ path: 'CLAUDE.md', text: 'Tabs.', isCut: false }], skills: [], further: [] },
  }
  const launch = async (own: Harness, body: string) => {
    const launched = await own.settled(
      own.engine.launch({
        spec: { ...plainSpec, workspace },
        script: `export const meta = { name: 'w', description: 'd' }\n${body}`,
        args: null,
        idempotency: null,
        approved: true,
        actor: person('tester'),
        briefing,
      }),
    )
    if (!launched.ok) throw launched.error
    return launched.value
  }

  test('stays what it was when the run was made, over a restart and another day', async () => {
    const own = open({ openTools: async () => toolBox(first) })
    const runId = await launch(own, `await agent('a'); await checkpoint({ title: 'On?' }); return agent('b')`)
    await own.until(async () => (await own.state(runId)).checkpoints.length === 1)
    own.clock.advance(3 * 86_400_000)
    await own.restart()
    await own.until(() => own.engine.active(runId) !== null)
    await own.settled(own.engine.answer(runId, 'c1', true, person('ben')))
    await own.ended(runId)
    const [before, after] = (await own.store.loadAgents(runId)).map(({ spec }) => spec.system)
    expect(before).toContain('This run began on 2026-11-01')
    expect(before).toContain('| Tabs.')
    expect(after).toBe(before)
  })

  test('differs for no two agents with the same tools; their budgets stand in their own messages', async () => {
    const own = open({ openTools: async () => toolBox(first) })
    const runId = await launch(
      own,
      `return parallel([() => agent('a', { maxTurns: 5 }), () => agent('b', { limits: { usd: 3 } })])`,
    )
    await own.ended(runId)
    const agents = await own.store.loadAgents(runId)
    expect(new Set(agents.map(({ spec }) => spec.system)).size).toBe(1)
    const opening = await Promise.all(agents.map(({ state }) => own.store.loadMessages(runId, state.id)))
    const texts = opening.map(([message]) => JSON.stringify(message?.message.content))
    expect(texts[0]).toContain('at most 5 turns')
    expect(texts[1]).toContain('$3.00')
  })

  test('is in no key: the same call has it with and without', async () => {
    const own = open({ openTools: async () => toolBox(first) })
    const told = await launch(own, `return agent('a')`)
    await own.ended(told)
    const untold = await own.launch(`return agent('a')`, { workspace })
    await own.ended(untold)
    const [one, other] = await Promise.all([told, untold].map((id) => own.store.loadAgents(id)))
    expect(one?.[0]?.spec.key).toBe(other?.[0]?.spec.key)
    expect(one?.[0]?.spec.system).not.toBe(other?.[0]?.spec.system)
  })

  test('has the answer last among the tools, so that those before it are common to all', async () => {
    const own = open({ openTools: async () => toolBox(first) })
    const runId = await own.launch(`return agent.settled('a', { schema: { type: 'object' }, maxTurns: 1 })`, {
      workspace,
    })
    await own.ended(runId)
    const [agent] = await own.store.loadAgents(runId)
    expect(agent?.spec.tools.map(({ name }) => name)).toEqual(['flag', ...first, 'answer'])
  })
})
