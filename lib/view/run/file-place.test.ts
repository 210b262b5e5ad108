import { expect, it } from 'vitest'
import { filePlace, placeText } from './file-place'

it('finds paths with and without lines, and gives them back as they were', () => {
  for (const text of ['src/parse.ts:12', 'README.md', 'app/runs/[id]/page.tsx:3', 'a b/c.py:1'])
    expect(placeText(filePlace(text) ?? { path: '', line: null })).toBe(text)
  expect(filePlace('src/parse.ts:12-40')).toEqual({ path: 'src/parse.ts', line: 12 })
  expect(filePlace('src/parse.ts:12:7')).toEqual({ path: 'src/parse.ts', line: 12 })
})

it('takes no other text for a place, and never one that leads out of the folder', () => {
  const others = [
    'npm test',
    'null',
    '../etc/passwd.txt:1',
    '/etc/hosts.conf',
    'a/../../b.ts',
    'x:12',
    '',
    'f()',
  ]
  for (const text of [...others, `${'a'.repeat(600)}.ts`, 'https://example.org/a.ts'])
    expect(filePlace(text), text).toBeNull()
})
