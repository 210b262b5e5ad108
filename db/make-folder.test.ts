import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder } from './make-folder'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skein-folder-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a folder is made with those above it, and again without complaint', () => {
  const path = join(folder, 'a', 'b')
  makeFolder(path)
  makeFolder(path)
  expect(existsSync(path)).toBe(true)
})

test('a file in the way is refused', () => {
  writeFileSync(join(folder, 'file'), '')
  expect(() => makeFolder(join(folder, 'file'))).toThrow()
  expect(() => makeFolder(join(folder, 'file', 'below'))).toThrow()
})

test.skipIf(process.platform !== 'linux')('a place that takes no folders is refused at once', () => {
  expect(() => makeFolder('/proc/skein')).toThrow()
})
