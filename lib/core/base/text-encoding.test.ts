import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeText, encodingOf, TextReader } from './text-encoding'

const utf16 = (text: string, isBig = false) => {
  const bytes = Buffer.from(text, 'utf16le')
  return isBig ? bytes.swap16() : bytes
}
const read = (bytes: Uint8Array) => decodeText(bytes)?.text ?? null

test('every encoding a mark tells of is read, without the mark', () => {
  const text = 'class Größe { 在庫 = "😀" }\n'
  expect(read(Buffer.from(`\ufeff${text}`))).toBe(text)
  expect(read(utf16(`\ufeff${text}`))).toBe(text)
  expect(read(utf16(`\ufeff${text}`, true))).toBe(text)
})

test('UTF-16 without a mark is read where its zero bytes tell of it', () => {
  for (const text of ['class Account { int balance; }\r\n', '在庫エラー\n日本語 のテキスト\n', 'a'])
    for (const isBig of [false, true]) expect(read(utf16(text, isBig)), text).toBe(text)
  expect(read(utf16(`${'x'.repeat(4094)}😀`.repeat(3)))).toContain('😀')
})

test('what is no text is none', () => {
  for (const bytes of [
    [1, 2, 0, 3],
    [137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13],
    [0, 0, 0, 0],
    [0xff, 0xfe, 0, 0, 65, 0, 0, 0],
  ])
    expect(encodingOf(Uint8Array.from(bytes))).toBeNull()
})

test('text in another encoding says that it is not read to the letter', () => {
  const latin = Buffer.from('Größe', 'latin1')
  expect(decodeText(latin)).toEqual({ text: 'Gr\ufffd\ufffde', isExact: false })
  expect(decodeText(Buffer.from('Größe'))).toEqual({ text: 'Größe', isExact: true })
})

test('however the bytes are cut, the text is the same', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.nat(),
      fc.boolean(),
      (text, at, isLatin) => {
        const bytes = Buffer.from(text, isLatin ? 'latin1' : 'utf8')
        const reader = new TextReader('utf-8')
        const cut = at % bytes.length
        const whole = reader.read(bytes.subarray(0, cut)) + reader.read(bytes.subarray(cut)) + reader.end()
        expect({ text: whole, isExact: reader.isExact }).toEqual(
          bytes.includes(0) ? expect.anything() : decodeText(bytes),
        )
      },
    ),
  )
})
