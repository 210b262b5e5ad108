import { expect, test } from 'vitest'
import { cutJsonLine } from './cut-json'

test.each([
  ['Nothing found.', null],
  ['', null],
  ['[ok] it works', null],
  ['{"title":"SQL injection","severity":"high","line":12}', 'SQL injection · severity: high · line: 12'],
  ['{"findings":[{"title":"A race","file":"a.ts","sure":true}]}', 'A race · file: a.ts · sure: true'],
  ['{"findings":[]}', '0 findings'],
  ['{"answer":null,"why":"no source"}', 'answer: none · why: no source'],
  ['["a.ts","b.ts"]', 'a.ts, b.ts'],
  ['[1, 2]', null],
  ['{}', null],
  ['{"summary":"two\\nlines \\"quoted\\" \\u00e9"}', 'two lines "quoted" é'],
  ['{"summary":"cut in the mid', 'cut in the mid'],
  ['{"summary":"cut at an escape\\', 'cut at an escape'],
  ['{"summary":"cut at a code\\u00', 'cut at a code '],
  ['{"na', null],
  ['{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7}', 'a: 1 · b: 2 · c: 3 · d: 4 · e: 5 · f: 6'],
])('%s reads as %s', (preview, line) => {
  expect(cutJsonLine(preview)).toBe(line)
})

test('text that is made to be slow is read at once', () => {
  for (const text of ['{'.repeat(100_000), `{"${'\\'.repeat(100_001)}`, `["${'a"'.repeat(50_000)}`])
    expect(() => cutJsonLine(text)).not.toThrow()
})
