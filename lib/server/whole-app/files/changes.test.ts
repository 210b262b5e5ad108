import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { LaunchInput } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import { apply, branchOff, undoApply } from '@/lib/server/changes/apply-changes'
import { getChanges, getFileDiff, getPatch } from '@/lib/server/changes/changes'
import { fork } from '@/lib/server/runs/fork'
import { startTestApp, type TestAppOptions } from '@/lib/server/testing/test-app'

const ann = person('ann')
const apps: Awaited<ReturnType<typeof startTestApp>>[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.dispose()
})

async function start(files: Readonly<Record<string, string>>, more: TestAppOptions = {}) {
  const app = await startTestApp({ files, ...more })
  apps.push(app)
  const path = (name: string) => join(app.workspace, name)
  return {
    app,
    path,
    read: (name: string) => readFileSync(path(name), 'utf8'),
    git: (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], {
        cwd: app.workspace,
        encoding: 'utf8',
        env: { PATH: process.env.PATH, HOME: app.workspace, GIT_CONFIG_NOSYSTEM: '1', NODE_ENV: 'test' },
      }).trim(),
    /** A run whose one agent makes these calls, to its end. */
    async run(
      calls: readonly (readonly [name: string, input: { [key: string]: Json }])[],
      more: Partial<LaunchInput> = {},
    ) {
      const runId = await app.launch(`return agent(${JSON.stringify(scripted(calls))})`, {
        workspace: app.workspace,
        permissions: { write: true, shell: false, hosts: [], web: false, mcp: [] },
        ...more,
      })
      return { runId, state: await app.ended(runId) }
    },
  }
}

/** A prompt that has the simulator make calls, one a turn. */
function scripted(calls: readonly (readonly [name: string, input: { [key: string]: Json }])[]): string {
  const turns = [...calls.map(([name, input]) => ({ toolCalls: [{ name, input }] })), { text: 'done' }]
  return `Do it. [[sim: ${JSON.stringify(turns)}]]`
}

const edit = (path: string, old: string, now: string): readonly [string, { [key: string]: Json }] => [
  'edit_file',
  { path, edits: [{ oldText: old, newText: now }] },
]

describe('what agents changed', () => {
  test('is shown by file and by agent, as lines and as a patch, and the workspace is as it was', async () => {
    const { app, run, read } = await start({ 'a.txt': 'one\ntwo\n', 'b.txt': 'b\n' })
    const { runId, state } = await run([
      edit('a.txt', 'two', 'zwei'),
      ['write_file', { path: 'new/c.txt', content: 'c\n' }],
      ['delete_file', { path: 'b.txt' }],
    ])
    expect(state.run.status).toBe('completed')
    expect(read('a.txt')).toBe('one\ntwo\n')
    const changes = await getChanges(app.app, runId, {})
    expect(changes).toMatchObject({ head: null, added: 2, removed: 2, applied: null, canBranch: false })
    expect(changes.files.map(({ path, status }) => [path, status])).toEqual([
      ['a.txt', 'modified'],
      ['b.txt', 'deleted'],
      ['new/c.txt', 'added'],
    ])
    expect(changes.agents).toMatchObject([{ agentId: 'a1', status: 'merged', patch: { files: 3 } }])
    const diff = await getFileDiff(app.app, runId, { path: 'a.txt' })
    expect(diff).toMatchObject({ kind: 'text', added: 1, removed: 1, isCut: false })
    expect(diff.hunks.flat().map(({ kind, text }) => [kind, text])).toContainEqual(['added', 'zwei'])
    const patch = await (await getPatch(app.app, runId, {})).text()
    expect(patch).toContain('+zwei')
    await expect(getFileDiff(app.app, runId, { path: 'nothing' })).rejects.toThrow('No file of this run')
    await expect(getChanges(app.app, runId, { agent: 'a9' })).rejects.toThrow(
      'a9 of this run changed no files',
    )
    expect((await app.state(runId)).log.map(({ message }) => message)).toContain('Wrote new/c.txt.')
  })

  test('is nothing in a run whose agents only read', async () => {
    const { app, run } = await start({ 'a.txt': 'a\n' })
    const { runId, state } = await run([edit('a.txt', 'a', 'b')], { permissions: undefined })
    expect(state.run.files).toBeNull()
    await expect(getChanges(app.app, runId, {})).rejects.toThrow('This run changes no files')
    await expect(apply(app.app, runId, ann)).rejects.toThrow('This run changes no files')
  })

  test.each([
    ['../out.txt', 'must not hold ..'],
    ['/etc/passwd', 'is outside the workspace'],
    ['.git/hooks/pre-commit', 'belongs to version control'],
    ['x/.GIT/config', 'belongs to version control'],
    ['.git ./config', 'belongs to version control'],
    ['.env', 'may hold secrets'],
    ['a.txt/b', 'a.txt is a file'],
    ['dir', 'dir is a folder'],
    ['a\nb', 'control character'],
    ['x'.repeat(300), 'is too long'],
    ['.', 'is no file'],
  ])('never goes to %j', async (path, said) => {
    const { app, run } = await start({ 'a.txt': 'a\n', 'dir/x': 'x' })
    const { runId, state } = await run([['write_file', { path, content: 'x' }]])
    const messages = await app.app.store.loadMessages(runId, 'a1')
    expect(JSON.stringify(messages)).toContain(said)
    expect(state.agents.get('a1')?.patch).toBeNull()
  })
})

describe('applying', () => {
  test('writes all of it, keeps modes and line ends, and undo restores every byte', async () => {
    const { app, run, read, path } = await start({
      'a.txt': 'one\r\ntwo\r\n',
      'tool.sh': '#!/bin/sh\n',
      'old/b.txt': 'b\n',
    })
    chmodSync(path('tool.sh'), 0o755)
    const { runId } = await run([
      edit('a.txt', 'two', 'zwei'),
      edit('tool.sh', '#!/bin/sh', '#!/bin/sh -e'),
      ['move_file', { from: 'old/b.txt', to: 'new/b.txt' }],
    ])
    expect(await apply(app.app, runId, ann)).toEqual({ kind: 'applied', files: 4 })
    expect(read('a.txt')).toBe('one\r\nzwei\r\n')
    expect(statSync(path('tool.sh')).mode & 0o111).not.toBe(0)
    expect([existsSync(path('old')), read('new/b.txt')]).toEqual([false, 'b\n'])
    await expect(apply(app.app, runId, ann)).rejects.toThrow('in the workspace already')
    expect((await getChanges(app.app, runId, {})).applied).toMatchObject({
      by: 'ann',
      files: 4,
      isCurrent: true,
    })
    expect(await undoApply(app.app, runId, ann)).toEqual({ files: 4 })
    expect(read('a.txt')).toBe('one\r\ntwo\r\n')
    expect(statSync(path('tool.sh')).mode & 0o111).not.toBe(0)
    expect([existsSync(path('new')), read('old/b.txt')]).toEqual([false, 'b\n'])
    await expect(undoApply(app.app, runId, ann)).rejects.toThrow('are not in the workspace')
  })

  test('fits what was changed elsewhere meanwhile, and undo takes only its own away', async () => {
    const lines = Array.from({ length: 20 }, (_, at) => `line ${at}\n`).join('')
    const { app, run, read, path } = await start({ 'a.txt': lines })
    const { runId } = await run([edit('a.txt', 'line 18', 'line eighteen')])
    writeFileSync(path('a.txt'), lines.replace('line 1\n', 'my line\n'))
    expect(await apply(app.app, runId, ann)).toEqual({ kind: 'applied', files: 1 })
    expect(read('a.txt')).toBe(lines.replace('line 1\n', 'my line\n').replace('line 18', 'line eighteen'))
    await undoApply(app.app, runId, ann)
    expect(read('a.txt')).toBe(lines.replace('line 1\n', 'my line\n'))
  })

  test('writes nothing where a person changed the same place, and says where', async () => {
    const { app, run, read, path } = await start({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
    const { runId } = await run([edit('a.txt', 'a', 'A'), edit('b.txt', 'b', 'B')])
    writeFileSync(path('b.txt'), 'mine\n')
    expect(await apply(app.app, runId, ann)).toMatchObject({
      kind: 'conflict',
      conflicts: [{ path: 'b.txt' }],
    })
    expect([read('a.txt'), read('b.txt')]).toEqual(['a\n', 'mine\n'])
  })

  test('undoes nothing where a person went on, and says where', async () => {
    const { app, run, read, path } = await start({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
    const { runId } = await run([edit('a.txt', 'a', 'A'), edit('b.txt', 'b', 'B')])
    await apply(app.app, runId, ann)
    writeFileSync(path('a.txt'), 'A and more\n')
    await expect(undoApply(app.app, runId, ann)).rejects.toThrow('a.txt changed since')
    expect([read('a.txt'), read('b.txt')]).toEqual(['A and more\n', 'B\n'])
  })

  test.each([
    [
      'a link in place of a folder',
      (path: (name: string) => string) => {
        rmSync(path('dir'), { recursive: true })
        symlinkSync('/tmp', path('dir'))
      },
      'dir is a link',
    ],
    [
      'a folder in place of the file',
      (path: (name: string) => string) => {
        rmSync(path('dir/a.txt'))
        mkdirSync(path('dir/a.txt'))
      },
      'There is a folder',
    ],
  ])('never writes through %s', async (_, change, said) => {
    const { app, run, path } = await start({ 'dir/a.txt': 'a\n' })
    const { runId } = await run([edit('dir/a.txt', 'a', 'A')])
    change(path)
    const applied = await apply(app.app, runId, ann)
    expect(JSON.stringify(applied)).toContain(said)
    expect(existsSync('/tmp/a.txt')).toBe(false)
  })

  test('replaces a link by a file, and undo brings the link back', async () => {
    const { app, run, path, read } = await start({ 'a.txt': 'a\n' })
    symlinkSync('a.txt', path('link.txt'))
    const { runId } = await run([['write_file', { path: 'link.txt', content: 'own\n' }]])
    await apply(app.app, runId, ann)
    expect([lstatSync(path('link.txt')).isSymbolicLink(), read('link.txt'), read('a.txt')]).toEqual([
      false,
      'own\n',
      'a\n',
    ])
    await undoApply(app.app, runId, ann)
    expect(lstatSync(path('link.txt')).isSymbolicLink()).toBe(true)
  })

  test('of two who press at once one writes, and the other is told', async () => {
    const { app, run, read } = await start({ 'a.txt': 'a\n' })
    const { runId } = await run([edit('a.txt', 'a', 'A')])
    const both = await Promise.allSettled([apply(app.app, runId, ann), apply(app.app, runId, person('ben'))])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(read('a.txt')).toBe('A\n')
  })
})

describe('a workspace with a repository of its own', () => {
  const planted = 'touch "$(dirname "$0")/../RAN" 2>/dev/null; touch RAN'

  /** A repository whose configuration runs something whenever git is used in it. */
  async function hostile() {
    const own = await start({
      'a.txt': 'a\n',
      'crlf.txt': 'one\r\ntwo\r\n',
      '.gitattributes': '* filter=evil diff=evil merge=evil text=auto\n',
    })
    const { git, path } = own
    git('init', '-q', '-b', 'main')
    git('add', '-A')
    git('commit', '-q', '-m', 'first')
    const script = path('.git/evil.sh')
    writeFileSync(script, `#!/bin/sh\n${planted}\ncat\n`)
    chmodSync(script, 0o755)
    for (const hook of [
      'pre-commit',
      'post-checkout',
      'reference-transaction',
      'post-index-change',
      'fsmonitor-watchman',
    ])
      writeFileSync(path(`.git/hooks/${hook}`), `#!/bin/sh\n${planted}\n`, { mode: 0o755 })
    const settings = [
      'core.fsmonitor',
      'filter.evil.clean',
      'filter.evil.smudge',
      'filter.evil.process',
      'diff.evil.textconv',
      'diff.evil.command',
      'merge.evil.driver',
      'diff.external',
      'core.pager',
      'core.sshCommand',
    ]
    for (const name of settings) git('config', name, script)
    rmSync(path('RAN'), { force: true })
    rmSync(path('.git/RAN'), { force: true })
    return own
  }

  test('is read, and branched, without anything of it being run', async () => {
    const { app, run, git, path, read } = await hostile()
    const { runId, state } = await run([edit('a.txt', 'a', 'A'), edit('crlf.txt', 'two', 'zwei')])
    expect(state.run.files).toMatchObject({ head: expect.stringMatching(/^[0-9a-f]{40}$/), dirty: 0 })
    expect((await getChanges(app.app, runId, {})).canBranch).toBe(true)
    const { branch, commit } = await branchOff(app.app, runId, { branch: 'skein/try' }, ann)
    await apply(app.app, runId, ann)
    await undoApply(app.app, runId, ann)
    expect([existsSync(path('RAN')), existsSync(path('.git/RAN'))]).toEqual([false, false])
    expect([branch, read('a.txt')]).toEqual(['skein/try', 'a\n'])
    const plain = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'diff.external=']
    expect(git(...plain, 'cat-file', '-p', `${commit}:a.txt`)).toBe('A')
    expect(git(...plain, 'rev-parse', `${commit}^`)).toBe(state.run.files?.head)
    await expect(branchOff(app.app, runId, { branch: 'skein/try' }, ann)).rejects.toThrow(
      'a branch skein/try already',
    )
    await expect(branchOff(app.app, runId, { branch: 'a..b' }, ann)).rejects.toThrow('no name for a branch')
  })

  test('above a workspace has its branch with the rest of it as it was', async () => {
    const { app, git, path } = await start({
      'top.txt': 'top\n',
      'pack/it/a.txt': 'a\n',
      'pack/it/b.txt': 'b\n',
    })
    git('init', '-q', '-b', 'main')
    git('add', '-A')
    git('commit', '-q', '-m', 'first')
    writeFileSync(path('top.txt'), 'top by me\n')
    const prompt = scripted([
      edit('a.txt', 'a', 'A'),
      ['delete_file', { path: 'b.txt' }],
      ['write_file', { path: 'new.txt', content: 'new\n' }],
    ])
    const runId = await app.launch(`return agent(${JSON.stringify(prompt)})`, {
      workspace: path('pack/it'),
      permissions: { write: true, shell: false, hosts: [], web: false, mcp: [] },
    })
    const { run } = await app.ended(runId)
    expect(run.files).toMatchObject({ head: git('rev-parse', 'HEAD'), dirty: 0 })
    expect((await getChanges(app.app, runId, {})).canBranch).toBe(true)
    const { commit } = await branchOff(app.app, runId, { branch: 'below' }, ann)
    expect(git('diff', '--name-status', 'main', commit)).toBe(
      'M\tpack/it/a.txt\nD\tpack/it/b.txt\nA\tpack/it/new.txt',
    )
    expect(git('show', `${commit}:pack/it/a.txt`)).toBe('A')
    expect(git('status', '--porcelain')).toBe('M top.txt')
    expect(git('fsck', '--strict')).toBe('')
  })

  test('gives agents what is not committed too, and says how much that is', async () => {
    const { app, run, git, path } = await start({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
    git('init', '-q', '-b', 'main')
    git('add', '-A')
    git('commit', '-q', '-m', 'first')
    writeFileSync(path('a.txt'), 'a by me\n')
    writeFileSync(path('new.txt'), 'new\n')
    rmSync(path('b.txt'))
    const { runId, state } = await run([edit('a.txt', 'a by me', 'a by both')])
    expect(state.run.files).toMatchObject({ dirty: 3 })
    expect(git('status', '--porcelain')).toBe('M a.txt\n D b.txt\n?? new.txt')
    await expect(branchOff(app.app, runId, {}, ann)).rejects.toThrow(
      'not committed when the run began (a.txt)',
    )
    expect(state.log.map(({ message }) => message)[0]).toMatch(/with 3 uncommitted changes/)
  })
})

describe('a fork', () => {
  test('begins from the files its origin began from, whatever became of the workspace', async () => {
    const { app, run, path } = await start({ 'a.txt': 'a\n' })
    const { runId, state } = await run([edit('a.txt', 'a', 'A')])
    writeFileSync(path('a.txt'), 'other\n')
    const forked = await fork(app.app, runId, {}, ann)
    const second = await app.ended(forked.id)
    expect(second.run.files).toMatchObject({ base: state.run.files?.base, tree: state.run.files?.tree })
    expect(second.totals.turns).toBe(0)
  })

  test('survives a kill: its files are those that were recorded', async () => {
    const { app } = await start({ 'a.txt': 'a\n' })
    const one = scripted([edit('a.txt', 'a', 'A'), ['write_file', { path: 'b.txt', content: 'b\n' }]])
    const runId = await app.launch(`return agent(${JSON.stringify(one)})`, {
      workspace: app.workspace,
      permissions: { write: true, shell: false, hosts: [], web: false, mcp: [] },
    })
    await app.restart({ runId, when: ({ event }) => event.type === 'tool.ended' })
    const state = await app.ended(runId)
    expect((await getChanges(app.app, runId, {})).files.map(({ path }) => path)).toEqual(['a.txt', 'b.txt'])
    expect(state.agents.get('a1')?.patch).toMatchObject({ files: 2 })
  })
})
