import { expect, test } from 'vitest'
import { parseUrl } from './parse-url'

test('an address with letters of other languages is one, however often was asked before', () => {
  for (let at = 0; at < 50_000; at++) parseUrl(`https://example.org/${at % 100}`)
  expect(parseUrl('https://exämple.org/ä?b#part')?.href).toBe('https://xn--exmple-cua.org/%C3%A4?b#part')
  expect(parseUrl('ä', 'https://example.org/')?.pathname).toBe('/%C3%A4')
})

test('what is no address is null', () => {
  for (const text of ['', 'ä', '/only/a/path', 'http://', 'https://a b/', 'https://[::1', '\0'])
    expect(parseUrl(text)).toBeNull()
})
