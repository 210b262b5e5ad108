import { expect, it } from 'vitest'
import { filePlace, placeText } from './file-place'

const again = (text: string) => placeText(filePlace(text) ?? { path: '', line: null, page: null })

it('finds paths with and without lines, and gives them back as they were', () => {
  for (const text of ['src/parse.ts:12', 'README.md', 'app/runs/[id]/page.tsx:3', 'a b/c.py:1'])
    expect(again(text)).toBe(text)
  expect(filePlace('src/parse.ts:12-40')).toEqual({ path: 'src/parse.ts', line: 12, page: null })
  expect(filePlace('src/parse.ts:12:7')).toEqual({ path: 'src/parse.ts', line: 12, page: null })
})

it('finds pages however they are cited; a number behind a PDF is a page', () => {
  const third = { path: 'papers/bee dance.pdf', line: null, page: 3 }
  for (const cited of [
    ' p. 3',
    ' p.3',
    ', p. 3',
    ' page 3',
    ', page 3',
    ' (p. 3)',
    '#page=3',
    ' pp. 3-5',
    ':3',
  ])
    expect(filePlace(`papers/bee dance.pdf${cited}`), cited).toEqual(third)
  expect(again('papers/bee dance.pdf#page=3')).toBe('papers/bee dance.pdf p. 3')
  expect(filePlace('notes.pdf.md, page 12')).toEqual({ path: 'notes.pdf.md', line: null, page: 12 })
  expect(filePlace('a.pdf')).toEqual({ path: 'a.pdf', line: null, page: null })
  expect(filePlace('a.pdf p. 0')).toEqual({ path: 'a.pdf', line: null, page: null })
})

it('takes no other text for a place, and never one that leads out of the folder', () => {
  const others = [
    'npm test',
    'null',
    '../etc/passwd.txt:1',
    '/etc/hosts.conf',
    'a/../../b.ts',
    'a/../../b.pdf p. 3',
    'x:12',
    '',
    'f()',
    'a.pdf page',
    'a.pdf p. three',
  ]
  for (const text of [...others, `${'a'.repeat(600)}.ts`, 'https://example.org/a.ts'])
    expect(filePlace(text), text).toBeNull()
})
