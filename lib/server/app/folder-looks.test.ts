import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { processesHere } from '@/lib/processes/here'
import { realClock } from '../testing/real-clock'
import { createFolderLooks } from './folder-looks'

let home = ''
let root = ''
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'skein-look-')))
  root = join(home, 'root')
  mkdirSync(root)
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], {
    cwd: root,
    encoding: 'utf8',
  }).trim()

/** A repository with one commit of three files. */
function repository(): string {
  git('init', '-q', '-b', 'trunk')
  write('src/a.ts', 'export const a = 1\n'.repeat(20))
  write('src/b.ts', 'export const b = 1\n')
  write('style.css', 'a { color: red }\n'.repeat(5))
  git('add', '-A')
  git('commit', '-q', '-m', 'first')
  return git('rev-parse', 'HEAD')
}

function looks(entry = join(process.cwd(), 'dist', 'folder-look.mjs'), limitMs?: number) {
  const { start } = processesHere
  const parts = { entry, dataDir: join(home, 'data'), privateNames: [], clock: realClock, start }
  return createFolderLooks(limitMs === undefined ? parts : { ...parts, limitMs })
}
const lookAt = (path: string) => looks().at({ path, roots: [root], deny: [] })

describe('a look at a folder', () => {
  test('tells number and size of what agents may see, its languages, branch and commit', async () => {
    const commit = repository()
    write('.env', 'KEY=secret\n')
    write('.gitignore', 'built\n')
    write('built/out.js', 'x')
    write('node_modules/one/index.js', 'x')
    git('add', '.gitignore')
    git('commit', '-q', '-m', 'second')
    const head = git('rev-parse', 'HEAD')
    expect(head).not.toBe(commit)
    expect(await lookAt(root)).toEqual({
      path: root,
      repository: { branch: 'trunk', commit: head, within: '' },
      files: { count: 4, bytes: 380 + 19 + 85 + 6, isMore: false, languages: ['TypeScript', 'CSS'] },
      uncommitted: 0,
      isCut: false,
    })
    // Nothing is left of it, here or there.
    expect(readdirSync(join(home, 'data', 'looking'))).toEqual([])
  })

  test('counts what is changed, staged, deleted and new, and nothing that only looks so', async () => {
    repository()
    write('src/b.ts', 'export const b = 2\n')
    write('src/staged.ts', 'export const c = 3\n')
    git('add', 'src/staged.ts')
    write('new in words.ts', 'export const d = 4\n')
    rmSync(join(root, 'style.css'))
    // Written again with the same bytes: another time is no change.
    write('src/a.ts', readFileSync(join(root, 'src/a.ts'), 'utf8'))
    write('.env', 'KEY=secret\n')
    const before = readFileSync(join(root, '.git', 'index'))
    expect((await lookAt(root)).uncommitted).toBe(4)
    expect(await lookAt(join(root, 'src'))).toMatchObject({
      repository: { within: 'src' },
      files: { count: 3 },
      uncommitted: 2,
    })
    expect(readFileSync(join(root, '.git', 'index')).equals(before)).toBe(true)
  })

  test('runs nothing that the folder names: no monitor, filter or hook of its configuration', async () => {
    repository()
    const trap = join(home, 'trap.sh')
    writeFileSync(trap, `#!/bin/sh\ntouch ${join(home, 'sprung')}\ncat\n`)
    chmodSync(trap, 0o755)
    write('.gitattributes', '* filter=trap diff=trap\n')
    git('config', 'core.fsmonitor', trap)
    git('config', 'core.hooksPath', home)
    git('config', 'filter.trap.clean', trap)
    git('config', 'filter.trap.process', trap)
    git('config', 'diff.external', trap)
    write('src/b.ts', 'export const b = 2\n')
    expect((await lookAt(root)).uncommitted).toBe(2)
    expect(existsSync(join(home, 'sprung'))).toBe(false)
  })

  test('knows a folder without a repository, a detached commit, and a worktree', async () => {
    write('notes.md', '# Notes\n')
    expect(await lookAt(root)).toMatchObject({
      repository: null,
      files: { count: 1, languages: ['Markdown'] },
      uncommitted: null,
      isCut: false,
    })
    rmSync(join(root, 'notes.md'))
    const commit = repository()
    git('checkout', '-q', '--detach')
    expect((await lookAt(root)).repository).toEqual({ branch: null, commit, within: '' })
    const tree = join(root, 'tree')
    git('worktree', 'add', '-q', '-b', 'side', tree)
    appendFileSync(join(tree, 'style.css'), 'b { color: blue }\n')
    expect(await lookAt(tree)).toMatchObject({
      repository: { branch: 'side', commit, within: '' },
      uncommitted: 1,
    })
  })

  test('a broken list of files leaves that open and tells the rest', async () => {
    repository()
    writeFileSync(join(root, '.git', 'index'), 'no list')
    expect(await lookAt(root)).toMatchObject({ files: { count: 3 }, uncommitted: null, isCut: false })
  })

  test.each([
    ['outside', () => home, 'outside the folders that runs may open'],
    ['missing', () => join(root, 'missing'), 'does not exist'],
    ['a file', () => join(root, 'style.css'), 'is not a folder'],
  ])('a folder that may not be opened is refused: %s', async (_, path, reason) => {
    repository()
    await expect(lookAt(path())).rejects.toThrow(reason)
  })
})

test('what does not answer in time is ended, and what is known by then is told', async () => {
  const slow = join(home, 'slow.mjs')
  const opened = { kind: 'opened', path: root, repository: { branch: 'trunk', commit: 'c', within: '' } }
  // What it has started is to end with it.
  writeFileSync(
    slow,
    `import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
const child = spawn('sleep', ['1000'])
writeFileSync(${JSON.stringify(join(home, 'pids'))}, process.pid + ' ' + child.pid)
console.log(${JSON.stringify(JSON.stringify(opened))})
setInterval(() => {}, 1000)
`,
  )
  const told = await looks(slow, 1_500).at({ path: root, roots: [root], deny: [] })
  expect(told).toEqual({
    ...{ path: root, repository: opened.repository, files: null, uncommitted: null },
    isCut: true,
  })
  const pids = readFileSync(join(home, 'pids'), 'utf8').split(' ').map(Number)
  expect(pids).toHaveLength(2)
  await expect.poll(() => pids.filter(isAlive), { timeout: 20_000 }).toEqual([])
})

/** Whether a process is there and no zombie, which waits only for whoever reads its end. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
