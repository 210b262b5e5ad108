import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { processesHere } from '@/lib/processes/here'
import { fitChanges, undoChanges, writeFitted } from './apply'
import { createFileStores, type FileStores, type StoredFiles } from './file-stores'
import { narrow } from './narrow'
import { snapshot } from './snapshot'
import { editTree } from './trees'

let place = ''
let root = ''
let stores: FileStores
let stored: StoredFiles
const signal = new AbortController().signal

beforeEach(async () => {
  place = mkdtempSync(join(tmpdir(), 'revisions-'))
  root = join(place, 'folder')
  mkdirSync(root)
  stores = createFileStores(join(place, 'store'), processesHere)
  stored = await stores.of(root)
})
afterEach(() => {
  stores.close()
  rmSync(place, { recursive: true, force: true })
})

const put = (path: string, text: string) => writeFileSync(join(root, path), text)
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** A tree of what is in the folder, and one in which these files hold something else. */
async function trees(paths: readonly string[], changed: Readonly<Record<string, string>>) {
  const { tree: base } = await snapshot(stored.repository, root, paths)
  const { objects } = stored.repository
  const edits = Object.entries(changed).map(async ([path, text]) => ({
    path,
    file: { mode: '100644' as const, blob: await objects.write('blob', Buffer.from(text)) },
  }))
  return { base, tree: await editTree(objects, base, await Promise.all(edits)) }
}

async function fitted(changed: Readonly<Record<string, string>>) {
  const between = await trees(['a.txt', 'b.txt'], changed)
  const found = await fitChanges(stored, { root, ...between, refusal: () => null }, signal)
  if (found.kind !== 'fits') throw new Error('It does not fit')
  return found
}

describe('changes whose writing was cut off', () => {
  beforeEach(() => {
    put('a.txt', 'a\n')
    put('b.txt', 'b\n')
  })

  test('before the first byte are undone by doing nothing', async () => {
    const found = await fitted({ 'a.txt': 'A\n', 'new.txt': 'new\n' })
    expect(await undoChanges(stored, root, found)).toMatchObject({ kind: 'undone' })
    expect([read('a.txt'), existsSync(join(root, 'new.txt'))]).toEqual(['a\n', false])
  })

  test('in the middle are undone as far as they came', async () => {
    const found = await fitted({ 'a.txt': 'A\n', 'b.txt': 'B\n' })
    put('a.txt', 'A\n')
    expect(await undoChanges(stored, root, found)).toMatchObject({ kind: 'undone' })
    expect([read('a.txt'), read('b.txt')]).toEqual(['a\n', 'b\n'])
  })

  test('are not undone over what somebody wrote there since', async () => {
    const found = await fitted({ 'a.txt': 'A\n', 'b.txt': 'B\n' })
    await writeFitted(stored, root, found)
    put('b.txt', 'mine\n')
    expect(await undoChanges(stored, root, found)).toEqual({ kind: 'changed', paths: ['b.txt'] })
    expect([read('a.txt'), read('b.txt')]).toEqual(['A\n', 'mine\n'])
  })
})

test('what changed after it was fitted stays, and what was written before that is put back', async () => {
  put('a.txt', 'a\n')
  put('b.txt', 'b\n')
  const found = await fitted({ 'a.txt': 'A\n', 'b.txt': 'B\n' })
  put('b.txt', 'mine\n')
  await expect(writeFitted(stored, root, found)).rejects.toThrow('b.txt changed while')
  expect([read('a.txt'), read('b.txt')]).toEqual(['a\n', 'mine\n'])
})

test('a second who writes to a folder is turned away until the first has ended', async () => {
  let end = () => {}
  const first = stores.alone(root, () => new Promise<string>((resolve) => (end = () => resolve('first'))))
  expect(await stores.alone(root, async () => 'second')).toBeNull()
  end()
  expect(await first).toBe('first')
  expect(await stores.alone(root, async () => 'third')).toBe('third')
})

describe('a command of git', () => {
  test('ends once it has used its processor time', async () => {
    // What git starts has the limit as well: here a shell that does nothing for ever.
    const { git } = stored.repository
    const loops = ['-c', 'alias.loop=!while :; do :; done', 'loop']
    await expect(git.run(loops, { cpuSeconds: 1 })).rejects.toThrow('git')
  })

  test('is asked for the files of a pattern that it reads as we do, and for no other', async () => {
    put('a.txt', 'alpha 1\n')
    put('b.txt', 'beta\n')
    const { base } = await trees(['a.txt', 'b.txt'], {})
    const find = (pattern: string) =>
      narrow(stored.repository, base, pattern, { caseSensitive: true, under: '', signal })
    expect(await find('alpha \\d')).toEqual(['a.txt'])
    expect(await find('gamma')).toEqual([])
    for (const pattern of ['(?<=al)pha', '\\u0061', '(?<n>a)\\k<n>', 'ä', '[', 'a++'])
      expect([pattern, await find(pattern)]).toEqual([pattern, null])
  })
})
