import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { harnessPerTest } from '../testing/per-test'
import { calls, conversations, says } from '../testing/replies'
import { workspace } from '../testing/scripted-surroundings'

const open = harnessPerTest()
const ann = person('ann')
const body = `return agent('ask')`

describe('an agent with a workspace', () => {
  test('works with its tools, several in one turn, and is told of each what came of it', async () => {
    const own = open({
      reply: conversations({
        ask: [calls(['read', { path: 'a' }], ['fail', {}], ['nothing', {}], ['read', 'half']), says('done')],
      }),
      tools: { read: (input) => `read ${JSON.stringify(input)}`, fail: () => new Error('not there') },
    })
    const runId = await own.launch(body, { workspace })
    const state = await own.ended(runId)
    expect(await own.result(runId)).toBe('done')
    expect(state.agents.get('a1')).toMatchObject({ status: 'succeeded', turns: 2, toolCalls: 4 })
    const [, , results] = await own.store.loadMessages(runId, 'a1')
    expect(results?.message.content.map(({ content, is_error }) => [content, is_error === true])).toEqual([
      ['read {"path":"a"}', false],
      ['not there', true],
      [expect.stringContaining('There is no tool "nothing"'), true],
      [expect.stringMatching(/^Not run: the input of this call was no JSON object/), true],
    ])
    expect((await own.events(runId, 'tool.ended')).map(({ isError }) => isError)).toEqual([
      false,
      true,
      true,
      true,
    ])
    await own.checkRows(runId)
  })

  test('is sent what it said and what its tools gave, in order', async () => {
    const own = open({
      reply: conversations({ ask: [calls(['look', {}]), calls(['look', {}]), says('done')] }),
      tools: { look: () => 'seen' },
    })
    await own.ended(await own.launch(body, { workspace }))
    expect(own.sent.map(({ answers }) => answers)).toEqual([0, 1, 2])
    expect(own.sent[2]?.request.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
    ])
    const [use] = own.sent[2]?.request.messages[3]?.content ?? []
    const [given] = own.sent[2]?.request.messages[4]?.content ?? []
    expect(given?.tool_use_id).toBe(use?.id)
  })

  test('is offered what its call asks for, sorted by name, beside the flag', async () => {
    const own = open({ tools: { read: () => '', list: () => '', search: () => '' } })
    const runId = await own.launch(
      `await agent('all'); await agent('some', { tools: ['search', 'list', 'shell'] }); return agent('none', { tools: [] })`,
      { workspace },
    )
    const state = await own.ended(runId)
    const offered = own.sent.map(({ request }) => request.tools.map(({ name }) => name))
    expect(offered).toEqual([['flag', 'list', 'read', 'search'], ['flag', 'list', 'search'], []])
    expect(state.log.map(({ message }) => message)).toEqual([
      'agent() asked for the tool `shell`, which this run does not offer',
    ])
  })

  test('has its prefix cached while it comes back with it, and not for a single answer', async () => {
    const own = open({ tools: { look: () => '' } })
    const runId = await own.launch(
      `await agent('tools'); return agent('none', { tools: [], schema: { type: 'object' } })`,
      { workspace },
    )
    await own.until(() => own.sent.length > 1)
    expect(own.sent.map(({ request }) => request.cache)).toEqual([
      '5m',
      ...Array(own.sent.length - 1).fill('none'),
    ])
    await own.done(own.engine.cancel(runId, ann))
  })

  test('that may not use the tool it names is told so, though another agent may', async () => {
    const own = open({
      reply: conversations({ ask: [calls(['look', {}]), says('done')] }),
      tools: { look: () => 'secret', other: () => '' },
    })
    const runId = await own.launch(`return agent('ask', { tools: ['other'] })`, { workspace })
    await own.ended(runId)
    expect((await own.told(runId))[1]).toContain('There is no tool "look"')
  })
})

describe('a tool', () => {
  test('takes a slot like a turn does, and gives it back', async () => {
    let release = () => {}
    const begun: string[] = []
    const own = open({
      concurrency: 1,
      reply: conversations({ ask: [calls(['slow', {}]), says('done')] }),
      tools: {
        slow: () => {
          begun.push('slow')
          return new Promise((resolve) => {
            release = () => resolve('seen')
          })
        },
      },
    })
    const runId = await own.launch(`return parallel([() => agent('ask'), () => agent('other')])`, {
      workspace,
    })
    await own.until(() => begun.length === 1)
    expect(own.dispatcher.usage().slots.used).toBe(1)
    await own.pass(60_000)
    const before = own.sent.length
    expect((await own.state(runId)).agents.get('a2')?.turns).toBe(before - 1)
    release()
    await own.ended(runId)
    expect(own.dispatcher.usage().slots).toMatchObject({ used: 0, waiting: 0 })
    expect(await own.result(runId)).toEqual(['done', 're: other'])
  })

  test('is not begun while the run is paused, and the agent is shown to wait', async () => {
    const begun: string[] = []
    const own = open({
      reply: conversations({ ask: [calls(['look', {}]), says('done')] }),
      tools: { look: () => String(begun.push('look')) },
    })
    const runId = await own.launch(body, { workspace })
    await own.until(() => own.sent.length === 1)
    await own.done(own.engine.pause(runId, ann))
    await own.until(async () => (await own.state(runId)).agents.get('a1')?.turns === 1)
    await own.pass(60_000)
    expect(begun).toEqual([])
    expect((await own.state(runId)).agents.get('a1')).toMatchObject({ status: 'waiting', reason: 'paused' })
    await own.done(own.engine.resume(runId, ann))
    expect((await own.ended(runId)).agents.get('a1')?.status).toBe('succeeded')
    expect(begun).toEqual(['look'])
    await own.checkRows(runId)
  })

  test('that throws is a fault of ours: its agent fails, the run goes on, and the fault is reported', async () => {
    const own = open({
      reply: conversations({ ask: [calls(['look', {}]), says('done')] }),
      tools: {
        look: () => {
          throw new Error('a bug')
        },
      },
    })
    const runId = await own.launch(`return parallel([() => agent('ask'), () => agent('other')])`, {
      workspace,
    })
    const state = await own.ended(runId)
    expect(own.reports.splice(0)).toMatchObject([{ message: 'a bug' }])
    expect(state.agents.get('a1')).toMatchObject({ status: 'failed', failure: { kind: 'internal' } })
    expect(await own.result(runId)).toEqual([null, 're: other'])
    expect(own.dispatcher.usage().slots.used).toBe(0)
  })

  test('that a kill cut short is called again, once, with what it was called with', async () => {
    const inputs: unknown[] = []
    const own = open({
      reply: conversations({ ask: [calls(['look', { at: 1 }]), says('done')] }),
      tools: { look: (input) => String(inputs.push(input)) },
    })
    const runId = await own.launch(body, { workspace })
    await own.killedAfter(({ type }) => type === 'tool.started')
    await own.ended(runId)
    expect(inputs.at(-1)).toEqual({ at: 1 })
    expect(await own.told(runId)).toHaveLength(2)
    expect(own.sent).toHaveLength(2)
  })

  test('whose agent is cut while it works is waited for by nobody', async () => {
    const own = open({
      reply: conversations({ ask: [calls(['never', {}]), says('done')] }),
      tools: {
        never: (_, signal) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve(new Error('stopped')))),
      },
    })
    const runId = await own.launch(body, { workspace })
    await own.happened(runId, ({ type }) => type === 'tool.started')
    await own.done(own.engine.actOnAgent(runId, 'a1', { do: 'skip' }, ann))
    const state = await own.ended(runId)
    expect(state.agents.get('a1')?.status).toBe('skipped')
    expect(own.dispatcher.usage().slots.used).toBe(0)
  })
})
