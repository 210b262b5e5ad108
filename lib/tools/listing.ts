import { likePath, shownPath } from '@/lib/core/base/path-names'
import { sizeWords } from '@/lib/core/base/size-words'
import { fitLines } from './fit-lines'
import { readGlob } from './glob'
import type { ListRequest, UntrustedAnswer } from './untrusted-protocol'

/** The files of a folder as the tool tells of them. Blocks its thread for as long as there are files. */
export function listing({ files, sizes, under, glob, depth, mostCharacters }: ListRequest): UntrustedAnswer {
  const wanted = glob === null ? null : readGlob(likePath(glob))
  if (wanted?.ok === false) return { kind: 'refused', reason: wanted.reason }
  const below = filesBelow(files, sizes, under)
  if (below.length === 0) {
    const text = `No visible files are in ${shownPath(under) || 'the workspace'}. Ignored files can be read by their path.`
    return { kind: 'list', text }
  }
  const text =
    wanted === null
      ? tree(under, below, depth, mostCharacters)
      : matching(under, below, { glob: glob ?? '', matches: wanted.matches }, depth, mostCharacters)
  return { kind: 'list', text }
}

type SizedFile = { path: string; size: number }

function filesBelow(files: string, sizes: string, folder: string): SizedFile[] {
  const sizeOf = sizes.split('\0')
  const all = (files === '' ? [] : files.split('\0')).map((path, at) => ({
    path,
    size: Number(sizeOf[at] ?? 0),
  }))
  return folder === '' ? all : all.filter(({ path }) => path.startsWith(`${folder}/`))
}

function matching(
  folder: string,
  files: readonly SizedFile[],
  { glob, matches }: { glob: string; matches(path: string): boolean },
  depth: number | null,
  most: number,
): string {
  const start = folder === '' ? 0 : folder.length + 1
  const found = files.filter(({ path }) => {
    const isDeepEnough = depth === null || path.slice(start).split('/').length <= depth
    return isDeepEnough && (matches(likePath(path)) || matches(likePath(path.slice(start))))
  })
  if (found.length === 0) return `No visible file matches ${glob}.`
  const { text, shown } = fitLines(found.map(fileLine), most)
  if (shown === found.length) return text
  return `${text}\n[${shown} of ${found.length} matching files are shown. For the rest, narrow path or glob.]`
}

/** Files and folders by level; without a wish, as many levels as fit. */
function tree(folder: string, files: readonly SizedFile[], depth: number | null, most: number): string {
  const entries = entriesOf(folder, files)
  const deepest = entries.reduce((most, entry) => Math.max(most, entry.level), 1)
  const levels = depth ?? deepestThatFits(entries, deepest, most)
  const wanted = entries.filter((entry) => entry.level <= levels)
  const { text, shown } = fitLines(
    wanted.map(({ line }) => line()),
    most,
  )
  const notes: string[] = []
  if (shown < wanted.length) {
    notes.push(
      `[${shown} of ${wanted.length} paths are shown. For the rest, name a folder in path, or use glob.]`,
    )
  }
  if (wanted.length < entries.length) {
    const deeper = entries.length - wanted.length
    notes.push(
      `[Only ${levels} ${levels === 1 ? 'level is' : 'levels are'} shown; ${deeper} deeper paths are not. Use path, glob or depth for them.]`,
    )
  }
  return [text, ...notes].join('\n')
}

type Entry = { path: string; level: number; line(): string }

function fileLine({ path, size }: SizedFile): string {
  return `${shownPath(path)}\t${sizeWords(size)}`
}

/** Files with the folders they lie in, each folder just before what it holds. */
function entriesOf(folder: string, files: readonly SizedFile[]): Entry[] {
  const start = folder === '' ? 0 : folder.split('/').length
  const folders = new Map<string, { files: number; bytes: number }>()
  const entries: Entry[] = []
  for (const file of files) {
    const parts = file.path.split('/')
    for (let end = start + 1; end < parts.length; end++) {
      const path = `${parts.slice(0, end).join('/')}/`
      const known = folders.get(path)
      const held = known ?? { files: 0, bytes: 0 }
      held.files += 1
      held.bytes += file.size
      if (known !== undefined) continue
      folders.set(path, held)
      const line = () =>
        `${shownPath(path)}\t${held.files} ${held.files === 1 ? 'file' : 'files'}, ${sizeWords(held.bytes)}`
      entries.push({ path, level: end - start, line })
    }
    entries.push({ path: file.path, level: parts.length - start, line: () => fileLine(file) })
  }
  return entries
}

/** What a line has besides its path, about. */
const SIZE_CHARACTERS = 10

function deepestThatFits(entries: readonly Entry[], deepest: number, most: number): number {
  const lengths = new Map<number, number>()
  for (const { level, path } of entries)
    lengths.set(level, (lengths.get(level) ?? 0) + path.length + SIZE_CHARACTERS)
  let length = lengths.get(1) ?? 0
  let level = 1
  while (level < deepest) {
    length += lengths.get(level + 1) ?? 0
    if (length > most) return level
    level += 1
  }
  return deepest
}
