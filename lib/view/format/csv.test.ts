import { expect, test } from 'vitest'
import { csvCell, csvText } from './csv'

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(A1)',
  '﹦1',
  '﹢1',
  '﹣1',
  '﹫x',
  ' =1',
  '\u00a0＝1',
  '\u3000=1',
  '\ufeff=1',
  '\u200b=1',
  '\u0000=1',
  '−1',
  ' \t@x',
])('%j is no formula in a cell', (text) => {
  expect(csvCell(text)).toBe(`"'${text}"`)
})

test.each(['a=1', '1-2', 'x@y', 'Größe', '', ' a', '日本＝語'])('%j is left as it is', (text) => {
  expect(csvCell(text)).toBe(text)
})

test('what parts cells or lines is quoted', () => {
  expect(csvCell('a;=1')).toBe('"a;=1"')
  expect(csvCell('a\tb')).toBe('"a\tb"')
  expect(csvCell('say "x"')).toBe('"say ""x"""')
  expect(csvText(['a', 'b'], [[-1, null]])).toBe('a,b\r\n-1,\r\n')
})
