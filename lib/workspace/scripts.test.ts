import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readScript, readScripts } from './scripts'
import { readSmallFile } from './small-file'

let root = ''
let outside = ''
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'skein-scripts-')))
  outside = await realpath(await mkdtemp(join(tmpdir(), 'skein-outside-')))
  await mkdir(join(root, '.claude/workflows/deep'), { recursive: true })
  await writeFile(join(root, '.claude/workflows/deep/own.js'), 'own')
  await writeFile(join(outside, 'outsider.js'), 'outsider')
  await symlink(outside, join(root, '.claude/workflows/out'))
  await symlink(join(outside, 'outsider.js'), join(root, '.claude/workflows/link.js'))
  for (const name of ['a', 'b']) await symlink('.', join(root, '.claude/workflows', name))
})
afterAll(() => Promise.all([root, outside].map((folder) => rm(folder, { recursive: true, force: true }))))

const read = (folder: string) => readScripts(folder, new AbortController().signal)

test('a linked folder or file leads nowhere, and two that point at themselves hold nobody up', async () => {
  expect(await read(root)).toEqual([{ path: 'deep/own.js', source: 'own' }])
  for (const path of ['.claude/workflows/out/outsider.js', '.claude/workflows/link.js', '../x.js'])
    expect(await readScript(root, path), path).toHaveProperty('problem')
  expect(await readScript(root, '.claude/workflows/deep/own.js')).toEqual({ source: 'own' })
})

test('a folder of workflows that is itself a link out of the workspace has none', async () => {
  const other = await realpath(await mkdtemp(join(tmpdir(), 'skein-linked-')))
  await symlink(outside, join(other, '.claude'))
  await mkdir(join(outside, 'workflows'))
  await writeFile(join(outside, 'workflows/outsider.js'), 'outsider')
  expect(await read(other)).toEqual([])
  await rm(other, { recursive: true })
})

test('only a plain file of its size is read, in whatever encoding its mark tells of', async () => {
  const put = async (name: string, content: string | Buffer) => {
    await writeFile(join(outside, name), content)
    return join(outside, name)
  }
  expect(await readSmallFile(await put('bom.md', '\ufeff---\nname: x'), 100)).toBe('---\nname: x')
  expect(await readSmallFile(await put('utf16.md', Buffer.from('\ufeffname: x', 'utf16le')), 100)).toBe(
    'name: x',
  )
  expect(await readSmallFile(await put('long.md', 'x'.repeat(101)), 100)).toBeNull()
  expect(await readSmallFile(join(root, '.claude/workflows/link.js'), 100)).toBeNull()
  expect(await readSmallFile(outside, 100)).toBeNull()
})
