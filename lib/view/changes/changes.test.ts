import { expect, test } from 'vitest'
import type { DiffLine } from '@/lib/api/workflows'
import { beganFrom, lineCounts, noLinesBecause, whyNotMerged } from './change-words'
import { type ChangedFile, fileRows, neighbourPath, shownFiles } from './file-rows'
import { sideBySide } from './side-by-side'

const file = (path: string): ChangedFile => ({ path, status: 'modified', added: 1, removed: 0 })

test('files are listed by folder, those of the top folder first', () => {
  const rows = fileRows(['src/b.ts', 'z.md', 'src/deep/c.ts', 'src/a.ts'].map(file))
  expect(rows.map((row) => (row.kind === 'folder' ? `${row.path}/` : row.name))).toEqual([
    ...['z.md', 'src/', 'a.ts', 'b.ts', 'src/deep/', 'c.ts'],
  ])
})

test('the next file is the next of the list, and the ends hold', () => {
  const files = shownFiles(fileRows(['b', 'a', 'c'].map(file)))
  expect(neighbourPath(files, 'a', 1)).toBe('b')
  expect(neighbourPath(files, 'c', 1)).toBe('c')
  expect(neighbourPath(files, 'a', -1)).toBe('a')
  expect(neighbourPath(files, 'gone', 1)).toBe('a')
  expect(neighbourPath([], null, 1)).toBeNull()
})

test('what was removed stands beside what was added in its place', () => {
  const line = (kind: DiffLine['kind'], text: string): DiffLine => ({ kind, from: null, to: null, text })
  const hunk = [
    line('same', 'a'),
    line('removed', 'b'),
    line('removed', 'c'),
    line('added', 'B'),
    line('same', 'd'),
    line('added', 'e'),
    line('removed', 'f'),
  ]
  expect(sideBySide(hunk).map(({ before, after }) => [before?.text, after?.text])).toEqual([
    ['a', 'a'],
    ['b', 'B'],
    ['c', undefined],
    ['d', 'd'],
    [undefined, 'e'],
    ['f', undefined],
  ])
})

test('what agents began from is a commit with what was not committed, or the folder', () => {
  expect(beganFrom({ head: 'a'.repeat(40), dirty: 1 })).toBe('from commit aaaaaaaaaa with 1 uncommitted file')
  expect(beganFrom({ head: 'a'.repeat(40), dirty: 0 })).toBe('from commit aaaaaaaaaa')
  expect(beganFrom({ head: null, dirty: null })).toBe('from the folder as it was when the run began')
})

test('binary files have no lines, and a change of the mode alone is told', () => {
  expect(lineCounts({ added: null, removed: null })).toBe('binary')
  expect(lineCounts({ added: 1200, removed: 4 })).toBe('+1,200 −4')
  const mode = (text: string) => ({ bytes: 3, mode: text })
  expect(noLinesBecause({ kind: 'text', before: mode('100644'), after: mode('100755'), hunks: [] })).toBe(
    'Only its mode changed: 100644 → 100755.',
  )
})

test('the newest note says why changes were left out, or else the last flag', () => {
  const note = (seq: number, message: string) => ({
    seq,
    at: '',
    kind: 'noted' as const,
    message,
    agentId: 'a1',
  })
  const log = [note(1, 'Its changes were not merged: first'), note(2, 'Its changes were not merged: second')]
  expect(whyNotMerged({ log, agents: new Map() }, 'a1')).toBe('second')
  expect(whyNotMerged({ log, agents: new Map() }, 'a2')).toBeNull()
})
