import { describe, expect, it } from 'vitest'
import { created, told } from '../testing'
import { roundsByAgent, roundsOf } from './loop-rounds'

const rounds = (...agents: [string, string[]][]) => {
  const state = told(['A'], ...agents.map(([id, deps]) => created(id, 'A', deps)))
  return roundsOf([...state.agents.keys()], roundsByAgent(state))
}

describe('rounds', () => {
  it('are the waves of one call site, each built from the one before', () => {
    expect(rounds(['a', []], ['b', []], ['c', ['a', 'b']], ['d', ['a']], ['e', ['d']])).toEqual([
      { from: 0, count: 2 },
      { from: 2, count: 2 },
      { from: 4, count: 1 },
    ])
  })

  it('are none in a single wave', () => {
    expect(rounds(['a', []], ['b', []], ['c', []])).toEqual([])
  })

  it('are none where chains overlap in time: nothing was entered whole', () => {
    expect(rounds(['a', []], ['a2', ['a']], ['b', []], ['b2', ['b']])).toEqual([])
  })

  it('are seen through an agent of another call site', () => {
    const judge = created('j', 'B', ['a'])
    const elsewhere = judge.type === 'agent.created' ? { ...judge, callSite: { line: 9, column: 1 } } : judge
    const state = told(['A', 'B'], created('a', 'A'), elsewhere, created('b', 'A', ['j']))
    expect(roundsOf(['a', 'b'], roundsByAgent(state))).toHaveLength(2)
    expect(roundsOf(['j'], roundsByAgent(state))).toEqual([])
  })
})
