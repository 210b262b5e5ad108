import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createOutput, MOST_SHOWN } from './output'

let folder: string
const file = () => join(folder, '1.txt')
const shown = '/tmp/output/1.txt'

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skein-output-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('output up to what is shown is told whole, without a file', () => {
  const output = createOutput(file(), 1_000_000)
  const text = 'ä'.repeat(MOST_SHOWN)
  const bytes = Buffer.from(text)
  // Cut inside a character: it is one again.
  output.take(bytes.subarray(0, 1_001))
  output.take(bytes.subarray(1_001))
  expect(output.finish(shown)).toMatchObject({ text, bytes: 60_000, isCut: false, hasFile: false })
  expect(existsSync(file())).toBe(false)
})

test('one character more, and the file holds it all', () => {
  const output = createOutput(file(), 1_000_000)
  output.take(Buffer.from('x'.repeat(MOST_SHOWN + 1)))
  const printed = output.finish(shown)
  expect(printed).toMatchObject({ isCut: true, hasFile: true, keptBytes: MOST_SHOWN + 1 })
  expect(printed.text).toContain(`All 30,001 bytes are in ${shown}; read it in parts.`)
  expect(readFileSync(file(), 'utf8')).toBe('x'.repeat(MOST_SHOWN + 1))
})

test('beginning and end are shown and the file holds what may be kept, in the order it came', () => {
  const output = createOutput(file(), 300_000)
  const lines = Array.from({ length: 100_000 }, (_, at) => `line ${at}\n`)
  for (let at = 0; at < lines.length; at += 7) output.take(Buffer.from(lines.slice(at, at + 7).join('')))
  expect(output.isFull).toBe(true)
  const printed = output.finish(shown)
  const all = lines.join('')
  expect(printed.bytes).toBe(all.length)
  expect(printed.text.startsWith(all.slice(0, MOST_SHOWN / 2))).toBe(true)
  expect(printed.text.endsWith(all.slice(-MOST_SHOWN / 2))).toBe(true)
  expect(readFileSync(file(), 'utf8')).toBe(all.slice(0, 300_000))
})

test.each(['/dev/full', '/nowhere/1.txt'])(
  'a file that cannot be written is said to hold nothing: %s',
  (bad) => {
    const output = createOutput(bad, 1_000_000)
    output.take(Buffer.from('x'.repeat(200_000)))
    expect(output.finish(shown)).toMatchObject({ isCut: true, keptBytes: 0, bytes: 200_000 })
  },
)
