import { expect, test } from 'vitest'
import { dialectCompletions, dialectHelp } from './dialect-help'

const names = (typed: string, callee: string | null = null) =>
  dialectCompletions(typed, callee).map(({ name }) => name)

test('a name is completed by names, an owner by its members, options by those of their call', () => {
  expect(names('age')).toEqual(
    expect.arrayContaining(['agent', 'parallel', 'pipeline', 'checkpoint', 'patterns']),
  )
  expect(names('age').some((name) => name.includes('.'))).toBe(false)
  expect(names('patterns.')).toContain('patterns.verify')
  expect(names('patterns.v').every((name) => name.startsWith('patterns.'))).toBe(true)
  expect(names('other.')).toEqual([])
  expect(names('la', 'agent')).toContain('label')
  expect(names('ti', 'checkpoint')).toEqual(['title', 'detail', 'input', 'timeoutMs', 'default'])
})

test('every word has a signature with its name in it, and a sentence', () => {
  for (const word of dialectCompletions('', null)) {
    expect(word.signature).toContain(word.name)
    expect(word.help).toMatch(/\.$/)
    expect(dialectHelp(word.name)).toBe(word)
  }
  expect(dialectHelp('fetch')).toBeNull()
})
