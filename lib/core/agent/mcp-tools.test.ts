import { expect, test } from 'vitest'
import { distinctToolName, namesTool, serviceToolName, spelledHere } from './mcp-tools'
import { toolMeant } from './tool-names'

test.each([
  ['docs', 'search', 'mcp__docs__search'],
  ['my docs', 'a.b/c', 'mcp__my_docs__a_b_c'],
  ['a__b', '__x__', 'mcp__a_b__x'],
  ['日本', '検索', 'mcp__tool__tool'],
  ['docs', 'ｓｅａｒｃｈ', 'mcp__docs__search'],
])('a tool of the server %s named %s is called %s', (server, tool, name) => {
  expect(serviceToolName(server, tool)).toBe(name)
})

test('names have at most 64 characters, distinct ones too', () => {
  const long = serviceToolName('s'.repeat(100), 't'.repeat(100))
  expect(long).toMatch(/^mcp__s{24}__t{33}$/)
  expect(distinctToolName(long, 'abc123')).toMatch(/^.{57}_abc123$/)
})

test.each([
  ['mcp__docs__search', true],
  ['mcp__docs', true],
  ['mcp__docs__*', true],
  ['mcp__do', false],
  ['mcp__docs__sea', false],
  ['mcp__other__search', false],
  ['search', false],
  ['*', false],
])('%s in a list of tools names mcp__docs__search: %s', (asked, isNamed) => {
  expect(namesTool(asked, 'mcp__docs__search')).toBe(isNamed)
})

test('a list may name a tool as its server spells it', () => {
  expect(namesTool('mcp__my.docs__a.b', 'mcp__my_docs__a_b')).toBe(true)
  expect(spelledHere('mcp__my.docs__a.b')).toBe('mcp__my_docs__a_b')
})

test('where there are tools of servers, a call of one is never taken for a tool of ours', () => {
  const tool = (name: string) => ({ name, inputSchema: {} })
  const offered = [tool('read_file'), tool('mcp__fs__write')]
  expect(toolMeant('mcp__fs__read_file', offered)).toBeNull()
  expect(toolMeant('mcp__fs__wri.te', offered)).toBeNull()
  expect(toolMeant('Read', offered)?.name).toBe('read_file')
  expect(toolMeant('write', offered)).toBeNull()
})
