import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { charactersWithin, roughTokens, sharesOf, tokenBound } from './context-size'

/** Texts of many scripts and densities, each with the fewest characters to a token that tokenizers are known for. */
const texts: readonly (readonly [name: string, sample: string, charactersAToken: number])[] = [
  ['English', 'The quick brown fox jumps over the lazy dog, and then it rests. ', 3.2],
  ['code', 'const total = rows.reduce((sum, { cost }) => sum + cost, 0)\n  return total\n', 2.4],
  ['JSON of numbers', '{"a":1,"b":[2,3.5,-7],"c":null},', 1.2],
  ['a table', '1024,77,3.1415,2026-12-01,0.5\n', 1.3],
  ['hex', '9f86d081884c7d659a2feaa0c55ad015', 1.4],
  ['Base64', 'aGVsbG8gd29ybGQhIFRoaXMgaXMgQmFzZTY0', 1.35],
  ['signs', '}{)(;|&*^%$#@!~<>?/', 1.1],
  ['accents', 'élève naïf déjà çà où ', 1.5],
  ['Cyrillic', 'Быстрая лиса прыгает ', 1.3],
  ['Greek', 'Η γρήγορη αλεπού ', 1],
  ['Arabic', 'الثعلب السريع يقفز ', 1],
  ['Han', '敏捷的棕色狐狸跳过懒狗', 0.6],
  ['kana', 'すばやいちゃいろのきつね', 0.7],
  ['hangul', '빠른갈색여우가게으른개를', 0.6],
  ['Thai', 'สุนัขจิ้งจอกสีน้ำตาล', 0.5],
  ['Ethiopic', 'ፈጣንቡናማቀበሮ', 0.34],
  ['emoji', '🦊🐕🏃💨', 0.5],
]

describe('the bound of the tokens of a text', () => {
  test.each(texts)('%s: is no less than there can be', (_, sample, charactersAToken) => {
    const text = sample.repeat(40)
    expect(tokenBound(text)).toBeGreaterThanOrEqual(Math.floor(text.length / charactersAToken))
  })

  test('of English is at most twice what there is, and of anything at most its bytes', () => {
    const english = texts[0]?.[1].repeat(100) ?? ''
    expect(tokenBound(english)).toBeLessThan((2.1 * english.length) / 4)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(tokenBound(text)).toBeLessThanOrEqual(Buffer.byteLength(text) + Math.ceil(text.length / 2))
      }),
    )
  })

  test('is never below the guess, and grows with its text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, more) => {
        expect(tokenBound(text)).toBeGreaterThanOrEqual(roughTokens(text))
        expect(tokenBound(text + more)).toBeGreaterThanOrEqual(tokenBound(text))
      }),
    )
  })
})

describe('a guess of the tokens of a text', () => {
  test.each(texts)(
    '%s: is within a factor of two and a half of the most there can be',
    (_, sample, charactersAToken) => {
      const text = sample.repeat(40)
      const there = text.length / charactersAToken
      expect(roughTokens(text)).toBeGreaterThan(there / 2.5)
      expect(roughTokens(text)).toBeLessThan(there * 1.5)
    },
  )

  test('texts of any script are cut to what they may have together, and short ones stay whole', () => {
    const text = fc.oneof(
      fc.constantFrom(...texts.map(([, sample]) => sample)).map((sample) => sample.repeat(50)),
      fc.string({ unit: 'binary', maxLength: 300 }),
    )
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), fc.integer({ min: 1, max: 3_000 }), (some, most) => {
        const kept = some.map((one, at) => one.slice(0, sharesOf(some, most)[at]))
        const sum = kept.reduce((tokens, one) => tokens + roughTokens(one), 0)
        expect(sum).toBeLessThanOrEqual(most + some.length)
        if (some.reduce((tokens, one) => tokens + roughTokens(one), 0) <= most) expect(kept).toEqual(some)
      }),
    )
    expect(charactersWithin('abc', 0)).toBe(0)
  })
})
