import { describe, expect, test } from 'vitest'
import { calls, conversations, says } from '../testing/replies'
import type { Reply } from '../testing/scripted-provider'
import { workingPerTest } from '../testing/working'

const working = workingPerTest()
const write = (path: string, content: string): Reply => calls(['write_file', { path, content }])

/** Five agents that each write one file, apart from each other. */
const five = Object.fromEntries(
  [1, 2, 3, 4, 5].map((at) => [`do ${at}`, [write(`${at}.txt`, `${at}\n`), says(`did ${at}`, 60 - at * 10)]]),
)
const wave = (options = '{}') =>
  `const done = await parallel([1, 2, 3, 4, 5].map((at) => () => agent.settled('do ' + at, { isolation: 'worktree' }))); return patterns.merge(done, ${options})`

/** Fails while a file is there. */
const without =
  (bad: string) =>
  async (_: string, read: (path: string) => Promise<string | null>): Promise<string> =>
    (await read(bad)) === null ? '' : `${bad} breaks it`

describe('patterns.merge', () => {
  test('merges what waits in the order of the calls, and says which files came of it', async () => {
    const { own, launch, fileOf } = await working({ 'a.txt': 'a\n' }, conversations(five))
    const runId = await launch(wave())
    const state = await own.ended(runId)
    expect(await own.result(runId)).toEqual({
      revision: state.run.files?.tree,
      merged: ['a1', 'a2', 'a3', 'a4', 'a5'],
      refused: [],
      check: null,
    })
    expect((await own.events(runId, 'run.merged')).map(({ agentId }) => agentId)).toEqual([
      'a1',
      'a2',
      'a3',
      'a4',
      'a5',
    ])
    expect(await fileOf(runId, '5.txt')).toBe('5\n')
    expect(own.sent).toHaveLength(10)
    await own.checkRows(runId)
  })

  test('without a list takes what waits in the phase; the next agents begin from what was merged', async () => {
    const { own, launch } = await working(
      {},
      conversations({ ...five, look: [calls(['read_file', { path: '2.txt' }]), says('seen')] }),
    )
    const runId = await launch(
      `phase('One'); await agent('do 1', { isolation: 'worktree' }); phase('Two'); await agent('do 2', { isolation: 'worktree' }); const merged = await patterns.merge(); await agent('look'); return [merged.merged, (await changes()).files]`,
    )
    await own.ended(runId)
    expect(await own.result(runId)).toEqual([
      ['a2'],
      [{ path: '2.txt', status: 'added', added: 1, removed: 0 }],
    ])
    expect((await own.told(runId, 'a3')).at(-1)).toContain('1\t2')
  })

  test('finds the change that broke the check, has it mended, and runs the check once for each state', async () => {
    const { own, launch, fileOf } = await working(
      {},
      conversations({
        ...five,
        'The changes of several agents were merged, and the check fails since those of "do 3" were added. Mend the files so that it passes: keep what the changes were meant to do, and do not weaken the check or the tests.':
          [calls(['delete_file', { path: '3.txt' }]), says('mended')],
      }),
      { check: without('3.txt') },
    )
    const runId = await launch(wave(`{ check: 'make test' }`))
    const state = await own.ended(runId)
    expect(await own.result(runId)).toMatchObject({
      merged: ['a1', 'a2', 'a3', 'a4', 'a5'],
      check: { ok: true, brokenBy: 'a3', fixedBy: 'a3.1' },
    })
    expect(await fileOf(runId, '3.txt')).toBeNull()
    expect(await fileOf(runId, '4.txt')).toBe('4\n')
    expect(state.agents.get('a3')?.patch).toMatchObject({ files: 1, added: 1 })
    const checked = (await own.events(runId, 'merge.checked')).map(({ tree }) => tree)
    expect(new Set(checked).size).toBe(checked.length)
    expect(checked.length).toBeLessThanOrEqual(6)
  })

  test('takes out what nobody could mend, and keeps what was merged after it', async () => {
    const { own, launch, fileOf } = await working({}, conversations(five), { check: without('2.txt') })
    const runId = await launch(wave(`{ check: 'make test' }`))
    const state = await own.ended(runId)
    expect(await own.result(runId)).toMatchObject({
      merged: ['a1', 'a3', 'a4', 'a5'],
      refused: [{ agentId: 'a2', why: '`make test` fails with its changes.', output: '2.txt breaks it' }],
      check: { ok: true, brokenBy: 'a2', fixedBy: null },
    })
    expect(await fileOf(runId, '2.txt')).toBeNull()
    expect(await fileOf(runId, '5.txt')).toBe('5\n')
    expect(state.agents.get('a2')?.patchStatus).toBe('conflict')
  })

  test('runs no check in a dry run: it says what a run would do, once', async () => {
    let checks = 0
    const check = async () => {
      checks += 1
      return 'it fails'
    }
    const { own, launch } = await working({}, conversations(five), { check })
    const faults = { refusals: 0, rateLimits: 0, errors: 0, cuts: 0 }
    const runId = await launch(wave(`{ check: 'make test' }`), { dryRun: { faults } })
    const { log } = await own.ended(runId)
    expect(await own.result(runId)).toMatchObject({ check: { ok: true, brokenBy: null }, refused: [] })
    expect(checks).toBe(0)
    const said = log.filter(({ message }) => message.includes('would check what was merged'))
    expect(said.map(({ message }) => message)).toEqual([expect.stringContaining('`make test`')])
  })

  test('blames nobody where the check failed before', async () => {
    const { own, launch } = await working({ 'old.txt': 'x' }, conversations(five), {
      check: without('old.txt'),
    })
    const runId = await launch(wave(`{ check: 'make test' }`))
    const state = await own.ended(runId)
    expect(await own.result(runId)).toMatchObject({
      merged: ['a1', 'a2', 'a3', 'a4', 'a5'],
      check: { ok: false, wasFailing: true, brokenBy: null },
    })
    expect(state.agents.size).toBe(5)
  })

  test.each([
    [`patterns.merge(['nobody'])`, 'There is no agent nobody'],
    [`patterns.merge([1])`, 'takes what agent.settled() gave'],
    [`patterns.merge([], { check: 'x' })`, 'cannot run its check'],
    [`patterns.merge([], { check: '' })`, 'takes a command as check'],
  ])('says what is wrong with %s', async (call, said) => {
    const { own, launch } = await working({}, conversations({}))
    const runId = await launch(`try { return await ${call} } catch (error) { return error.message }`)
    await own.ended(runId)
    expect(await own.result(runId)).toContain(said)
  })

  test('has nothing to merge in a run that only reads', async () => {
    const { own, launch } = await working({}, conversations({}))
    const runId = await launch(`return patterns.merge().catch((error) => error.message)`, {
      permissions: undefined,
      workspace: null,
    })
    await own.ended(runId)
    expect(await own.result(runId)).toContain('launch it with the permission to write')
  })

  test('goes on where a kill cut it off: no agent is asked, and no check is run, twice', async () => {
    let checks = 0
    const reply = conversations({
      ...five,
      'The changes of several agents were merged, and the check fails since those of "do 3" were added. Mend the files so that it passes: keep what the changes were meant to do, and do not weaken the check or the tests.':
        [calls(['delete_file', { path: '3.txt' }]), says('mended')],
    })
    const check = async (command: string, read: (path: string) => Promise<string | null>) => {
      checks += 1
      return without('3.txt')(command, read)
    }
    const { own, launch, fileOf } = await working({}, reply, { check })
    const runId = await launch(wave(`{ check: 'make test' }`))
    await own.killedAfter((event) => event.type === 'run.merged' && event.agentId === 'a2')
    await own.killedAfter((event) => event.type === 'merge.checked')
    await own.killedAfter((event) => event.type === 'tool.ended' && event.agentId === 'a3.1')
    await own.ended(runId)
    expect(await own.result(runId)).toMatchObject({ check: { ok: true, brokenBy: 'a3', fixedBy: 'a3.1' } })
    expect(await fileOf(runId, '4.txt')).toBe('4\n')
    expect(own.sent).toHaveLength(12)
    // Each kill may have cut one check off; none that was recorded is run again.
    expect(checks).toBeLessThanOrEqual((await own.events(runId, 'merge.checked')).length + 3)
    const trees = (await own.events(runId, 'merge.checked')).map(({ tree }) => tree)
    expect(new Set(trees).size).toBe(trees.length)
  })
})

describe('a fork of a run that changed files', () => {
  const body = (first: string) =>
    `const one = await parallel([() => agent('${first}'), () => agent('do 2'), () => agent('do 3')]); return one`

  test('with nothing changed buys nothing, and has the same files', async () => {
    const { own, launch, fork, fileOf } = await working({}, conversations(five))
    const origin = await launch(body('do 1'))
    const first = await own.ended(origin)
    const sent = own.sent.length
    const runId = await fork(origin, body('do 1'))
    const state = await own.ended(runId)
    expect(own.sent).toHaveLength(sent)
    expect(state.run.files?.tree).toBe(first.run.files?.tree)
    expect(await fileOf(runId, '3.txt')).toBe('3\n')
    expect(state.agents.get('a2')?.patch).toEqual(first.agents.get('a2')?.patch)
  })

  test('that changes one prompt of a wave buys that one call, and merges the others again', async () => {
    const { own, launch, fork, fileOf } = await working({}, conversations(five))
    const origin = await launch(body('do 1'))
    await own.ended(origin)
    const sent = own.sent.length
    const runId = await fork(origin, body('do 4'))
    const state = await own.ended(runId)
    expect(own.sent.slice(sent).map(({ prompt }) => prompt)).toEqual(['do 4', 'do 4'])
    expect(state.run.files?.merges).toBe(3)
    expect(await fileOf(runId, '1.txt')).toBeNull()
    expect(await fileOf(runId, '4.txt')).toBe('4\n')
    expect(await fileOf(runId, '2.txt')).toBe('2\n')
  })

  test('takes over a conflict that was resolved, and the merge of a wave with its check', async () => {
    let checks = 0
    const reply = conversations({
      ...five,
      left: [write('same.txt', 'left\n'), says('left')],
      right: [write('same.txt', 'right\n'), says('right', 50)],
      'Two agents changed the same places of these files, and both changes are wanted:': [
        write('same.txt', 'left and right\n'),
        says('both'),
      ],
    })
    const check = () => {
      checks += 1
      return ''
    }
    const script = (end: string) =>
      `await parallel([() => agent('left'), () => agent('right')]); phase('Wave'); const done = await parallel([1, 2].map((at) => () => agent.settled('do ' + at, { isolation: 'worktree' }))); const merged = await patterns.merge(done, { check: 'make' }); return [merged.merged, await agent('${end}')]`
    const { own, launch, fork, fileOf } = await working({}, reply, { check })
    const origin = await launch(script('do 3'))
    await own.ended(origin)
    const [sent, ran] = [own.sent.length, checks]
    const runId = await fork(origin, script('do 4'))
    await own.ended(runId)
    expect(own.sent.slice(sent).map(({ prompt }) => prompt)).toEqual(['do 4', 'do 4'])
    expect(checks).toBe(ran)
    expect(await fileOf(runId, 'same.txt')).toBe('left and right\n')
    expect(await fileOf(runId, '2.txt')).toBe('2\n')
    expect(await own.result(runId)).toEqual([['a3', 'a4'], 'did 4'])
  })
})
