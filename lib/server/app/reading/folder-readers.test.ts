import { execFileSync } from 'node:child_process'
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { processesHere } from '@/lib/processes/here'
import { createClockAhead } from '../../testing/real-clock'
import { createFolderReaders, type FolderReaders } from './folder-readers'

const entry = join(process.cwd(), 'dist', 'folder-reader.mjs')

let home = ''
let clock = createClockAhead()
let readers: FolderReaders
/** Those of other tests in this process. */
let others: ReadonlySet<number> = new Set()
beforeEach(() => {
  others = new Set(allReaders())
  home = realpathSync(mkdtempSync(join(tmpdir(), 'skein-readers-')))
  clock = createClockAhead()
  readers = createFolderReaders({ entry, awake: clock.awake, start: processesHere.start, askAgainMs: 50 })
})
afterEach(() => {
  for (const pid of readerPids()) process.kill(pid, 'SIGCONT')
  readers.close()
  rmSync(home, { recursive: true, force: true })
})

function folder(name: string, files: Readonly<Record<string, string>> = { 'a.txt': 'a' }): string {
  const path = join(home, name)
  mkdirSync(path)
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text)
  return path
}

const rules = (path: string) => ({ path, roots: [home], deny: [], privateNames: [] })
const { signal } = new AbortController()

function readerPids(): number[] {
  return allReaders().filter((pid) => !others.has(pid))
}

/** Processes that this one has started to read folders. */
function allReaders(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === process.pid && commandOf(pid).includes('folder-reader'))
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

function parentOf(pid: number): number {
  try {
    const told = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(told.slice(told.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return 0
  }
}

/** From here on nothing that is asked of a process gets an answer, as on a mount that is dead. */
function stopReaders(pids: readonly number[] = readerPids()): void {
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
}

/** Rejections that come later are looked at then. */
function told(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'nothing was wrong',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
}

describe('a folder that is read by a process of its own', () => {
  test('is listed, followed and identified as it is here', async () => {
    const path = folder('project', { 'a.txt': 'a', '.env': 'KEY=1' })
    const workspace = await readers.open(rules(path))
    expect(workspace.root).toBe(path)
    expect(workspace.listFiles()).toMatchObject([{ path: 'a.txt', size: 1 }])
    expect(workspace.keptBack('.env')).toContain('secrets')
    expect(await workspace.locate('a.txt')).toMatchObject({ ok: true, absolute: join(path, 'a.txt') })
    expect(await workspace.locate('../x')).toMatchObject({ ok: false })
    expect((await readers.open(rules(path))).revision).toBe(workspace.revision)
    writeFileSync(join(path, 'b.txt'), 'b')
    expect((await readers.open(rules(path))).revision).not.toBe(workspace.revision)
    await expect(readers.open(rules('/etc'))).rejects.toMatchObject({ kind: 'outside-roots' })
    await expect(readers.enter(rules(join(home, 'none')))).rejects.toMatchObject({ kind: 'missing' })
  })

  test('tells which commit is checked out, and which folders below it are repositories', async () => {
    const path = folder('project')
    folder('another')
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd: path })
    git('init', '-q')
    git('add', '-A')
    git('commit', '-q', '-m', 'first')
    const head = git('rev-parse', 'HEAD').toString().trim()
    expect(await readers.checkedOut(path, [home])).toMatchObject({ head, within: '' })
    expect(await readers.checkedOut(join(home, 'another'), [home])).toBeNull()
    expect(await readers.below(home, 10, 5_000)).toEqual([
      { path: home, isRepository: false },
      { path: join(home, 'another'), isRepository: false },
      { path, isRepository: true },
    ])
  })

  test('with sixty thousand files is listed while this process goes on with other things', async () => {
    const path = folder('large', {})
    const originals = [0, 1, 2, 3].map((at) => {
      const file = join(path, `original-${at}`)
      writeFileSync(file, 'x')
      return file
    })
    for (let at = 0; at < 60_000; at += 1) {
      if (at % 1_000 === 0) mkdirSync(join(path, `d${at / 1_000}`))
      const original = originals[at % originals.length] ?? ''
      linkSync(original, join(path, `d${Math.floor(at / 1_000)}`, `f${at}`))
    }
    let turns = 0
    let isDone = false
    const others = (async () => {
      while (!isDone) {
        await new Promise((resolve) => setImmediate(resolve))
        turns += 1
      }
    })()
    const workspace = await readers.open(rules(path))
    isDone = true
    await others
    expect(workspace.listFiles()).toHaveLength(60_004)
    expect(workspace.isCut).toBe(false)
    // A list that was made here would let nobody else have a turn for most of it.
    expect(turns).toBeGreaterThan(200)
  }, 120_000)
})

describe('a folder that does not answer', () => {
  test('ends what was asked of it with a sentence, and holds up no other folder', async () => {
    const [dead, fine] = [folder('dead'), folder('fine')]
    const workspace = await readers.open(rules(dead))
    const ofDead = readerPids()
    const other = await readers.open(rules(fine))
    stopReaders(ofDead)
    const asked = [told(workspace.locate('a.txt')), told(readers.open(rules(dead)))]
    expect(await other.locate('a.txt')).toMatchObject({ ok: true })
    clock.aheadMs += 30_000
    expect(await Promise.all(asked)).toEqual(
      ['dead', 'dead'].map(
        (name) =>
          `${join(home, name)} does not answer: nothing could be read of it for a while. Check that the disk or network drive it lies on is there and mounted, then try again.`,
      ),
    )
    expect(readerPids().some((pid) => ofDead.includes(pid))).toBe(false)
    // Whoever asks at once is told the same without waiting, and later it is tried again.
    expect(await told(readers.open(rules(dead)))).toContain('does not answer')
    clock.aheadMs += 10_000
    while ((await told(readers.open(rules(dead)))) !== 'nothing was wrong')
      await new Promise((resolve) => setTimeout(resolve, 50))
  }, 60_000)

  test('is what work on it ends with, whether or not that can be stopped', async () => {
    const path = folder('dead')
    let wasStopped = false
    let push: NodeJS.Timeout | undefined
    const work = told(
      readers.during(path, signal, async (stop) => {
        stop.addEventListener('abort', () => {
          wasStopped = true
        })
        stopReaders()
        // It is asked again while this works, and then nothing is said for long.
        push = setInterval(() => {
          clock.aheadMs += 15_000
        }, 100)
        return new Promise(() => {})
      }),
    )
    expect(await work).toContain('does not answer')
    clearInterval(push)
    expect(wasStopped).toBe(true)
  }, 60_000)

  test('is not asked before what can be told without it', async () => {
    await readers.requireInside(join(home, 'dead'), [home])
    expect(readerPids()).toEqual([])
    await expect(readers.requireInside('/elsewhere', [home])).rejects.toMatchObject({ kind: 'outside-roots' })
  })

  test('costs no process once nobody has asked for a while', async () => {
    await readers.open(rules(folder('project')))
    expect(readerPids()).toHaveLength(1)
    clock.aheadMs += 61_000
    while (readerPids().length > 0) {
      clock.aheadMs += 61_000
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }, 60_000)
})
