import { expect, test } from 'vitest'
import { person } from '@/lib/core/base/actor'
import { committed, created, ended, question, told } from '../testing'
import { placedQuestions, questionSelector } from './question-placement'

test('a question stands beside the last agent its script had made when it asked', () => {
  const state = told(['A', 'B'], created('a', 'A'), created('b', 'A'), question, created('c', 'B'))
  expect(placedQuestions(state).map(({ agentId, checkpoint }) => [agentId, checkpoint.title])).toEqual([
    ['b', 'Go on?'],
  ])
})

test('a script that asks before its first agent has no place for it but its own', () => {
  expect(placedQuestions(told(['A'], question))).toMatchObject([{ agentId: null }])
})

test('a workflow that was called asks among its own agents', () => {
  const called = { ...created('x', 'A'), scope: 'audit' }
  const state = told(['A'], called, created('b', 'A'), { ...question, scope: 'audit' })
  expect(placedQuestions(state)[0]?.agentId).toBe('x')
})

test('an answered question stands nowhere, and turns of agents move none', () => {
  const select = questionSelector()
  const open = told(['A'], created('a', 'A'), question)
  const first = select(open)
  expect(select(told(['A'], created('a', 'A'), question, committed('a', 0))).length).toBe(1)
  expect(select({ ...open, seq: 99 })).toHaveLength(1)
  const answered = told(['A'], created('a', 'A'), question, ended('a'), {
    type: 'checkpoint.answered',
    checkpointId: 'c1',
    value: true,
    by: 'person',
    actor: person('ada'),
  })
  expect(select(answered)).toEqual([])
  expect(first).toHaveLength(1)
})
