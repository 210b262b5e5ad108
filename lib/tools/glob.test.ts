import fc from 'fast-check'
import picomatch from 'picomatch'
import { expect, test } from 'vitest'
import { readGlob } from './glob'

/** A glob that is read, on a path. */
function matches(glob: string, path: string): boolean {
  const read = readGlob(glob)
  return read.ok && read.matches(path)
}

test.each([
  ['*.ts', 'src/a.ts', true],
  ['*.ts', 'src/a.tsx', false],
  ['src/*.ts', 'src/a.ts', true],
  ['src/*.ts', 'src/deep/a.ts', false],
  ['src/**/*.ts', 'src/a.ts', true],
  ['src/**/*.ts', 'src/very/deep/a.ts', true],
  ['**/test/**', 'a/test/b/c', true],
  ['**', 'any/thing', true],
  ['*.{ts,tsx}', 'a.tsx', true],
  ['{src,lib}/**', 'lib/a', true],
  ['{a,b{c,d}}.x', 'bd.x', true],
  ['[a-c]?.md', 'b1.md', true],
  ['[!a-c].md', 'b.md', false],
  ['./src/a.ts', 'src/a.ts', true],
  ['/src/*', 'src/a.ts', true],
  ['a\\*b', 'a*b', true],
  ['.github/**', '.github/workflows/ci.yml', true],
  ['[', '[', true],
  ['*', '.hidden', true],
])('%s on %s: %s', (glob, path, expected) => {
  expect(matches(glob, path)).toBe(expected)
})

test('on plain globs it agrees with picomatch', () => {
  const letters = fc.constantFrom('a', 'b', '.', '*', '?')
  const part = fc.string({ unit: letters, minLength: 1, maxLength: 5 }).filter((one) => !one.includes('**'))
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(
      fc.boolean(),
      part,
      part,
      fc.array(name, { minLength: 1, maxLength: 4 }),
      (isDeep, first, last, names) => {
        fc.pre(![first, last].some((one) => one === '.' || one === '..'))
        const glob = isDeep ? `${first}/**/${last}` : `${first}/${last}`
        const path = names.join('/')
        expect(matches(glob, path), glob).toBe(picomatch(glob, { dot: true })(path))
      },
    ),
  )
})

test('a glob that would be a catastrophic pattern costs nothing, and any text is a glob or refused', () => {
  expect(matches(`${'*a'.repeat(200)}b`, 'a'.repeat(5000))).toBe(false)
  fc.assert(fc.property(fc.string(), fc.string(), (glob, path) => typeof matches(glob, path) === 'boolean'))
})

test.each([
  ['braces that stand for thousands', '{a,b}'.repeat(90)],
  ['braces and many folders', `${'{a,b}'.repeat(6)}/${'**/a/'.repeat(90)}`],
  ['a text that is too long', 'a'.repeat(501)],
])('%s are refused with a sentence', (_, glob) => {
  expect(readGlob(glob)).toMatchObject({ ok: false, reason: expect.stringContaining('The glob') })
})

test('folders of any depth in a row are one', () => {
  expect(matches(`${'**/'.repeat(160)}b`, 'a/a/a/b')).toBe(true)
  expect(matches(`${'**/'.repeat(160)}b`, 'a/a/a/c')).toBe(false)
})

test('a brace without a choice is taken as it stands, and those beside it all the same', () => {
  expect(matches('{a}.{b,c}', '{a}.c')).toBe(true)
})
