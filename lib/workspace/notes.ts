import { posix } from 'node:path'
import { cutText } from '@/lib/core/base/cut-text'
import { inOrder } from '@/lib/core/base/in-order'
import { shownPath } from '@/lib/core/base/path-names'
import type { WorkspaceNotes } from '@/lib/core/spec/briefing'
import type { ReadHeads } from './agent-types'
import { filesBelow } from './files-below'
import { splitFrontMatter } from './front-matter'
import { readBeginning, readSmallFile } from './small-file'
import type { Workspace } from './workspace'

/** Where a workspace tells agents about itself, in the order in which they are told. */
const PLACES = ['CLAUDE.md', '.claude/CLAUDE.md', 'AGENTS.md'] as const
const SKILLS = '.claude/skills'

/**
 * Characters of all texts together, about 4,500 tokens: every agent with files pays for them in each turn,
 * and can read on in the files.
 */
export const MOST_NOTE_CHARACTERS = 16_000
/** Bytes that are looked at of one file: as many as the longest text of dense script takes. */
const MOST_BYTES = 64_000
const MOST_IMPORTS = 20
/** How deep imports are followed, as Claude Code does (its memory page). */
const DEEPEST_IMPORT = 5
const MOST_SKILLS = 20
const DEEPEST_SKILL = 3
const MOST_SKILL_BYTES = 200_000
const MOST_HEAD_CHARACTERS = 32_000
const LONGEST_DESCRIPTION = 300
const MOST_FURTHER = 20

type Folder = Pick<Workspace, 'locate' | 'listFiles'>

/**
 * What a workspace says to agents: CLAUDE.md and AGENTS.md at its root with what they import, the skills it
 * offers, and where more such files lie. Nothing outside of it is read, nothing private, nothing that is no
 * text; links are followed inside alone, and no file comes twice. Null where there is nothing. Rejects once
 * the signal says so.
 */
export async function readWorkspaceNotes(
  workspace: Folder,
  readHeads: ReadHeads,
  signal: AbortSignal,
): Promise<WorkspaceNotes | null> {
  const texts = new Texts(workspace, signal)
  for (const place of PLACES) await texts.add(place, 0)
  const skills = await skillsOf(workspace, readHeads, signal)
  const further = workspace
    .listFiles()
    .map(({ path }) => path)
    .filter((path) => /\/(CLAUDE|AGENTS)\.md$/.test(path) && path !== PLACES[1])
    .sort((one, other) => depthOf(one) - depthOf(other) || inOrder(one, other))
    .slice(0, MOST_FURTHER)
    .map((path) => cutText(shownPath(path), LONGEST_DESCRIPTION))
  const { files } = texts
  return files.length + skills.length + further.length === 0 ? null : { files, skills, further }
}

function depthOf(path: string): number {
  return path.split('/').length
}

/** The texts so far: each file once, however many name it, and no more of all than there is room for. */
class Texts {
  readonly files: WorkspaceNotes['files'] = []
  readonly #seen = new Set<string>()
  #left = MOST_NOTE_CHARACTERS
  #imports = MOST_IMPORTS

  constructor(
    private readonly workspace: Folder,
    private readonly signal: AbortSignal,
  ) {}

  async add(asked: string, depth: number): Promise<void> {
    this.signal.throwIfAborted()
    const place = await this.workspace.locate(asked)
    if (!place.ok || place.kind !== 'file' || this.#seen.has(place.path)) return
    this.#seen.add(place.path)
    const read = await readBeginning(place.absolute, MOST_BYTES)
    if (read === null) return
    const text = plainText(read.text)
    const path = cutText(shownPath(place.path), LONGEST_DESCRIPTION)
    if (text !== '') {
      const kept = text.length <= this.#left ? text : wholeLines(text, this.#left)
      this.#left -= kept.length
      this.files.push({ path, text: kept, isCut: read.isCut || kept.length < text.length })
    }
    if (depth >= DEEPEST_IMPORT) return
    for (const imported of importsIn(text)) {
      if (this.#left <= 0 || this.#imports <= 0) return
      this.#imports -= 1
      await this.add(posix.join(posix.dirname(place.path), imported), depth + 1)
    }
  }
}

/**
 * A text as it can be quoted line by line: one kind of line end, and no character that hides itself, turns
 * the direction of writing, or is none.
 */
function plainText(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029\v\f]/g, '\n')
    .replace(
      /[\p{Cc}\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu,
      (character) => (character === '\n' || character === '\t' ? character : ''),
    )
    .trim()
}

function wholeLines(text: string, most: number): string {
  const cut = cutText(text, most)
  const end = cut.lastIndexOf('\n')
  return end > most / 2 ? cut.slice(0, end) : cut
}

/** Paths that a text imports, written `@docs/style.md`; text in code blocks is not one. */
function importsIn(text: string): string[] {
  const found: string[] = []
  let isCode = false
  for (const line of text.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) isCode = !isCode
    if (isCode || !line.includes('@')) continue
    for (const [, path = ''] of line.replace(/`[^`]*`/g, '').matchAll(/(?:^|\s)@([^\s@]{1,200})/g))
      if (/[./]/.test(path) && !path.startsWith('~')) found.push(path.replace(/[.,;:)]+$/, ''))
  }
  return [...new Set(found)]
}

/** Skills by name and description; agents read the rest where it lies. */
async function skillsOf(
  workspace: Folder,
  readHeads: ReadHeads,
  signal: AbortSignal,
): Promise<WorkspaceNotes['skills']> {
  const folder = await workspace.locate(SKILLS)
  if (!folder.ok || folder.kind !== 'folder') return []
  const paths = await filesBelow(folder.absolute, {
    ending: 'SKILL.md',
    deepest: DEEPEST_SKILL,
    mostFiles: MOST_SKILLS,
    signal,
  })
  const found: { path: string; head: string }[] = []
  for (const below of paths) {
    const place = await workspace.locate(posix.join(folder.path, below))
    const text = place.ok ? await readSmallFile(place.absolute, MOST_SKILL_BYTES) : null
    const head = text === null ? null : splitFrontMatter(text).head
    if (!place.ok || head === null || head.length > MOST_HEAD_CHARACTERS) continue
    found.push({ path: place.path, head })
  }
  if (found.length === 0) return []
  const heads = await readHeads(
    found.map(({ head }) => head),
    signal,
  )
  if ('problem' in heads) return []
  return found.flatMap(({ path }, at) => {
    const head = heads[at]
    if (head === undefined || 'problem' in head) return []
    const name = head.name ?? posix.basename(posix.dirname(path))
    const line = (text: string) => cutText(plainText(text).replace(/\s+/g, ' '), LONGEST_DESCRIPTION)
    return [
      {
        path: cutText(shownPath(path), LONGEST_DESCRIPTION),
        name: line(name),
        description: line(head.description),
      },
    ]
  })
}
