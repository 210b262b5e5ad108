import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isLightMarkdown, textPage, textPieces } from './text-pieces'

test('a short text is one piece, and nothing is left of it', () => {
  expect(textPieces('one\ntwo', textPage)).toEqual({ pieces: ['one\ntwo'], left: 0 })
  expect(textPieces('', textPage)).toEqual({ pieces: [], left: 0 })
})

test('a line of a hundred thousand characters is drawn a page at a time, in pieces that are laid out at once', () => {
  const line = 'x'.repeat(100_000)
  const { pieces, left } = textPieces(line, textPage)
  expect(left).toBe(80_000)
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(5_000)
  expect(textPieces(line, 100_000).left).toBe(0)
})

test('pieces end at the ends of lines, and no character is lost or parted', () => {
  const { pieces, left } = textPieces(`${'a'.repeat(3_000)}\n${'b'.repeat(3_000)}`, textPage)
  expect(pieces).toEqual(['a'.repeat(3_000), 'b'.repeat(3_000)])
  expect(left).toBe(0)
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc
      .array(fc.constantFrom('😀'.repeat(2_600), 'word ', '\n', 'x'.repeat(4_999)), { maxLength: 12 })
      .map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 30_000 }), (whole, most) => {
      const { pieces, left } = textPieces(whole, most)
      const shown = whole.slice(0, whole.length - left)
      expect(pieces.join('').replaceAll('\n', '')).toBe(shown.replaceAll('\n', ''))
      const halves = (one: string) => one.match(/\p{Surrogate}/gu)?.length ?? 0
      if (most > 1)
        expect(pieces.reduce((sum, piece) => sum + halves(piece), 0)).toBeLessThanOrEqual(halves(whole) + 1)
      expect(shown.length).toBeLessThanOrEqual(most + 1)
    }),
  )
})

test('what a reader of Markdown would take for ever over is drawn as it stands', () => {
  expect(isLightMarkdown('# Title\n\n- **one**\n- `two`\n')).toBe(true)
  expect(isLightMarkdown('*_'.repeat(10_000))).toBe(false)
  expect(isLightMarkdown('>'.repeat(20_000))).toBe(false)
  expect(isLightMarkdown('x'.repeat(6_000))).toBe(false)
  expect(isLightMarkdown('words \n'.repeat(20_000))).toBe(false)
})
