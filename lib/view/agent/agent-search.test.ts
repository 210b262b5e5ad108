import { describe, expect, test } from 'vitest'
import { committed, created, ended, told } from '../testing'
import { agentRows, isFiltering, noFilter, typedPart } from './agent-rows'
import { parseAgentSearch } from './agent-search'

const state = told(
  ['Read', 'Write up'],
  created('a', 'Read'),
  created('b', 'Read'),
  created('c', 'Write up'),
  committed('a', 0),
  committed('c', 0),
  committed('c', 1),
  ended('a'),
  ended('b', 'failed'),
)

function found(typed: string, saying: string[] = []): string[] {
  const search = parseAgentSearch(typed)
  const filter = { ...noFilter, text: search.text, typed: typedPart(search), saying: new Set(saying) }
  return agentRows(state, filter)
    .map(({ id }) => id)
    .sort()
}

describe('the search for agents', () => {
  test.each([
    ['state:failed', ['b']],
    ['state:failed,succeeded', ['a', 'b']],
    ['STATE:failed state:succeeded', ['a', 'b']],
    ['phase:read', ['a', 'b']],
    ['phase:"write up"', ['c']],
    ['model:sonnet phase:write', ['c']],
    ['model:opus', []],
    ['cost>0.0007', ['c']],
    ['cost>=0.0007', ['a', 'c']],
    ['cost>=0.0007 cost<0.001', ['a']],
    ['tokens:0', ['b']],
    ['state:failed label', ['b']],
    ['"label a"', ['a']],
  ])('%s finds %j', (typed, ids) => {
    expect(found(typed)).toEqual(ids)
    expect(parseAgentSearch(typed).hints).toEqual([])
  })

  test('a text is found where the server says it stands, within the filters', () => {
    expect(found('needle', ['a', 'c'])).toEqual(['a', 'c'])
    expect(found('needle phase:write', ['a', 'c'])).toEqual(['c'])
  })

  test.each([
    ['colour:red', 'is no filter'],
    ['state:flying', 'a state is queued, waiting'],
    ['cost>lots', 'write dollars, like cost>0.5'],
    ['cost<0', 'nothing is less than zero'],
    ['tokens>1.5', 'write a number, like tokens>100'],
    ['phase>2', 'write phase:2'],
    ["model:'; DROP TABLE agents;--", ''],
  ])('%s is searched as text, or taken as it is, and rubbish breaks nothing', (typed, hint) => {
    const search = parseAgentSearch(typed)
    if (hint === '') expect(search).toMatchObject({ model: "';", text: 'DROP TABLE agents;--', hints: [] })
    else expect(search).toMatchObject({ text: typed, hints: [expect.stringContaining(hint)] })
    expect(found(typed)).toEqual([])
  })

  test('a filter that is still being typed asks for nothing and says so', () => {
    expect(parseAgentSearch('state:')).toMatchObject({
      text: '',
      displayStatuses: [],
      hints: ['“state:” needs a value.'],
    })
    expect(typedPart(parseAgentSearch('state:'))).toBeNull()
  })

  test('a second phase or model is a word, since an agent has one', () => {
    expect(parseAgentSearch('phase:a phase:b')).toMatchObject({ phase: 'a', text: 'phase:b' })
  })

  test.each(['Fix: the list', 'a->b', 'see https://x.org', '', '   ', '"', ': > <', '😀\u0000'])(
    '%j is text and nothing else',
    (typed) => {
      const search = parseAgentSearch(typed)
      expect(search.hints).toEqual([])
      expect(isFiltering({ ...noFilter, text: search.text, typed: typedPart(search) })).toBe(
        search.text !== '',
      )
    },
  )
})
