import fc from 'fast-check'
import picomatch from 'picomatch'
import { expect, test } from 'vitest'
import { compileGlob } from './glob'

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
  expect(compileGlob(glob)(path)).toBe(expected)
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
        expect(compileGlob(glob)(path), glob).toBe(picomatch(glob, { dot: true })(path))
      },
    ),
  )
})

test('a glob that would be a catastrophic pattern costs nothing, and any text is a glob', () => {
  expect(compileGlob(`${'*a'.repeat(200)}b`)('a'.repeat(5000))).toBe(false)
  expect(compileGlob('{a,b}'.repeat(90))('x')).toBe(false)
  fc.assert(fc.property(fc.string(), fc.string(), (glob, path) => typeof compileGlob(glob)(path) === 'boolean'))
})
