import { expect, test } from 'vitest'
import { cutText, cutWithCount, shortenText, sliceText } from './cut-text'

const halves = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

test('no cut of a well-formed text leaves half a character, and none is longer than asked', () => {
  const text = 'a😀b😀😀c𝒳'
  for (let most = -1; most <= text.length + 1; most++) {
    const cut = cutText(text, most)
    expect(cut).not.toMatch(halves)
    expect(cut.length).toBeLessThanOrEqual(Math.max(0, most))
    expect(text.startsWith(cut)).toBe(true)
    expect(shortenText(text, most)).not.toMatch(halves)
    for (let from = 0; from <= text.length; from++) expect(sliceText(text, from, most)).not.toMatch(halves)
  }
})

test('what fits is left alone, what does not ends in a mark that counts', () => {
  expect(shortenText('abc', 3)).toBe('abc')
  expect(shortenText('abcd', 3)).toBe('ab…')
  expect(shortenText('a😀b', 3)).toBe('a…')
})

test('a cut that counts says how much it left out', () => {
  expect(cutWithCount('abc', 3)).toBe('abc')
  expect(cutWithCount('x'.repeat(50_000), 10)).toBe(`${'x'.repeat(10)}… (49,990 more characters)`)
  expect(cutWithCount('a😀b', 2)).toBe('a… (3 more characters)')
})
