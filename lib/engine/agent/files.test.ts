import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { calls, conversations, says, stops } from '../testing/replies'
import type { Reply } from '../testing/scripted-provider'
import { workingPerTest } from '../testing/working'

const working = workingPerTest()

const write = (path: string, content: string): Reply => calls(['write_file', { path, content }])
const edit = (path: string, oldText: string, newText: string): Reply =>
  calls(['edit_file', { path, edits: [{ oldText, newText }] }])

describe('agents that may write', () => {
  test('each change a copy of their own; what they changed is merged in the order of the journal', async () => {
    const { own, root, launch, fileOf } = await working(
      { 'a.txt': 'a\n', 'b.txt': 'b\n' },
      conversations({
        one: [edit('a.txt', 'a', 'A'), says('one done')],
        two: [edit('b.txt', 'b', 'B'), write('new/c.txt', 'c\n'), says('two done')],
        three: [calls(['read_file', { path: 'a.txt' }], ['read_file', { path: 'new/c.txt' }]), says('seen')],
      }),
    )
    const runId = await launch(
      `await parallel([() => agent('one'), () => agent('two')]); return agent('three')`,
    )
    const state = await own.ended(runId)
    expect(state.run.status).toBe('completed')
    expect(await fileOf(runId, 'a.txt')).toBe('A\n')
    expect(await fileOf(runId, 'b.txt')).toBe('B\n')
    expect(await readFile(join(root, 'a.txt'), 'utf8')).toBe('a\n')
    expect((await own.told(runId, 'a3')).join('\n')).toMatch(/1\tA[\s\S]*1\tc/)
    expect(state.run.files).toMatchObject({ merges: 2, head: null })
    expect(state.agents.get('a1')?.patch).toMatchObject({ files: 1, added: 1, removed: 1 })
    expect(state.agents.get('a2')).toMatchObject({ patch: { files: 2 }, patchStatus: 'merged' })
    expect(state.agents.get('a3')?.patch).toBeNull()
    await own.checkRows(runId)
  })

  test('begin from their files anew where another model is asked in their place', async () => {
    const { own, launch, fileOf } = await working({ 'a.txt': 'a\n' }, (sent) => {
      if (sent.request.model !== 'claude-opus-4-8')
        return sent.answers === 0 ? edit('a.txt', 'a', 'A') : stops('refusal', '')
      return sent.answers === 0 ? calls(['read_file', { path: 'a.txt' }]) : says('seen')
    })
    const runId = await launch(`return agent('one')`, { fallbackModel: 'claude-opus-4-8' })
    const state = await own.ended(runId)
    expect(await own.result(runId)).toBe('seen')
    expect(own.sent.at(-1)?.heard).toContain('1\ta')
    expect(state.agents.get('a1')?.patch).toBeNull()
    expect(await fileOf(runId, 'a.txt')).toBe('a\n')
  })

  test('that conflict have an agent make one of both, and the next one sees what it made', async () => {
    const { own, launch, fileOf } = await working(
      { 'a.txt': 'first\nlast\n' },
      conversations({
        one: [edit('a.txt', 'first', 'first of one'), says('one done')],
        two: [edit('a.txt', 'first', 'first of two'), says('two done', 50)],
        'Two agents changed the same places of these files, and both changes are wanted:': [
          write('a.txt', 'first of one and two\nlast\n'),
          says('Both are kept.'),
        ],
      }),
    )
    const runId = await launch(`return parallel([() => agent('one'), () => agent('two')])`)
    const state = await own.ended(runId)
    expect(state.run.status).toBe('completed')
    expect(await fileOf(runId, 'a.txt')).toBe('first of one and two\nlast\n')
    expect([...state.agents.keys()]).toEqual(['a1', 'a2', 'a2.1'])
    expect(state.agents.get('a2')).toMatchObject({ status: 'succeeded', patchStatus: 'merged' })
    const [, second] = await own.events(runId, 'run.merged')
    expect(second?.conflicts).toMatchObject([{ path: 'a.txt', kind: 'content' }])
    const [asked] = await own.told(runId, 'a2.1')
    expect(asked).toContain('"two" wants to add')
  })

  test('that conflict and are not resolved keep their answer, flagged, and their changes are left out', async () => {
    const { own, launch, fileOf } = await working(
      { 'a.txt': 'first\n' },
      conversations({
        one: [edit('a.txt', 'first', 'one'), says('one done')],
        two: [edit('a.txt', 'first', 'two'), says('two done', 50)],
        'Two agents changed the same places of these files, and both changes are wanted:': [
          says('I would not.'),
        ],
      }),
    )
    const runId = await launch(`return parallel([() => agent('one'), () => agent('two')])`)
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual(['one done', 'two done'])
    expect(await fileOf(runId, 'a.txt')).toBe('one\n')
    expect(state.agents.get('a2')).toMatchObject({ status: 'flagged', patchStatus: 'conflict' })
    expect(state.agents.get('a2')?.flags[0]?.reason).toContain('a2.1 was asked to resolve a.txt and did not')
  })

  test('with isolation keep their changes to themselves until they are merged', async () => {
    const { own, launch, fileOf } = await working(
      { 'a.txt': 'a\n' },
      conversations({
        one: [edit('a.txt', 'a', 'A'), says('one done')],
        two: [calls(['read_file', { path: 'a.txt' }]), says('two done')],
      }),
    )
    const runId = await launch(
      `const one = await agent.settled('one', { isolation: 'worktree' }); await agent('two'); return one.patch`,
    )
    const state = await own.ended(runId)
    expect(await fileOf(runId, 'a.txt')).toBe('a\n')
    expect(state.agents.get('a1')).toMatchObject({ patchStatus: 'waiting', patch: { files: 1 } })
    expect((await own.told(runId, 'a2')).at(-1)).toContain('1\ta')
    expect(await own.result(runId)).toMatchObject({ files: 1, added: 1, removed: 1 })
  })
})

test('an agent that leads others sees what they changed, and so does its next wave', async () => {
  const spawn = (label: string): Reply => calls(['spawn_agents', { agents: [{ label, prompt: label }] }])
  const { own, launch, fileOf } = await working(
    { 'a.txt': 'a\n' },
    conversations({
      lead: [
        spawn('one'),
        calls(['wait_for_agents', {}]),
        calls(['read_file', { path: 'one.txt' }]),
        spawn('two'),
        calls(['wait_for_agents', {}]),
        write('own.txt', 'own\n'),
        says('led'),
      ],
      one: [write('one.txt', 'by one\n'), says('one done')],
      two: [edit('one.txt', 'by one', 'by one and two'), says('two done')],
    }),
  )
  const runId = await launch(`return agent('lead', { spawn: true })`)
  await own.killedAfter((event) => event.type === 'tool.ended' && event.name === 'read_file')
  const state = await own.ended(runId)
  expect((await own.told(runId, 'a1')).join('\n')).toContain('1\tby one')
  expect(await fileOf(runId, 'one.txt')).toBe('by one and two\n')
  expect(await fileOf(runId, 'own.txt')).toBe('own\n')
  expect(state.agents.get('a1')?.patch).toMatchObject({ files: 1, added: 1 })
})

describe('a kill', () => {
  test('between a tool and its commit: the files are as before the message, and the agent is told', async () => {
    const { own, launch, fileOf } = await working(
      { 'a.txt': 'a\n' },
      conversations({
        one: [write('b.txt', 'b\n'), write('c.txt', 'c\n'), write('d.txt', 'd\n'), says('done')],
      }),
    )
    const runId = await launch(`return agent('one')`)
    let started = 0
    await own.killedAfter((event) => {
      if (event.type === 'tool.started') started += 1
      return started === 2
    })
    await own.ended(runId)
    expect((await own.told(runId, 'a1')).join('\n')).toContain('Interrupted: the server stopped')
    expect(await fileOf(runId, 'b.txt')).toBe('b\n')
    expect(await fileOf(runId, 'c.txt')).toBeNull()
    expect(await fileOf(runId, 'd.txt')).toBe('d\n')
    expect(own.sent.filter(({ prompt }) => prompt === 'one')).toHaveLength(4)
  })

  test('while a conflict is being resolved asks nobody twice', async () => {
    const { own, launch, fileOf } = await working(
      { 'a.txt': 'first\n' },
      conversations({
        one: [edit('a.txt', 'first', 'one'), says('one done')],
        two: [edit('a.txt', 'first', 'two'), says('two done', 50)],
        'Two agents changed the same places of these files, and both changes are wanted:': [
          write('a.txt', 'one and two\n'),
          says('Both are kept.'),
        ],
      }),
    )
    const runId = await launch(`return parallel([() => agent('one'), () => agent('two')])`)
    await own.killedAfter((event) => event.type === 'tool.ended' && event.agentId === 'a2.1')
    const state = await own.ended(runId)
    expect(await fileOf(runId, 'a.txt')).toBe('one and two\n')
    expect([...state.agents.keys()]).toEqual(['a1', 'a2', 'a2.1'])
    expect(own.sent).toHaveLength(6)
  })

  test('at any commit gives the same files, and buys no turn twice', async () => {
    const reply = conversations({
      one: [edit('a.txt', 'a', 'A'), says('one done')],
      two: [edit('b.txt', 'b', 'B'), says('two done')],
      three: [write('c.txt', 'c\n'), says('three done')],
    })
    const body = `await parallel([() => agent('one'), () => agent('two')]); return agent('three')`
    const files = { 'a.txt': 'a\n', 'b.txt': 'b\n' }
    const whole = await working(files, reply)
    const first = await whole.launch(body)
    await whole.own.ended(first)
    const events = (await whole.own.journal(first)).length
    const moments = Array.from({ length: events - 1 }, (_, at) => at + 2)
    for (const moment of moments.filter((at) => at % 6 === 0)) {
      const { own, launch, fileOf } = await working(files, reply)
      const runId = await launch(body)
      let seen = 0
      await own.killedAfter(() => ++seen === moment - 1)
      const state = await own.ended(runId)
      expect([moment, state.run.files?.merges]).toEqual([moment, 3])
      expect(await fileOf(runId, 'b.txt')).toBe('B\n')
      expect(await fileOf(runId, 'c.txt')).toBe('c\n')
    }
  })
})
