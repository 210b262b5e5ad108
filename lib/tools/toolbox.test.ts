import { statSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '@/lib/core/base/json'
import { type OpenUntrustedRunner, openUntrustedRunner } from './testing'
import { createToolBox } from './toolbox'
import type { WorkspaceFiles } from './workspace-files'

let base = ''
let untrusted: OpenUntrustedRunner

beforeAll(async () => {
  untrusted = openUntrustedRunner(20_000)
  base = await realpath(await mkdtemp(join(tmpdir(), 'tools-')))
})
afterAll(async () => {
  await untrusted.close()
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
    unlistedNames: { count: 0, examples: [] },
    listFiles: () => paths.sort().map((path) => ({ path, size: statSync(join(root, path)).size })),
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
  const box = createToolBox({
    workspace,
    untrusted,
    owner: 'a run',
    ...(resultCharacters ? { resultCharacters } : {}),
  })
  return (name: string, input: Json) => box.call(name, input, new AbortController().signal)
}

test('the tools are named, described and typed for the model, sorted by name', async () => {
  const box = createToolBox({ workspace: await workspaceWith({}), untrusted, owner: 'a run' })
  expect(box.definitions.map((one) => one.name)).toEqual(['list_files', 'read_file', 'search_files'])
  expect(box.definitions.map((one) => Object.keys(one.inputSchema.properties ?? {}))).toEqual([
    ['path', 'glob', 'depth'],
    ['path', 'startLine', 'endLine', 'startCharacter'],
    ['pattern', 'path', 'glob', 'caseSensitive', 'maxResults', 'skip', 'before', 'after', 'output'],
  ])
  expect(box.definitions.map((one) => one.inputSchema.required)).toEqual([undefined, ['path'], ['pattern']])
  expect(box.revision).toBe('r1')
})

test('strict tools are closed objects without bounds, and within what a request may leave out', async () => {
  const { definitions } = createToolBox({ workspace: await workspaceWith({}), untrusted, owner: 'a run' })
  expect(definitions.map(({ strict }) => strict)).toEqual([true, true, true])
  expect(JSON.stringify(definitions)).not.toMatch(/"(minimum|maximum|minLength|maxLength|\$schema)"/)
  const optional = definitions.map(({ inputSchema: { properties, required, additionalProperties } }) => {
    expect(additionalProperties).toBe(false)
    return Object.keys(properties ?? {}).length - (Array.isArray(required) ? required.length : 0)
  })
  // At most 24 optional parameters over all strict tools of a request.
  expect(optional.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(24)
})

test('a listing shows folders before what they hold, and follows path, glob and depth', async () => {
  const call = await boxWith({ 'a.ts': '', 'src/b.ts': '', 'src/deep/c.md': '', 'src/deep/d.ts': '' })
  const list = async (input: Json) =>
    (await call('list_files', input)).text.split('\n').map((line) => line.split('\t')[0])
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
    /^a\.ts\t0 bytes\nsrc\/\t100 files, 0 bytes\n\[Only 1 level is shown; 100 deeper paths are not\./,
  )
  const { text } = await call('list_files', { path: 'src' })
  expect(text.split('\n').at(-1)).toBe(
    `[${text.split('\n').length - 1} of 100 paths are shown. For the rest, name a folder in path, or use glob.]`,
  )
})

test('a listing says how large files are, and what folders hold at any depth', async () => {
  const call = await boxWith({
    'a.ts': 'x'.repeat(812),
    'src/b.ts': 'x'.repeat(1234),
    'src/deep/c.md': 'x'.repeat(40_000),
  })
  expect((await call('list_files', {})).text.split('\n')).toEqual([
    'a.ts\t812 bytes',
    'src/\t2 files, 41 kB',
    'src/b.ts\t1.2 kB',
    'src/deep/\t1 file, 40 kB',
    'src/deep/c.md\t40 kB',
  ])
  expect((await call('list_files', { glob: '*.md' })).text).toBe('src/deep/c.md\t40 kB')
  expect((await call('list_files', { path: 'a.ts' })).text).toBe('a.ts\t812 bytes')
})

test('lines keep their true numbers with CRLF, Unicode and no last line end', async () => {
  const call = await boxWith({ 'a.txt': 'eins\r\nzwei – 二 👍\n\ndrei' })
  expect((await call('read_file', { path: 'a.txt' })).text).toBe(
    '   1\teins\n   2\tzwei – 二 👍\n   3\t\n   4\tdrei',
  )
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
          (line, index) =>
            `${String(index + 1).padStart(4)}\t${index === 0 ? line.replace(/^\uFEFF/, '') : line}`,
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
    /^ {3}1\tx{2000}… \(50000 characters; read on with startCharacter 2001\)\n {3}2\tend$/,
  )
  expect((await call('read_file', { path: 'utf16.txt' })).text).toBe('   1\thello\n   2\tworld')
  expect(
    (await call('read_file', { path: 'huge.txt', startLine: 299_999, endLine: 300_000 })).text,
  ).toContain('300000\ta line')
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
  expect(await text({ pattern: 'two', maxResults: 1 })).toContain(
    '[The search ended after 1 result; there are more.',
  )
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
  expect(await complaint('read_file', { path: 'a.txt', startLine: 'two' })).toMatch(
    /- startLine: .*expected number/,
  )
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

test('a line of two megabytes is read in parts, each character of it once', async () => {
  const line = `${'a😀'.repeat(600_000)}end`
  const call = await boxWith({ 'one-line.json': `first\n${line}\nlast` })
  const start = (await call('read_file', { path: 'one-line.json', startLine: 2, endLine: 2 })).text
  expect(start).toContain(`(${line.length} characters; read on with startCharacter 2000)`)
  let read = ''
  for (let startCharacter: number | null = 1; startCharacter !== null; ) {
    const { text }: { text: string } = await call('read_file', {
      path: 'one-line.json',
      startLine: 2,
      startCharacter,
    })
    read += /^ {3}2\t(.*)$/m.exec(text)?.[1] ?? ''
    startCharacter = Number(/Go on with startLine 2, startCharacter (\d+)\.\]$/.exec(text)?.[1] ?? 0) || null
  }
  expect(read === line).toBe(true)
  const inside = await call('read_file', { path: 'one-line.json', startLine: 2, startCharacter: 3 })
  expect(inside.text.startsWith('   2\ta😀')).toBe(true)
  expect(await call('read_file', { path: 'one-line.json', startLine: 3, startCharacter: 9 })).toEqual({
    text: 'Line 3 of one-line.json has 4 characters; startCharacter is past its end.',
    isError: true,
  })
})

test('a search shows the match within a long line, and where it is', async () => {
  const line = `${'x'.repeat(1_000_000)}needle${'😀'.repeat(400_000)}`
  const call = await boxWith({ 'one-line.json': line, 'end.txt': `${'y'.repeat(900)}needle` })
  const [end = '', long = ''] = (await call('search_files', { pattern: 'needle' })).text.split('\n')
  expect(end).toMatch(/^end\.txt:1: …y+needle \(characters 507 to 906 of 906\)$/)
  expect(long).toMatch(/^one-line\.json:1: …x{120}needle(😀)+… \(characters 999881 to 1000280 of 1800006\)$/)
  expect(long.isWellFormed()).toBe(true)
})

test('a search reads what a reading reads: marks, UTF-16, lines that end in a return', async () => {
  const source = 'one\nclass Account {}\n'
  const call = await boxWith({
    'bom.cs': `\ufeffclass Account {}\n`,
    'le.cs': Buffer.from(`\ufeff${source}`, 'utf16le'),
    'be.cs': Buffer.from(`\ufeff${source}`, 'utf16le').swap16(),
    'unmarked.cs': Buffer.from(source, 'utf16le'),
    'mac.cs': 'one\rclass Account {}\rthree\r',
    'progress.log': '10 %\r20 %\r30 %\nclass Account {}\n',
  })
  expect((await call('search_files', { pattern: '^class Account' })).text.split('\n')).toEqual([
    'be.cs:2: class Account {}',
    'bom.cs:1: class Account {}',
    'le.cs:2: class Account {}',
    'mac.cs:2: class Account {}',
    'progress.log:2: class Account {}',
    'unmarked.cs:2: class Account {}',
  ])
  for (const path of ['le.cs', 'be.cs', 'unmarked.cs', 'mac.cs'])
    expect((await call('read_file', { path, startLine: 2, endLine: 2 })).text).toContain(
      '   2\tclass Account {}',
    )
})

test('lines that end in returns are counted alike over the borders of what is read at once', async () => {
  const lines = Array.from({ length: 40_000 }, (_, index) => `line ${index + 1}`)
  const call = await boxWith({
    'mac.txt': lines.join('\r'),
    'mixed.txt': `${lines.join('\r')}\r\n${lines.join('\r\n')}`,
  })
  for (const [path, total] of [
    ['mac.txt', 40_000],
    ['mixed.txt', 80_000],
  ] as const) {
    expect((await call('read_file', { path, startLine: total })).text).toContain(`${total}\tline 40000`)
    expect((await call('search_files', { path, pattern: '^line 40000$' })).text).toContain(
      `${path}:${total}: line 40000`,
    )
  }
})

test('a file that is not UTF-8 is named, and never counted as one without a match', async () => {
  const call = await boxWith({
    'a.txt': 'plain\n',
    'latin.c': Buffer.from('// Größe prüfen\nneedle\n', 'latin1'),
    'sjis.txt': Buffer.from([0x8d, 0xdd, 0x8c, 0xc9, 0x0a]),
  })
  expect((await call('search_files', { pattern: 'prüfen' })).text).toBe(
    'No line matches in 1 file.\n[2 files not UTF-8, of which only the ASCII text could be searched: latin.c, sjis.txt. Read what may matter.]',
  )
  expect((await call('search_files', { pattern: 'needle' })).text).toMatch(
    /^latin\.c:2: needle\n\[2 files not UTF-8/,
  )
  expect((await call('read_file', { path: 'sjis.txt' })).text).toContain('[sjis.txt is not UTF-8;')
})

test('what the file system says otherwise than people write it is listed, and matched by a pattern', async () => {
  const call = await boxWith({
    'src/u\u0308ber.md': 'x needle',
    'src/line\nbreak.md': 'y needle',
    'shot 9.15\u202fPM.md': 'z',
  })
  expect((await call('list_files', { glob: '**/über*' })).text).toBe('src/u\u0308ber.md\t8 bytes')
  expect((await call('list_files', { glob: 'shot* PM.md' })).text).toBe('shot 9.15\u202fPM.md\t1 byte')
  expect((await call('list_files', { path: 'src' })).text).toBe(
    'src/line\\nbreak.md\t8 bytes\nsrc/u\u0308ber.md\t8 bytes',
  )
  expect((await call('search_files', { pattern: 'needle' })).text).toBe(
    'src/line\\nbreak.md:1: y needle\nsrc/u\u0308ber.md:1: x needle',
  )
})

test('a search reads nothing that has taken the place of a folder since it was listed', async () => {
  const outside = await mkdtemp(join(base, 'outside-'))
  await writeFile(join(outside, 'a.txt'), 'secret needle')
  const workspace = await workspaceWith({ 'sub/a.txt': 'needle' })
  const box = createToolBox({ workspace, untrusted, owner: 'a run' })
  const place = await workspace.locate('sub/a.txt')
  await rm(join(workspace.root, 'sub'), { recursive: true })
  await symlink(outside, join(workspace.root, 'sub'))
  const { text } = await box.call('search_files', { pattern: 'needle' }, new AbortController().signal)
  expect(text).toBe('No line matches in 0 files.\n[1 file could not be opened: sub/a.txt.]')
  const stale = createToolBox({
    workspace: { ...workspace, locate: async () => place },
    untrusted,
    owner: 'a run',
  })
  expect(await stale.call('read_file', { path: 'sub/a.txt' }, new AbortController().signal)).toMatchObject({
    isError: true,
    text: expect.stringContaining('cannot be read'),
  })
})

describe('parameters as models know them from elsewhere', () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`).join('\n')
  const files = { 'a.txt': lines, 'b.ts': 'Needle\nneedle\n', 'src/c.ts': 'x\nneedle\n' }

  test.each<[string, Json, Json]>([
    ['read_file', { file_path: 'a.txt' }, { path: 'a.txt' }],
    ['read_file', { filePath: 'a.txt', offset: 10, limit: 3 }, { path: 'a.txt', startLine: 10, endLine: 12 }],
    [
      'read_file',
      { path: 'a.txt', startLine: '5', endLine: ' 6 ' },
      { path: 'a.txt', startLine: 5, endLine: 6 },
    ],
    ['read_file', { path: 'a.txt', offset: 0, limit: '2' }, { path: 'a.txt', endLine: 2 }],
    ['read_file', { path: 'a.txt', start_line: 3, end_line: 4 }, { path: 'a.txt', startLine: 3, endLine: 4 }],
    ['read_file', { path: 'a.txt', view_range: [4, 6] }, { path: 'a.txt', startLine: 4, endLine: 6 }],
    ['read_file', { path: 'a.txt', view_range: [29, -1] }, { path: 'a.txt', startLine: 29 }],
    ['read_file', { path: 'a.txt', startLine: null }, { path: 'a.txt' }],
    ['search_files', { query: 'needle' }, { pattern: 'needle' }],
    ['search_files', { pattern: 'needle', '-i': true, '-n': true }, { pattern: 'needle' }],
    ['search_files', { pattern: 'needle', '-i': false }, { pattern: 'needle', caseSensitive: true }],
    ['search_files', { pattern: 'needle', head_limit: '1' }, { pattern: 'needle', maxResults: 1 }],
    ['search_files', { pattern: 'needle', offset: 1 }, { pattern: 'needle', skip: 1 }],
    ['search_files', { pattern: 'needle', '-C': 1 }, { pattern: 'needle', before: 1, after: 1 }],
    ['search_files', { pattern: 'needle', '-A': '1', '-B': 0 }, { pattern: 'needle', after: 1 }],
    [
      'search_files',
      { pattern: 'needle', output_mode: 'files_with_matches' },
      { pattern: 'needle', output: 'files' },
    ],
    ['search_files', { pattern: 'needle', output_mode: 'count' }, { pattern: 'needle', output: 'counts' }],
    [
      'search_files',
      { pattern: 'needle', output_mode: 'content', type: 'ts' },
      { pattern: 'needle', glob: '*.ts' },
    ],
    ['search_files', { pattern: 5 }, { pattern: '5' }],
    ['list_files', { pattern: '**/*.ts' }, { glob: '**/*.ts' }],
    ['list_files', { directory: 'src', recursive: false }, { path: 'src', depth: 1 }],
    ['list_files', { path: '.', ignore: ['x'], maxDepth: '1' }, { depth: 1 }],
  ])('%s %j is %j', async (name, said, meant) => {
    const call = await boxWith(files)
    const result = await call(name, said)
    expect(result).toEqual(await call(name, meant))
    expect(result.isError).toBe(false)
  })

  test('count for less than the own name of a parameter', async () => {
    const call = await boxWith(files)
    expect((await call('read_file', { file_path: 'b.ts', path: 'a.txt', endLine: 1 })).text).toContain(
      'line 1',
    )
  })

  test('that nobody can honour are named, with those there are', async () => {
    const call = await boxWith(files)
    const { text, isError } = await call('search_files', { pattern: 'x', multiline: true })
    expect(isError).toBe(true)
    expect(text).toContain('multiline')
    expect(text).toContain(
      'It takes pattern, path, glob, caseSensitive, maxResults, skip, before, after, output.',
    )
    expect((await call('read_file', { path: 'a.txt', limit: 'many' })).text).toContain('limit')
  })
})

describe('a search', () => {
  const call = () =>
    boxWith({
      'a.txt': 'one\ntwo\nthree hit\nfour\nfive\nsix\nseven hit\neight hit\nnine',
      'b.txt': 'hit',
      'c.txt': 'no',
    })

  test('shows the lines around each match once, and where a part was left out', async () => {
    const { text } = await (await call())('search_files', {
      pattern: 'hit',
      path: 'a.txt',
      before: 1,
      after: 1,
    })
    expect(text.split('\n')).toEqual([
      'a.txt-2- two',
      'a.txt:3: three hit',
      'a.txt-4- four',
      '--',
      'a.txt-6- six',
      'a.txt:7: seven hit',
      'a.txt:8: eight hit',
      'a.txt-9- nine',
    ])
  })

  test('tells files alone, or how many lines match in each', async () => {
    const search = await call()
    expect((await search('search_files', { pattern: 'hit', output: 'files' })).text).toBe('a.txt\nb.txt')
    expect((await search('search_files', { pattern: 'hit', output: 'counts' })).text).toBe(
      'a.txt: 3\nb.txt: 1\n[4 lines in 2 files.]',
    )
  })

  test('goes on where it was cut: every result once, whatever is told', async () => {
    const search = await call()
    for (const output of ['lines', 'files', 'counts']) {
      const whole = (await search('search_files', { pattern: 'hit', output })).text.split('\n')
      const parts: string[] = []
      for (let skip = 0; skip < whole.length; skip++) {
        const { text } = await search('search_files', { pattern: 'hit', output, skip, maxResults: 1 })
        parts.push(text.split('\n')[0] ?? '')
      }
      expect(parts.filter((line) => line !== '' && !line.startsWith('['))).toEqual(
        whole.filter((line) => !line.startsWith('[')),
      )
    }
  })
})

test('rubbish in every parameter is answered with text, and nothing is thrown', async () => {
  const call = await boxWith({ 'a.txt': 'x' })
  const names = [
    ...['path', 'glob', 'depth', 'pattern', 'startLine', 'endLine', 'startCharacter', 'maxResults', 'skip'],
    ...['before', 'after', 'output', 'file_path', 'offset', 'limit', 'view_range', '-A', '-C', '-i', 'type'],
    ...['output_mode', 'recursive', 'multiline', '__proto__', 'constructor', 'toString'],
  ]
  const rubbish = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<Json>(
      null,
      true,
      -1,
      0,
      1e308,
      -0.5,
      '',
      ' ',
      'NaN',
      '1e9',
      '٣',
      '9'.repeat(400),
      [],
      {},
      [[]],
      '\0',
    ),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('list_files', 'read_file', 'search_files'),
      fc.array(fc.tuple(fc.constantFrom(...names), rubbish), { maxLength: 6 }),
      async (name, entries) => {
        const input: Json = JSON.parse(
          `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`,
        )
        const result = await call(name, input)
        expect(typeof result.text).toBe('string')
        expect(result.text.length).toBeLessThan(20_000)
      },
    ),
    { numRuns: 300 },
  )
})

test('text in forty languages comes back letter by letter, read and found', async () => {
  const hello = [
    ...[
      'Grüß dich',
      'Bonjour à tous',
      '¡Qué tal, niño!',
      'Olá, coração',
      'Ciao, perché',
      'Hallå där',
      'Hyvää päivää',
    ],
    ...[
      'Goddag, æøå',
      'Dzień dobry, źdźbło',
      'Dobrý den, žluťoučký',
      'Szép napot, tűrő',
      'Bună ziua, țară',
      'Здравствуйте',
    ],
    ...[
      'Добрий день, ґанок',
      'Здраво, љубав',
      'Γειά σου κόσμε',
      'Merhaba, ığüşöç',
      'שלום עולם',
      'مرحبا بالعالم',
      'سلام دنیا',
    ],
    ...[
      'नमस्ते दुनिया',
      'হ্যালো বিশ্ব',
      'ਸਤ ਸ੍ਰੀ ਅਕਾਲ',
      'નમસ્તે વિશ્વ',
      'வணக்கம் உலகம்',
      'హలో ప్రపంచం',
      'ಹಲೋ ವಿಶ್ವ',
      'ഹലോ ലോകം',
    ],
    ...[
      'สวัสดีชาวโลก',
      'ສະບາຍດີ',
      'မင်္ဂလာပါ',
      'សួស្តី',
      '你好，世界',
      '您好，世界',
      'こんにちは世界',
      '안녕하세요',
      'Xin chào thế giới',
    ],
    ...['გამარჯობა', 'Բարեւ աշխարհ', 'ሰላም ዓለም', 'Сайн байна уу'],
  ]
  expect(hello.length).toBeGreaterThanOrEqual(40)
  const call = await boxWith({ 'all.txt': hello.join('\n') })
  const read = (await call('read_file', { path: 'all.txt' })).text
    .split('\n')
    .map((line) => line.split('\t')[1])
  expect(read).toEqual(hello)
  for (const [at, text] of hello.entries())
    expect((await call('search_files', { pattern: text.replace(/[!?]/g, '.') })).text).toContain(
      `all.txt:${at + 1}: ${text}`,
    )
})
