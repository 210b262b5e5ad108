import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beyondTools, howToCall, nearestTool, ownToolName, toolMeant } from './tool-names'

const tool = (name: string, required: string[] = [], others: string[] = []) => ({
  name,
  inputSchema: {
    type: 'object',
    properties: Object.fromEntries([...required, ...others].map((one) => [one, {}])),
    required,
  },
})
const offered = [
  tool('flag', ['kind', 'reason']),
  tool('list_files', [], ['path', 'glob']),
  tool('read_file', ['path'], ['startLine']),
  tool('search_files', ['pattern'], ['path']),
]

describe('a name that models know', () => {
  test.each([
    ['Read', 'read_file'],
    ['Read(src/**)', 'read_file'],
    ['Read_File', 'read_file'],
    ['readFile', 'read_file'],
    ['ｒｅａｄ＿ｆｉｌｅ', 'read_file'],
    ['Grep', 'search_files'],
    ['grep', 'search_files'],
    ['Glob', 'list_files'],
    ['LS', 'list_files'],
    ['list-files', 'list_files'],
  ])('%s means %s', (name, own) => {
    expect(ownToolName(name)).toBe(own)
    expect(toolMeant(name, offered)?.name).toBe(own)
  })

  test('means the tool behind a prefix in a call, and one with its own name before all', () => {
    expect(toolMeant('functions.read_file', offered)?.name).toBe('read_file')
    expect(toolMeant('mcp__files__Read', offered)?.name).toBe('read_file')
    expect(toolMeant('Flag', offered)?.name).toBe('flag')
    expect(toolMeant('Read', [...offered, tool('Read')])?.name).toBe('Read')
  })

  test('means nothing where it could mean two, or stands for what nobody here does', () => {
    expect(toolMeant('ReadFile', [tool('read_file'), tool('readfile')])).toBeNull()
    for (const name of ['Bash', 'Edit', 'Write', 'WebSearch', 'Task', '', '🙂', 'constructor'])
      expect([name, toolMeant(name, offered)]).toEqual([name, null])
    expect(ownToolName('Bash')).toBe('Bash')
    expect(ownToolName('constructor')).toBe('constructor')
  })
})

test('a tool that runs, edits or browses is named as beyond all agents, in any spelling', () => {
  expect(beyondTools('bash')).toBe('none that runs anything')
  expect(beyondTools('Multi_Edit')).toBe('none that changes files')
  expect(beyondTools('web-search')).toBe('none that reaches the network')
  expect(beyondTools('read_file')).toBeNull()
})

test('an unknown tool has a nearest one, and a line on how it is called', () => {
  expect(nearestTool('read_files', offered)?.name).toBe('read_file')
  expect(nearestTool('find_in_files', offered)?.name).toMatch(/_files$/)
  expect(nearestTool('x', [])).toBeNull()
  expect(howToCall(tool('read_file', ['path'], ['startLine']))).toBe('`read_file` {path, startLine?}')
})

test('whatever a tool is called, looking it up ends with one that was offered, or none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      const meant = toolMeant(name, offered)
      expect(meant === null || offered.includes(meant)).toBe(true)
      expect(offered).toContain(nearestTool(name, offered))
      expect(typeof ownToolName(name)).toBe('string')
    }),
  )
})
