import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from './digest.mjs'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skein-digest-'))
  mkdirSync(join(folder, 'lib'))
  writeFileSync(join(folder, 'lib', 'a.ts'), 'one')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a changed, a new and a renamed source each change the digest', () => {
  const seen = new Set([digest()])
  writeFileSync(join(folder, 'lib', 'a.ts'), 'two')
  seen.add(digest())
  writeFileSync(join(folder, 'lib', 'b.ts'), '')
  seen.add(digest())
  rmSync(join(folder, 'lib', 'b.ts'))
  writeFileSync(join(folder, 'lib', 'c.ts'), '')
  seen.add(digest())
  expect(seen.size).toBe(4)
})

test('tests and papers do not change what is served', () => {
  const before = digest()
  writeFileSync(join(folder, 'lib', 'a.test.ts'), 'x')
  writeFileSync(join(folder, 'lib', 'README.md'), 'x')
  expect(digest()).toBe(before)
})

test('papers that are served are sources', () => {
  mkdirSync(join(folder, 'docs'))
  const before = digestOf(folder, ['docs'])
  writeFileSync(join(folder, 'docs', 'a.md'), 'x')
  expect(digestOf(folder, ['docs'])).not.toBe(before)
})

const digest = () => digestOf(folder, ['lib', 'absent.js'])
