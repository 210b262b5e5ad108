import { describe, expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { noBounds, noPermissions } from '@/lib/core/spec/permissions'
import type { Harness } from '../testing/harness'
import { harnessPerTest } from '../testing/per-test'
import { calls, conversations, says } from '../testing/replies'
import { workspace } from '../testing/scripted-surroundings'
import { mayWrite, workingPerTest } from '../testing/working'

const working = workingPerTest()
const ann = person('ann')
const asks = { permissions: noPermissions, whenNotPermitted: 'ask' as const }
const files = { 'a.txt': 'a\n' }
const write = (path: string) => calls(['write_file', { path, content: 'new\n' }])
const talk = conversations({
  one: [write('one.txt'), says('one done')],
  two: [write('two.txt'), says('two done')],
})

const isAsked = (own: Harness, runId: string, count = 1) =>
  own.until(async () => (await own.state(runId)).checkpoints.length === count)
const say = (own: Harness, runId: string, value: boolean, id = 'may-write.1') =>
  own.done(own.engine.answer(runId, id, value, ann))

describe('a call beyond what the launch permits', () => {
  test('waits for a person where the launch says so, and is made once it is allowed', async () => {
    const { own, launch, fileOf } = await working(files, talk)
    const runId = await launch(`return agent('one')`, asks)
    await isAsked(own, runId)
    await own.until(async () => (await own.state(runId)).agents.get('a1')?.status === 'waiting')
    const asked = await own.state(runId)
    expect(asked.agents.get('a1')).toMatchObject({ status: 'waiting', reason: 'permission' })
    expect(asked.checkpoints).toMatchObject([
      {
        kind: 'permission',
        status: 'open',
        title: 'one asks to change files: allow it for this run?',
        detail: expect.stringContaining('"one.txt"'),
        input: null,
      },
    ])
    expect(await own.events(runId, 'tool.started')).toEqual([])
    await say(own, runId, true)
    await own.ended(runId)
    expect(await fileOf(runId, 'one.txt')).toBe('new\n')
    await own.checkRows(runId)
  })

  test('is asked for once: its answer holds for all agents of the run', async () => {
    const { own, launch, fileOf } = await working(files, talk)
    const runId = await launch(`return parallel([() => agent('one'), () => agent('two')])`, asks)
    await isAsked(own, runId)
    await own.until(
      async () =>
        [...(await own.state(runId)).agents.values()].filter(({ status }) => status === 'waiting').length ===
        2,
    )
    await say(own, runId, true)
    const state = await own.ended(runId)
    expect(state.checkpoints).toHaveLength(1)
    expect([await fileOf(runId, 'one.txt'), await fileOf(runId, 'two.txt')]).toEqual(['new\n', 'new\n'])
  })

  test('that a person refuses is an error its agent is told, and is refused to the others unasked', async () => {
    const { own, launch, fileOf } = await working(files, talk)
    const runId = await launch(`return [await agent('one'), await agent('two')]`, asks)
    await isAsked(own, runId)
    await say(own, runId, false)
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual(['one done', 'two done'])
    expect(state.checkpoints).toHaveLength(1)
    expect(await fileOf(runId, 'two.txt')).toBeNull()
    for (const id of ['a1', 'a2'])
      expect((await own.told(runId, id)).join('\n')).toContain(
        'ann refused that agents of this run change files',
      )
  })

  test('is refused as an unknown tool where the launch does not say so', async () => {
    const { own, launch } = await working(files, talk)
    const runId = await launch(`return agent('one')`, { permissions: noPermissions })
    const state = await own.ended(runId)
    expect(state.checkpoints).toEqual([])
    expect((await own.told(runId, 'a1')).join('\n')).toContain('There is no tool "write_file"')
  })

  test('that is permitted at the launch is not asked for', async () => {
    const { own, launch } = await working(files, talk)
    const runId = await launch(`return agent('one')`, { permissions: mayWrite, whenNotPermitted: 'ask' })
    expect((await own.ended(runId)).checkpoints).toEqual([])
  })

  test('waits on after a crash, under the same question, and is then made as if nothing had been', async () => {
    const { own, launch, fileOf } = await working(files, talk)
    const runId = await launch(`return agent('one')`, asks)
    await isAsked(own, runId)
    await own.restart()
    await own.until(async () => own.engine.active(runId) !== null)
    await say(own, runId, true)
    const state = await own.ended(runId)
    expect(state.checkpoints).toHaveLength(1)
    expect(await fileOf(runId, 'one.txt')).toBe('new\n')
    expect((await own.told(runId, 'a1')).join('\n')).not.toContain('Interrupted')
    expect(own.sent).toHaveLength(2)
  })

  test('that nobody answers ends with its run, and is asked for anew when that is retried', async () => {
    const { own, launch } = await working(files, talk)
    const runId = await launch(`return agent('one')`, asks)
    await isAsked(own, runId)
    await own.done(own.engine.cancel(runId, ann))
    expect((await own.ended(runId)).checkpoints).toMatchObject([{ status: 'unanswered' }])
    await own.done(own.engine.retryFailed(runId, (await own.state(runId)).run.limits, ann))
    await isAsked(own, runId, 2)
    await say(own, runId, true, 'may-write.2')
    expect((await own.ended(runId)).run.status).toBe('completed')
  })

  test('takes none of the time that its agent may have', async () => {
    const { own, launch } = await working(files, talk)
    const runId = await launch(`return agent('one', { timeoutMs: 60000 })`, asks)
    await isAsked(own, runId)
    await own.pass(600_000)
    await say(own, runId, true)
    expect((await own.ended(runId)).agents.get('a1')).toMatchObject({ status: 'succeeded' })
  })
})

test('what agents are told names what a person is asked for', async () => {
  const { own, launch } = await working(files, talk)
  const runId = await launch(`return agent('two', { tools: ['read_file'] })`, asks)
  await own.ended(runId)
  expect(own.sent[0]?.request.system).toMatch(
    /A person is asked before the first of these in this run: commands, changes of files, pages of the web, a host/,
  )
})

describe('the network', () => {
  const open = harnessPerTest()
  const one = { ...asks, workspace }
  const oneOfTwo = conversations({
    one: [calls(['fetch_page', { url: 'https://example.org/' }]), says('read')],
    two: [calls(['run_command', { command: 'curl https://api.example.org/' }]), says('done')],
  })
  const commands = { ...asks, permissions: { ...noPermissions, shell: true }, workspace }
  const wants = (...wantedHosts: string[]) => ({
    run_command: () => ({ text: 'could not be reached', isError: true, wantedHosts }),
  })

  test('is asked for before a page is read, and the page is read once it is allowed', async () => {
    const read: unknown[] = []
    const fetch_page = (input: unknown) => {
      read.push(input)
      return 'the page'
    }
    const own = open({ reply: oneOfTwo, tools: { fetch_page } })
    const runId = await own.launch(`return agent('one')`, one)
    await isAsked(own, runId)
    expect((await own.state(runId)).checkpoints[0]).toMatchObject({
      checkpointId: 'may-web.1',
      title: 'one asks to read pages of the web: allow it for this run?',
      detail: expect.stringContaining('https://example.org/'),
    })
    expect(read).toEqual([])
    await say(own, runId, true, 'may-web.1')
    await own.ended(runId)
    expect(read).toHaveLength(1)
    expect((await own.told(runId, 'a1')).join('\n')).toContain('the page')
  })

  test('of commands is asked for host by host once one was refused, and what was said is told', async () => {
    const own = open({ reply: oneOfTwo, tools: wants('api.example', 'api.example.org') })
    const runId = await own.launch(`return agent('two')`, commands)
    await isAsked(own, runId)
    expect((await own.state(runId)).checkpoints[0]?.title).toBe(
      'two asks to let commands reach api.example: allow it for this run?',
    )
    await say(own, runId, false, 'may-host-api.example.1')
    await isAsked(own, runId, 2)
    const questions = own.engine.active(runId)?.permissionQuestions
    expect(questions?.allowedHosts()).toEqual([])
    await say(own, runId, true, 'may-host-api.example.org.1')
    await own.until(async () => (questions?.allowedHosts() ?? []).length > 0)
    expect(questions?.allowedHosts()).toEqual(['api.example.org'])
    await own.ended(runId)
    const told = (await own.told(runId, 'a1')).join('\n')
    expect(told).toContain('ann refused that agents of this run let commands reach api.example.')
    expect(told).toContain('[api.example.org is allowed from now on: run what needs it again.]')
  })

  test('is not asked for beyond what the project allows, nor where the launch refuses', async () => {
    const own = open({ reply: oneOfTwo, tools: wants('api.example.org') })
    const bounded = { ...commands, permissionBounds: { ...noBounds, hosts: ['example.com'] } }
    const toldIn = async (spec: object) => {
      const runId = await own.launch(`return agent('two')`, spec)
      expect((await own.ended(runId)).checkpoints).toEqual([])
      return (await own.told(runId, 'a1')).join('\n')
    }
    expect(await toldIn(bounded)).toContain('[api.example.org may not be reached by runs of this project.]')
    expect(await toldIn({ ...commands, whenNotPermitted: 'refuse' })).not.toContain('[api.example.org')
  })
})

test('what the project does not allow is neither offered nor asked for', async () => {
  const { own, launch } = await working(files, talk)
  const runId = await launch(`return agent('one')`, {
    ...asks,
    permissionBounds: { ...noBounds, write: false },
  })
  expect((await own.ended(runId)).checkpoints).toEqual([])
  expect((await own.told(runId, 'a1')).join('\n')).toContain('There is no tool "write_file"')
})
