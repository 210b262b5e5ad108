import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMarkScanner } from './end-mark'

/** What a scanner finds in bytes that come in pieces of the given sizes. */
function scanned(bytes: Buffer, sizes: readonly number[]) {
  const scan = createMarkScanner('word')
  const content: Buffer[] = []
  let at = 0
  for (let piece = 0; at < bytes.length; piece++) {
    const end = at + Math.max(1, sizes[piece % Math.max(1, sizes.length)] ?? bytes.length)
    const found = scan(bytes.subarray(at, end))
    content.push(found.content)
    if (found.mark !== null)
      return { content: Buffer.concat(content), mark: found.mark, rest: found.rest.length }
    at = end
  }
  return { content: Buffer.concat(content), mark: null, rest: 0 }
}

const mark = Buffer.from('\0word 7 /a folder/ä\0')

test('a mark is found however the output is cut, and nothing of the output is lost', () => {
  const bytes = fc.uint8Array({ maxLength: 60 }).map((part) => Buffer.from(part))
  const near = fc
    .constantFrom('\0', '\0w', '\0word', '\0word ', 'word 7 /\0')
    .map((text) => Buffer.from(text))
  const output = fc.array(fc.oneof(bytes, near), { maxLength: 6 }).map((parts) => Buffer.concat(parts))
  fc.assert(
    fc.property(output, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (before, sizes) => {
      fc.pre(!before.includes('\0word '))
      const found = scanned(Buffer.concat([before, mark]), sizes)
      expect(found.mark).toEqual({ exitCode: 7, folder: '/a folder/ä' })
      expect(found.content.equals(before)).toBe(true)
    }),
  )
})

test('what follows a mark is told apart', () => {
  const scan = createMarkScanner('word')
  const { content, rest } = scan(Buffer.concat([Buffer.from('before'), mark, Buffer.from('after')]))
  expect([content.toString(), rest.toString()]).toEqual(['before', 'after'])
})

test('another word, half a mark and a folder without an end are output', () => {
  const other = Buffer.from(`\0other 0 /\0\0word x\0\0word 0 /${'x'.repeat(5_000)}`)
  expect(scanned(other, [100]).content.equals(other)).toBe(true)
})
