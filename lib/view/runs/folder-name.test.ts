import { expect, test } from 'vitest'
import { folderBeside } from './folder-name'

test.each([
  ['Find dead code', '/srv/shop', 'shop'],
  ['Find dead code', '/srv/shop/', 'shop'],
  ['code-audit: shop', '/srv/shop', null],
  ['shop', '/srv/shop', 'shop'],
  ['Find dead code', 'C:\\code\\shop', 'shop'],
  ['Find dead code', '/', null],
  ['Find dead code', null, null],
])('%j in %j has %j beside it', (title, workspace, name) => {
  expect(folderBeside(title, workspace)).toBe(name)
})
