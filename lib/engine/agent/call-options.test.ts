import { describe, expect, test } from 'vitest'
import { longest } from '@/lib/core/base/text-bounds'
import { agentTypeOf, readOptions } from './call-options'

describe('the options of a call', () => {
  test('that can be used are taken as they are, and nothing is said', () => {
    const given = {
      label: 'reader',
      phase: 'Read',
      model: 'opus',
      effort: 'high',
      stallMs: 1000,
      timeoutMs: 60_000,
      retries: 0,
      maxTurns: 3,
      maxTokens: 300_000,
      tools: ['read_file'],
      limits: { usd: 0.5, tokens: 10 },
      spawn: true,
      check: 'workflow',
      agentType: 'reviewer',
      speed: 'fast',
      delivery: 'batch',
    }
    expect(readOptions(given)).toEqual({ options: given, notes: [] })
  })

  test('that are null are left out', () => {
    expect(readOptions({ retries: null, model: null, nonsense: null })).toEqual({ options: {}, notes: [] })
  })

  test.each([
    ['effort', 'huge', 'effort "huge" was ignored: it takes one of low, medium, high, xhigh, max'],
    ['stallMs', 0, 'stallMs 0 was ignored: it takes a number of milliseconds above 0'],
    [
      'timeoutMs',
      8 * 86_400_000,
      'timeoutMs 691200000 was ignored: it takes a number of milliseconds, at most',
    ],
    ['retries', 101, 'retries 101 was ignored: it takes a whole number from 0 to 100'],
    ['retries', 1.5, 'retries 1.5 was ignored'],
    ['maxTurns', 0, 'maxTurns 0 was ignored: it takes a whole number from 1 to 1000'],
    ['maxTokens', 300_001, 'maxTokens 300001 was ignored: it takes a whole number from 1 to 300000'],
    ['limits', { usd: 0 }, 'limits {"usd":0} was ignored: it takes {usd, tokens}, numbers above 0'],
    ['spawn', 'yes', 'spawn "yes" was ignored: it takes true or false'],
    ['check', 'all', `check "all" was ignored: it takes 'workflow'`],
    ['speed', 'slow', `speed "slow" was ignored: it takes 'standard' or 'fast'`],
    ['delivery', 'by post', `delivery "by post" was ignored: it takes 'live' or 'batch'`],
    ['isolation', 'container', `isolation "container" was ignored: it takes 'worktree'`],
    ['tools', 7, 'tools 7 was ignored: it takes a list of tool names'],
  ])(
    '%s of a form that cannot be used (%j) is ignored, and the note says what it takes',
    (name, value, note) => {
      const { options, notes } = readOptions({ [name]: value, label: 'kept' })
      expect(options).toEqual({ label: 'kept' })
      expect(notes).toEqual([expect.stringContaining(note)])
    },
  )

  test('that nobody knows are said and ignored, the first twenty of them', () => {
    const unknown = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`o${at}`, at]))
    const { options, notes } = readOptions(unknown)
    expect(options).toEqual({})
    expect(notes).toHaveLength(20)
    expect(notes[0]).toBe('agent() option `o0` is not known here and was ignored')
  })

  test('whose values are long are quoted by their beginning', () => {
    const [note = ''] = readOptions({ effort: 'x'.repeat(1000) }).notes
    expect(note.length).toBeLessThan(200)
  })

  test('named as members of every object are unknown ones', () => {
    expect(readOptions({ constructor: 1, toString: 2 }).notes).toHaveLength(2)
  })

  test('ask for a schema that is no object in vain', () => {
    expect(readOptions({ schema: 'string' }).notes).toEqual([
      'agent() schema is not an object and was ignored',
    ])
    expect(readOptions({ schema: { type: 'object' } }).notes).toEqual([])
  })

  test('ask for no more silence than two hours', () => {
    expect(readOptions({ stallMs: 1e9 }).options.stallMs).toBe(7_200_000)
  })

  test('may name tools in one text, by whatever names, and with what they are limited to', () => {
    expect(readOptions({ tools: 'Read(src/**), Grep, ,Bash' }).options.tools).toEqual([
      'Read',
      'Grep',
      'Bash',
    ])
  })

  test('may have a label that is too long: it is cut', () => {
    expect(readOptions({ label: 'x'.repeat(10_000) }).options.label?.length).toBeLessThanOrEqual(
      longest.name + 40,
    )
  })

  test('that ask for a worktree are understood, and the note says that none is made', () => {
    const { options, notes } = readOptions({ isolation: 'worktree' })
    expect(options.isolation).toBe('worktree')
    expect(notes).toEqual([expect.stringContaining('agents here only read')])
  })
})

test('the agent type of a call is a name, or none', () => {
  expect(agentTypeOf({ agentType: 'poet' })).toBe('poet')
  for (const agentType of ['', 3, null, 'x'.repeat(longest.name + 1)])
    expect(agentTypeOf({ agentType })).toBeNull()
})
