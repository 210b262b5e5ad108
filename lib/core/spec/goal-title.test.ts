import { expect, test } from 'vitest'
import { goalTitle, plannedTitle } from './goal-title'

test('a goal is called by its first line, shortened where it is long', () => {
  expect(goalTitle('Find dead code\nand remove it')).toBe('Find dead code')
  expect(goalTitle('x '.repeat(100)).length).toBeLessThanOrEqual(80)
})

test.each([
  ['check-error-handling', 'Check error handling'],
  ['audit_of__deps', 'Audit of deps'],
  ['Find dead code', 'Find dead code'],
  ['aufräumen-überall', 'Aufräumen überall'],
  ['plan', null],
  ['---', null],
  ['', null],
])('a script called %j makes the title %j', (name, title) => {
  expect(plannedTitle(name)).toBe(title)
})
