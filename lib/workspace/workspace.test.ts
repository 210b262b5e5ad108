import { chmod, mkdir, mkdtemp, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { glanceInto, openWorkspace } from './workspace'
import { WorkspaceError } from './workspace-error'

let base = ''
let count = 0

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'workspace-')))
})
afterAll(() => rm(base, { recursive: true, force: true }))

async function folderWith(files: Record<string, string>): Promise<string> {
  const root = join(base, `root-${count++}`)
  await mkdir(root)
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return root
}

const open = (path: string, more = {}) => openWorkspace({ path, roots: [path], ...more })
const pathsIn = async (path: string, more = {}) =>
  (await open(path, more)).listFiles().map((file) => file.path)

test('each reason why a folder cannot be opened has its kind and says what to do', async () => {
  const root = await folderWith({ 'a.txt': 'a' })
  const outside = await folderWith({})
  await symlink(outside, join(root, 'way-out'))
  const kindOf = async (path: string) => {
    const error = await openWorkspace({ path, roots: [root] }).catch((reason: unknown) => reason)
    if (!(error instanceof WorkspaceError)) throw error
    expect(error.message).toContain(path)
    return error.kind
  }
  expect(await kindOf(outside)).toBe('outside-roots')
  expect(await kindOf(join(outside, 'never-made'))).toBe('outside-roots')
  expect(await kindOf(join(root, 'way-out'))).toBe('outside-roots')
  expect(await kindOf(join(root, '..'))).toBe('outside-roots')
  expect(await kindOf(`${root}-twin`)).toBe('outside-roots')
  expect(await kindOf(join(root, 'nothing'))).toBe('missing')
  expect(await kindOf(join(root, 'a.txt'))).toBe('not-a-folder')
  await mkdir(join(root, '.config/gh/deep'), { recursive: true })
  await symlink(join(root, '.config/gh/deep'), join(root, 'harmless'))
  expect(await kindOf(join(root, '.config/gh'))).toBe('private')
  expect(await kindOf(join(root, 'harmless'))).toBe('private')
})

test.skipIf(process.getuid?.() === 0)('a folder without the right to read is unreadable', async () => {
  const root = await folderWith({ 'a/b.txt': 'x' })
  await chmod(join(root, 'a'), 0)
  await expect(openWorkspace({ path: join(root, 'a'), roots: [root] })).rejects.toMatchObject({
    kind: 'unreadable',
  })
  await chmod(join(root, 'a'), 0o755)
})

test('a root that is a link is the folder it leads to', async () => {
  const root = await folderWith({ 'a.txt': 'a' })
  const link = join(base, `link-${count++}`)
  await symlink(root, link)
  expect(await openWorkspace({ path: link, roots: [link] })).toMatchObject({ root })
})

test('ignore files hold in their folder and below, and deeper ones have the last word', async () => {
  const root = await folderWith({
    '.gitignore': '*.log\n/dist\nbuild/\n!keep.log\n',
    '.ignore': 'notes.txt\n',
    'a.ts': '',
    'a.log': '',
    'keep.log': '',
    'notes.txt': '',
    'dist/x.js': '',
    'src/dist/x.js': '',
    'src/build/y.js': '',
    'src/.gitignore': '!important.log\nlocal.txt\n',
    'src/important.log': '',
    'src/local.txt': '',
    'src/deep/local.txt': '',
    'local.txt': '',
    'node_modules/p/index.js': '',
    'src/node_modules/q/index.js': '',
  })
  expect(await pathsIn(root)).toEqual([
    '.gitignore',
    '.ignore',
    'a.ts',
    'keep.log',
    'local.txt',
    'src/.gitignore',
    'src/dist/x.js',
    'src/important.log',
  ])
})

test('an ignore file that is a device or leads out is not read', async () => {
  const root = await folderWith({ 'a.txt': '' })
  await symlink('/dev/zero', join(root, '.gitignore'))
  expect(await pathsIn(root)).toEqual(['a.txt'])
})

test('a hostile ignore pattern is left out instead of run', async () => {
  const name = 'a'.repeat(200)
  const root = await folderWith({ '.gitignore': `${'*a'.repeat(60)}b\n*.tmp\n`, [name]: '', 'x.tmp': '' })
  expect(await pathsIn(root)).toEqual(['.gitignore', name])
})

test('an ignore file of more patterns than anybody writes holds as far as it is read', async () => {
  const lines = Array.from({ length: 5_000 }, (_, at) => `name-${at}`).join('\n')
  const root = await folderWith({
    '.gitignore': lines,
    'name-10': '',
    'name-4000': '',
    'sub/.gitignore': '*',
    'sub/a': '',
  })
  expect(await pathsIn(root)).toEqual(['.gitignore', 'name-4000', 'sub/.gitignore', 'sub/a'])
})

test('a folder that goes on for ever is cut, and said to be', async () => {
  const root = await folderWith({ 'a.txt': '', [`${'d/'.repeat(80)}deep.txt`]: '' })
  const workspace = await open(root)
  expect(workspace.listFiles().map(({ path }) => path)).toEqual(['a.txt'])
  expect(workspace.isCut).toBe(true)
})

test('secrets, version control and denied folders are neither listed nor found', async () => {
  const root = await folderWith({
    'a.ts': '',
    '.env': 'KEY=1',
    '.env.example': '',
    'sub/.ENV.local': '',
    'server.pem': '',
    'keys/id_rsa': '',
    'keys/id_ed25519.bak': '',
    '.git/config': 'secret',
    '.skein/data.sqlite': '',
  })
  const workspace = await open(root, { deny: [join(root, '.skein')], allow: ['.env.example'] })
  expect(workspace.listFiles().map((file) => file.path)).toEqual(['.env.example', 'a.ts'])
  for (const path of [
    '.env',
    'sub/.ENV.local',
    'server.pem',
    'keys/id_rsa',
    '.git/config',
    '.git',
    '.skein/data.sqlite',
  ]) {
    expect(await workspace.locate(path), path).toMatchObject({ ok: false })
  }
  expect(await workspace.locate('.env.example')).toMatchObject({ ok: true })
})

test('a path is followed inside the root and refused outside it', async () => {
  const root = await folderWith({ 'src/a.ts': 'abc' })
  const workspace = await open(root)
  const found = { ok: true, path: 'src/a.ts', absolute: join(root, 'src/a.ts'), kind: 'file', size: 3 }
  for (const path of ['src/a.ts', './src/../src/a.ts', join(root, 'src/a.ts')]) {
    expect(await workspace.locate(path)).toEqual(found)
  }
  expect(await workspace.locate('')).toMatchObject({ ok: true, path: '', kind: 'folder' })
  for (const path of ['..', '../x', '/etc/passwd', 'src/../../x', `${root}-twin`, 'a\0b', 'nothing']) {
    expect(await workspace.locate(path), path).toMatchObject({
      ok: false,
      reason: expect.stringContaining('.'),
    })
  }
})

test('a symlink that leaves the workspace is refused, one that stays is followed, a loop ends', async () => {
  const outside = await folderWith({ 'secret.txt': 'x' })
  const root = await folderWith({ 'a.ts': '', '.env': 'K=1', 'sub/b.ts': '' })
  await symlink(outside, join(root, 'out'))
  await symlink(join(outside, 'secret.txt'), join(root, 'out.txt'))
  await symlink(root, join(root, 'sub/loop'))
  await symlink('self', join(root, 'self'))
  await symlink('a.ts', join(root, 'alias.ts'))
  await symlink('.env', join(root, 'harmless.txt'))
  const workspace = await open(root)
  expect(workspace.listFiles().map((file) => file.path)).toEqual(['a.ts', 'alias.ts', 'sub/b.ts'])
  for (const path of ['out', 'out/secret.txt', 'out.txt', 'self', 'harmless.txt']) {
    expect(await workspace.locate(path), path).toMatchObject({ ok: false })
  }
  expect(await workspace.locate('sub/loop/sub/loop/a.ts')).toMatchObject({ ok: true, path: 'a.ts' })
})

test('the revision changes with a visible file and with the commit, and with nothing else', async () => {
  const commit = 'a'.repeat(40)
  const root = await folderWith({
    '.gitignore': '*.log\n',
    'a.ts': 'one',
    '.git/HEAD': 'ref: refs/heads/main\n',
    '.git/packed-refs': `# pack-refs\n${commit} refs/heads/main\n`,
  })
  const revision = async () => (await open(root)).revision
  const first = await revision()
  expect(first).toMatch(/^a{12}\+[0-9a-f]{24}$/)
  await writeFile(join(root, 'debug.log'), 'noise')
  expect(await revision()).toBe(first)
  await mkdir(join(root, '.git/refs/heads'), { recursive: true })
  await writeFile(join(root, '.git/refs/heads/main'), `${'b'.repeat(40)}\n`)
  const second = await revision()
  expect(second).toMatch(/^b{12}\+/)
  await writeFile(join(root, 'a.ts'), 'two')
  await utimes(join(root, 'a.ts'), 1, 1)
  expect(await revision()).not.toBe(second)
})

test('a repository whose configuration names commands is opened without running them', async () => {
  const root = await folderWith({
    'a.ts': '',
    '.gitattributes': '*.ts filter=evil\n',
    '.git/HEAD': `${'c'.repeat(40)}\n`,
    '.git/config': '[core]\n\tfsmonitor = "touch pwned"\n[filter "evil"]\n\tclean = touch pwned\n',
  })
  expect((await open(root)).revision).toMatch(/^c{12}\+/)
  expect(await pathsIn(root)).toEqual(['.gitattributes', 'a.ts'])
})

test('a name is found by whatever looks like it, as long as only one file does', async () => {
  const root = await folderWith({
    'src/u\u0308ber.md': 'decomposed',
    'src/shot 9.15.02\u202fPM.md': 'narrow',
    'src/line\nbreak.md': 'broken',
    'do\u0301s/inner file.md': 'deep',
    'twins/\u00fc.md': 'one',
    'twins/u\u0308.md': 'two',
    'twins/u\u0308\u00a0.md': 'three',
    'twins/\u00fc\u2009.md': 'four',
  })
  const workspace = await open(root)
  const pathOf = async (path: string) => {
    const found = await workspace.locate(path)
    return found.ok ? found.path : found.reason
  }
  expect(await pathOf('src/\u00fcber.md')).toBe('src/u\u0308ber.md')
  expect(await pathOf('src/shot 9.15.02 PM.md')).toBe('src/shot 9.15.02\u202fPM.md')
  expect(await pathOf('src/line\\nbreak.md')).toBe('src/line\nbreak.md')
  expect(await pathOf('d\u00f3s/inner\u00a0file.md')).toBe('do\u0301s/inner file.md')
  expect(await pathOf('twins/\u00fc.md')).toBe('twins/\u00fc.md')
  expect(await pathOf('twins/\u00fc .md')).toMatch(/could be any of "twins\/.*" \(.*\\u\{a0\}.*\), "twins/)
  expect(await pathOf('src/nothing.md')).toContain('does not exist')
})

test('a name that looks like a private one, or leads out, is not found by it either', async () => {
  const outside = await folderWith({ 'caf\u00e9.txt': 'x' })
  const root = await folderWith({
    'a.ts': '',
    'cre\u0301dentials/.ssh/config': 'x',
    'secret\u00a0x/id_rsa': 'x',
  })
  await symlink(outside, join(root, 'out'))
  const workspace = await open(root)
  for (const path of ['cr\u00e9dentials/.ssh/config', 'secret x/id_rsa', 'out/cafe\u0301.txt'])
    expect(await workspace.locate(path), path).toMatchObject({ ok: false })
})

test.skipIf(process.platform !== 'linux')('names that are not UTF-8 are counted', async () => {
  const root = await folderWith({ 'a.ts': '', 'src/b.ts': '' })
  await writeFile(
    Buffer.concat([Buffer.from(`${root}/src/Gr`), Buffer.from([0xf6, 0xdf]), Buffer.from('e.txt')]),
    'x',
  )
  const folder = Buffer.concat([Buffer.from(`${root}/stra`), Buffer.from([0xdf]), Buffer.from('e')])
  await mkdir(folder)
  await writeFile(Buffer.concat([folder, Buffer.from('/c.ts')]), 'x')
  const workspace = await open(root)
  expect(workspace.listFiles().map((file) => file.path)).toEqual(['a.ts', 'src/b.ts'])
  expect(workspace.unlistedNames).toEqual({ count: 2, examples: ['stra\\xdfe', 'src/Gr\\xf6\\xdfe.txt'] })
})

test('a glance stops at its limits and says whether something is left', async () => {
  const root = await folderWith({ 'a/1': '', 'a/2': '', 'b/3': '', 'b/4': '' })
  const glance = async (files: number, entries: number) => {
    const { walk } = await glanceInto({ path: root, roots: [root] })
    const found = await walk({ files, entries })
    return [found.files.length, found.isCut]
  }
  expect(await glance(4, 100)).toEqual([4, false])
  expect(await glance(3, 100)).toEqual([3, true])
  expect(await glance(2, 100)).toEqual([2, true])
  expect(await glance(4, 4)).toEqual([2, true])
})
