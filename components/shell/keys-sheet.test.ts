import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { keyGroups } from './keys-sheet'

test('the docs list every key of the sheet, in its words', () => {
  const told = readFileSync('docs/shortcuts.md', 'utf8')
  for (const [key, what] of keyGroups.flatMap(({ keys }) => [...keys]))
    expect(told).toContain(`| \`${key.replace('mod ', '⌘')}\` | ${what} |`)
})
