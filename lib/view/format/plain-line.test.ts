import { expect, test } from 'vitest'
import { plainLine } from './plain-line'

test.each([
  ['**Confirmed.** It leaks.', 'Confirmed. It leaks.'],
  ['## Summary\n\n- one\n- `two`', 'Summary one two'],
  ['See [the file](a/b.ts) and *this*.', 'See the file and this.'],
  ['2 * 3 * 4 stays, and so does snake_case_name', '2 * 3 * 4 stays, and so does snake_case_name'],
  ['{"findings":[]}', '0 findings'],
  [
    '{"verdict":"refuted","reason":"no path","evidence":{"a":1}}',
    'verdict: refuted, reason: no path, evidence',
  ],
  ['[1,2,3]', '3 items'],
  ['{"findings":[{"file":"a.t', 'file: a.t'],
  ['', ''],
])('%j is the line %j', (text, line) => {
  expect(plainLine(text)).toBe(line)
})
