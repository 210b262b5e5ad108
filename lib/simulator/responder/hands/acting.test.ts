import { expect, test } from 'vitest'
import { editsBetween, wholeWord } from './acting'
import { argumentsFor, looksPure, offeredIn } from './functions'
import { contentWords, likeness } from './likeness'

/** The edits made as a tool makes them, which refuses a text that stands there twice. */
function applied(before: readonly string[], after: readonly string[]): string {
  return editsBetween(before, after).reduce((text, { oldText, newText }) => {
    const parts = text.split(oldText)
    expect(parts, `${JSON.stringify(oldText)} stands there once`).toHaveLength(2)
    return parts.join(newText)
  }, before.join('\n'))
}

test.each([
  [
    ['a', 'b'],
    ['a', 'c'],
  ],
  [
    ['a', 'a', 'a'],
    ['a', 'b', 'a'],
  ],
  [
    ['x', 'a', 'x', 'a', 'x'],
    ['x', 'b', 'x', 'b', 'x'],
  ],
  [
    ['', '', 'a', ''],
    ['', '', 'b', ''],
  ],
  [
    ['same', 'same'],
    ['same', 'same'],
  ],
])('edits make %j into %j, each of a text that stands there once', (before, after) => {
  expect(applied(before, after)).toBe(after.join('\n'))
})

test('a name is found as a whole word alone, whatever it holds', () => {
  const found = (name: string, text: string) => [...text.matchAll(wholeWord(name))].length
  expect(found('load', 'load(load) reload loads $load load$ a.load')).toBe(3)
  expect(found('$a', '$a + $ab + b$a')).toBe(1)
})

test('functions are found as each language and module kind offers them, with what they take', () => {
  const names = (path: string, text: string) => offeredIn(path, text.split('\n')).map(({ name }) => name)
  expect(names('a.ts', 'export function one(a: string) {\n}\nfunction own() {\n}')).toEqual(['one'])
  expect(names('a.js', 'exports.two = (a) => a\nfunction three(a) {\n}\nmodule.exports = { three }')).toEqual(
    ['two', 'three'],
  )
  expect(names('a.py', 'def four(a):\n    return a\n\ndef _own(a):\n    return a')).toEqual(['four'])
  const [typed] = offeredIn('a.ts', [
    'export function f(a: string, list: number[], b = 1, isOn = true) {',
    '}',
  ])
  expect(typed?.parameters.map(({ type }) => type)).toEqual(['text', 'list', 'number', 'yes-no'])
})

test('what looks at the world around it does not look pure', () => {
  expect(looksPure({ body: 'return a + b' })).toBe(true)
  for (const body of ['return Date.now()', 'console.log(a)', 'await b()', 'return this.a', 'open(a)'])
    expect(looksPure({ body }), body).toBe(false)
})

test('functions are tried with several arguments, none of them twice', () => {
  expect(argumentsFor([])).toEqual([[]])
  const tried = argumentsFor([
    { name: 'a', type: 'yes-no' },
    { name: 'b', type: 'yes-no' },
  ]).map((one) => JSON.stringify(one))
  expect(new Set(tried).size).toBe(tried.length)
  expect(tried).toHaveLength(2)
})

test('sentences are alike by the words that carry them', () => {
  expect(contentWords('The bees of 40 hives')).toEqual(['bee', 'hive'])
  expect(likeness('The hives hold bees', 'A hive holds a bee')).toBe(1)
  expect(likeness('Bees dance', 'Cats sleep')).toBe(0)
  expect(likeness('', 'Cats sleep')).toBe(0)
})
