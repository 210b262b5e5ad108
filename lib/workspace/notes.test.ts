import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ReadHeads } from './agent-types'
import { readDefinitionHeads } from './definition-head'
import { languagesOf } from './languages'
import { MOST_NOTE_CHARACTERS, readWorkspaceNotes } from './notes'
import { openWorkspace } from './workspace'

let base = ''
let root = ''

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'notes-')))
  root = join(base, 'work')
  await mkdir(root)
})
afterEach(() => rm(base, { recursive: true, force: true }))

const readHeads: ReadHeads = async (heads) => readDefinitionHeads(heads)

async function notesWith(files: Record<string, string | Buffer>) {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
  const workspace = await openWorkspace({ path: root, roots: [base] })
  return readWorkspaceNotes(workspace, readHeads, new AbortController().signal)
}

const skill = (name: string, description: string) =>
  `---\nname: ${name}\ndescription: ${description}\n---\nDo it.`

describe('what a workspace says to agents', () => {
  test('is its CLAUDE.md and AGENTS.md, its skills by name, and where more lies, nearest first', async () => {
    const notes = await notesWith({
      'AGENTS.md': 'Agents.',
      'CLAUDE.md': 'Claude.\r\nTwo.',
      '.claude/CLAUDE.md': 'Inner.',
      '.claude/skills/release/SKILL.md': skill('release', 'How to release'),
      'packages/deep/er/AGENTS.md': 'Deep.',
      'packages/CLAUDE.md': 'Near.',
      'src/a.ts': '',
    })
    expect(notes).toEqual({
      files: [
        { path: 'CLAUDE.md', text: 'Claude.\nTwo.', isCut: false },
        { path: '.claude/CLAUDE.md', text: 'Inner.', isCut: false },
        { path: 'AGENTS.md', text: 'Agents.', isCut: false },
      ],
      skills: [{ path: '.claude/skills/release/SKILL.md', name: 'release', description: 'How to release' }],
      further: ['packages/CLAUDE.md', 'packages/deep/er/AGENTS.md'],
    })
  })

  test('is nothing where there is nothing, or only blanks', async () => {
    expect(await notesWith({ 'a.ts': '' })).toBeNull()
    expect(await notesWith({ 'CLAUDE.md': ' \n\n' })).toBeNull()
  })

  test('follows imports inside it, each file once, however they go round', async () => {
    const notes = await notesWith({
      'CLAUDE.md':
        'See @docs/a.md and @AGENTS.md, not `@docs/no.md`.\n```\n@docs/no.md\n```\n@../outside.md @~/home.md @.env',
      'AGENTS.md': 'Back to @CLAUDE.md',
      'docs/a.md': 'On to @b.md.',
      'docs/b.md': 'Round to @a.md and @../CLAUDE.md',
      'docs/no.md': 'never',
      '.env': 'SECRET=1',
    })
    await writeFile(join(base, 'outside.md'), 'outside')
    expect(notes?.files.map(({ path }) => path)).toEqual(['CLAUDE.md', 'docs/a.md', 'docs/b.md', 'AGENTS.md'])
  })

  test('is cut to its bound, with a word on where it goes on, ten megabytes as well', async () => {
    const notes = await notesWith({ 'CLAUDE.md': 'a line of text\n'.repeat(700_000), 'AGENTS.md': 'Agents.' })
    const [claude, agents] = notes?.files ?? []
    expect(claude?.isCut).toBe(true)
    expect(claude?.text.length).toBeLessThanOrEqual(MOST_NOTE_CHARACTERS)
    expect(claude?.text.endsWith('a line of text')).toBe(true)
    expect(agents?.path).toBe('AGENTS.md')
    const length = notes?.files.reduce((sum, { text }) => sum + text.length, 0)
    expect(length).toBeLessThanOrEqual(MOST_NOTE_CHARACTERS)
  })

  test('is never binary rubbish, nor broken text', async () => {
    const rubbish = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 197) % 256))
    expect(
      await notesWith({ 'CLAUDE.md': rubbish, 'AGENTS.md': Buffer.from([0xff, 0xc0, 0x80, 0x41]) }),
    ).toBeNull()
    const utf16 = await notesWith({ 'CLAUDE.md': Buffer.from('\ufeffGrüße', 'utf16le') })
    expect(utf16?.files).toEqual([{ path: 'CLAUDE.md', text: 'Grüße', isCut: false }])
  })

  test('loses characters that hide, turn or stand for none', async () => {
    const notes = await notesWith({
      'CLAUDE.md': 'a\u0007b\u202ec\u{e0041}d\u2028e\u200bf',
    })
    expect(notes?.files[0]?.text).toBe('abcd\nef')
  })

  test('is read through a link that stays inside, once, and through none that leads out', async () => {
    await writeFile(join(base, 'secret.md'), 'secret')
    await mkdir(join(base, 'skills', 'evil'), { recursive: true })
    await writeFile(join(base, 'skills', 'evil', 'SKILL.md'), skill('evil', 'x'))
    await writeFile(join(root, 'AGENTS.md'), 'Agents.')
    await symlink('AGENTS.md', join(root, 'CLAUDE.md'))
    await mkdir(join(root, '.claude'))
    await symlink(join(base, 'secret.md'), join(root, '.claude', 'CLAUDE.md'))
    await symlink(join(base, 'skills'), join(root, '.claude', 'skills'))
    const notes = await notesWith({})
    expect(notes).toEqual({
      files: [{ path: 'AGENTS.md', text: 'Agents.', isCut: false }],
      skills: [],
      further: [],
    })
  })

  test('ends where folders of skills go round', async () => {
    await mkdir(join(root, '.claude', 'skills', 'one'), { recursive: true })
    await symlink('..', join(root, '.claude', 'skills', 'one', 'loop'))
    await symlink(join(root, '.claude'), join(root, '.claude', 'skills', 'again'))
    const notes = await notesWith({ '.claude/skills/one/SKILL.md': skill('one', 'First') })
    expect(notes?.skills.map(({ name }) => name)).toEqual(['one'])
  })

  test('has no skill without a head, and none whose head cannot be read', async () => {
    const notes = await notesWith({
      '.claude/skills/a/SKILL.md': 'no head',
      '.claude/skills/b/SKILL.md': '---\n{{{\n---\nx',
      '.claude/skills/c/SKILL.md': `---\ndescription: "${'x'.repeat(2000)}"\n---\n`,
    })
    expect(notes?.skills.map(({ name, description }) => [name, description.length])).toEqual([['c', 300]])
  })

  test('stops being read when nobody waits for it any more', async () => {
    await writeFile(join(root, 'CLAUDE.md'), 'x')
    const workspace = await openWorkspace({ path: root, roots: [base] })
    await expect(readWorkspaceNotes(workspace, readHeads, AbortSignal.abort())).rejects.toThrow()
  })
})

describe('the languages of a workspace', () => {
  const file = (path: string, size: number) => ({ path, size })

  test('are those of its code, most bytes first, without crumbs', () => {
    const files = [
      file('a.ts', 900),
      file('b.tsx', 100),
      file('c.py', 300),
      file('d.sh', 1),
      file('e.md', 9999),
    ]
    expect(languagesOf(files)).toEqual(['TypeScript', 'Python'])
  })

  test('are prose and data where there is no code, and none where nothing is known', () => {
    expect(languagesOf([file('a.md', 10), file('b.csv', 5)])).toEqual(['Markdown', 'CSV'])
    expect(languagesOf([file('constructor', 10), file('x.toString', 5), file('y.', 1)])).toEqual([])
  })
})
