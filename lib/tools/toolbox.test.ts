import { mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '@/lib/core/json'
import { type OpenForeign, openForeign } from './testing'
import { createToolBox } from './toolbox'
import type { WorkspaceFiles } from './workspace-files'

let base = ''
let foreign: OpenForeign

beforeAll(async () => {
  foreign = openForeign(20_000)
  base = await realpath(await mkdtemp(join(tmpdir(), 'tools-')))
})
afterAll(async () => {
  await foreign.close()
  await rm(base, { recursive: true, force: true })
})

/** A real folder behind the port; what may leave it is tested where the port is implemented. */
async function workspaceWith(files: Record<string, string | Buffer>): Promise<WorkspaceFiles> {
  const root = await mkdtemp(join(base, 'root-'))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
  return {
    root,
    revision: 'r1',
    isCut: false,
    listFiles: () => paths.sort().map((path) => ({ path, size: 0 })),
    async locate(path) {
      const absolute = join(root, path.replaceAll('\0', ''))
      const info = absolute.startsWith(root) ? await stat(absolute).catch(() => null) : null
      if (info === null) return { ok: false, reason: `${JSON.stringify(path)} is outside the workspace.` }
      return {
        ok: true,
        path: relative(root, absolute),
        absolute,
        kind: info.isFile() ? 'file' : 'folder',
        size: info.size,
      }
    },
  }
}

async function boxWith(files: Record<string, string | Buffer>, resultCharacters?: number) {
  const workspace = await workspaceWith(files)
  const box = createToolBox({ workspace, foreign, owner: 'a run', ...(resultCharacters ? { resultCharacters } : {}) })
  return (name: string, input: Json) => box.call(name, input, new AbortController().signal)
}

test('the tools are named, described and typed for the model, sorted by name', async () => {
  const box = createToolBox({ workspace: await workspaceWith({}), foreign, owner: 'a run' })
  expect(box.definitions.map((one) => one.name)).toEqual(['list_files', 'read_file', 'search_files'])
  expect(box.definitions.map((one) => Object.keys(one.inputSchema.properties ?? {}))).toEqual([
    ['path', 'glob', 'depth'],
    ['path', 'startLine', 'endLine'],
    ['pattern', 'path', 'glob', 'caseSensitive', 'maxResults'],
  ])
  expect(box.definitions.map((one) => one.inputSchema.required)).toEqual([undefined, ['path'], ['pattern']])
  expect(box.revision).toBe('r1')
})

test('a listing shows folders before what they hold, and follows path, glob and depth', async () => {
  const call = await boxWith({ 'a.ts': '', 'src/b.ts': '', 'src/deep/c.md': '', 'src/deep/d.ts': '' })
  const list = async (input: Json) => (await call('list_files', input)).text.split('\n')
  expect(await list({})).toEqual(['a.ts', 'src/', 'src/b.ts', 'src/deep/', 'src/deep/c.md', 'src/deep/d.ts'])
  expect(await list({ path: 'src/deep' })).toEqual(['src/deep/c.md', 'src/deep/d.ts'])
  expect(await list({ depth: 1 })).toEqual(['a.ts', 'src/', expect.stringContaining('4 deeper paths')])
  expect(await list({ glob: '*.ts' })).toEqual(['a.ts', 'src/b.ts', 'src/deep/d.ts'])
  expect(await list({ path: 'src', glob: 'deep/*.ts' })).toEqual(['src/deep/d.ts'])
  expect(await list({ glob: '*.ts', depth: 1 })).toEqual(['a.ts'])
  expect(await list({ path: 'a.ts' })).toEqual(['a.ts'])
  expect(await list({ glob: '*.py' })).toEqual(['No visible file matches *.py.'])
})

test('a long listing goes as deep as fits, and a long level is cut with a count', async () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`src/file-${index}.ts`, '']))
  const call = await boxWith({ ...many, 'a.ts': '' }, 200)
  expect((await call('list_files', {})).text).toMatch(
    /^a\.ts\nsrc\/\n\[Only 1 level is shown; 100 deeper paths are not\./,
  )
  const { text } = await call('list_files', { path: 'src' })
  expect(text.split('\n').at(-1)).toBe(
    `[${text.split('\n').length - 1} of 100 paths are shown. For the rest, name a folder in path, or use glob.]`,
  )
})

test('lines keep their true numbers with CRLF, Unicode and no last line end', async () => {
  const call = await boxWith({ 'a.txt': 'eins\r\nzwei – 二 👍\n\ndrei' })
  expect((await call('read_file', { path: 'a.txt' })).text).toBe('   1\teins\n   2\tzwei – 二 👍\n   3\t\n   4\tdrei')
  expect((await call('read_file', { path: 'a.txt', startLine: 2, endLine: 2 })).text).toBe(
    '   2\tzwei – 二 👍\n[Lines 2 to 2 of 4 lines.]',
  )
  expect(await call('read_file', { path: 'a.txt', startLine: 9 })).toEqual({
    text: 'a.txt has 4 lines; startLine 9 is past its end.',
    isError: true,
  })
})

test('wherever a file is cut, reading on gives every line once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.string({ unit: 'grapheme' }).map((line) => line.replace(/[\r\n\0]/g, '')),
        { minLength: 1 },
      ),
      fc.constantFrom('\n', '\r\n'),
      async (lines, end) => {
        const call = await boxWith({ 'a.txt': lines.map((line) => line + end).join('') }, 60)
        const read: string[] = []
        for (let startLine: number | null = 1; startLine !== null; ) {
          const { text }: { text: string } = await call('read_file', { path: 'a.txt', startLine })
          read.push(...text.split('\n').filter((line) => /^ *\d+\t/.test(line)))
          startLine = Number(/Go on with startLine (\d+)\.\]$/.exec(text)?.[1] ?? 0) || null
        }
        const plain = lines.map(
          (line, index) => `${String(index + 1).padStart(4)}\t${index === 0 ? line.replace(/^\uFEFF/, '') : line}`,
        )
        expect(read).toEqual(plain)
      },
    ),
    { numRuns: 30 },
  )
})

test('a cut result says what was cut and how to go on', async () => {
  const call = await boxWith({ 'a.txt': 'line\n'.repeat(1000) }, 1200)
  expect((await call('read_file', { path: 'a.txt' })).text).toMatch(
    /\n 100\tline\n\[Lines 1 to 100 of 1000 lines; the result is full\. Go on with startLine 101\.\]$/,
  )
})

test('binary and empty files are named as such, a very long line is shortened, a huge file is read in part', async () => {
  const call = await boxWith({
    'a.png': Buffer.from([137, 80, 0, 0, 1]),
    'empty.txt': '',
    'min.js': `${'x'.repeat(50_000)}\nend`,
    'utf16.txt': Buffer.from('\uFEFFhello\r\nworld', 'utf16le'),
    'huge.txt': 'a line of a huge file\n'.repeat(300_000),
  })
  expect(await call('read_file', { path: 'a.png' })).toEqual({
    text: 'a.png is a binary file of 5 bytes, not text.',
    isError: true,
  })
  expect((await call('read_file', { path: 'empty.txt' })).text).toBe('[empty.txt is empty.]')
  expect((await call('read_file', { path: 'min.js' })).text).toMatch(
    /^ {3}1\tx{2000}… \(50000 characters\)\n {3}2\tend$/,
  )
  expect((await call('read_file', { path: 'utf16.txt' })).text).toBe('   1\thello\n   2\tworld')
  expect((await call('read_file', { path: 'huge.txt', startLine: 299_999, endLine: 300_000 })).text).toContain(
    '300000\ta line',
  )
  expect((await call('read_file', { path: 'huge.txt' })).text).toMatch(
    /of more than \d+ lines \(6\.6 MB\); the result is full\. Go on with/,
  )
})

test('a search gives path, line and text, and says what it left out', async () => {
  const call = await boxWith(
    { 'a.ts': 'one\ntwo\n', 'b.ts': 'Two\r\n', 'docs/c.md': 'two', 'huge.txt': 'two\n'.repeat(1_300_000) },
    1000,
  )
  const text = async (input: Json) => (await call('search_files', input)).text
  expect(await text({ pattern: 'two' })).toBe(
    'a.ts:2: two\nb.ts:1: Two\ndocs/c.md:1: two\n[1 file above 5 MB not searched.]',
  )
  expect(await text({ pattern: 'two', caseSensitive: true, glob: '*.ts' })).toBe('a.ts:2: two')
  expect(await text({ pattern: 'two', path: 'docs' })).toBe('docs/c.md:1: two')
  expect(await text({ pattern: 'two', path: 'a.ts' })).toBe('a.ts:2: two')
  expect(await text({ pattern: 'two', maxResults: 1 })).toContain('[The search ended after 1 result; there are more.')
  expect(await text({ pattern: 'three', glob: '*.ts' })).toBe('No line matches in 2 files.')
  expect(await call('search_files', { pattern: '(' })).toMatchObject({
    isError: true,
    text: expect.stringContaining('regular expression'),
  })
})

test('bad input names the field and what it should be', async () => {
  const call = await boxWith({ 'a.txt': '' })
  const complaint = async (name: string, input: Json) => {
    const result = await call(name, input)
    expect(result.isError).toBe(true)
    return result.text
  }
  expect(await complaint('read_file', {})).toMatch(/- path: .*expected string/)
  expect(await complaint('read_file', { path: 'a.txt', startLine: 'two' })).toMatch(/- startLine: .*expected number/)
  expect(await complaint('read_file', { path: 'a.txt', lines: 3 })).toContain('"lines"')
  expect(await complaint('read_file', { path: 'a.txt', startLine: 5, endLine: 2 })).toContain('endLine (2)')
  expect(await complaint('read_file', { path: '.' })).toContain('list_files')
  expect(await complaint('read_file', { path: '../x' })).toContain('outside')
  expect(await complaint('search_files', { pattern: 'x', maxResults: 1e9 })).toMatch(/- maxResults: .*2000/)
  expect(await complaint('list_files', null)).toMatch(/- input: .*expected object/)
  expect(await complaint('write_file', {})).toContain('list_files, read_file, search_files')
})

test('any input to any tool is answered with text', async () => {
  const call = await boxWith({ 'a.txt': 'x' })
  const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value))
  const fields = fc.record(
    {
      path: fc.string(),
      glob: fc.string(),
      depth: fc.integer(),
      pattern: fc.string(),
      startLine: fc.integer(),
      maxResults: fc.nat(),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('list_files', 'read_file', 'search_files', 'toString', ''),
      fc.oneof(fc.jsonValue(), fields),
      async (name, input) => {
        const result = await call(name, plain(input))
        expect(typeof result.text).toBe('string')
      },
    ),
    { numRuns: 200 },
  )
})
