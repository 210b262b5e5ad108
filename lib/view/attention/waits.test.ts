import { expect, it } from 'vitest'
import type { WaitReason } from '@/lib/core/agent/agent'
import { waitReasons } from '@/lib/core/agent/agent'
import type { RunEvent } from '@/lib/core/run/events'
import { codeFrame } from '../run/code-frame'
import { at, committed, created, ended, told } from '../testing'
import { capRaise, niceUsd } from './cap-raise'
import { waitGroups, waitWords } from './waits'

const waiting = (agentId: string, reason: WaitReason, until: string | null = null): RunEvent => ({
  type: 'agent.waiting',
  agentId,
  reason,
  until,
})

it('says for each reason how many wait for it, when the first tries again, and most of them first', () => {
  const state = told(
    ['A'],
    ...['a', 'b', 'c', 'd'].map((id) => created(id, 'A')),
    waiting('a', 'rate-limit', at(40)),
    waiting('b', 'rate-limit', at(30)),
    waiting('c', 'budget'),
  )
  const groups = waitGroups(state)
  expect(groups).toEqual([
    { reason: 'rate-limit', count: 2, until: at(30) },
    { reason: 'budget', count: 1, until: null },
  ])
  const now = Date.parse(at(18))
  expect(groups.map((group) => waitWords(group, 120_000_000, now))).toEqual([
    '2 are rate limited, next try in 12s',
    '1 waits for the $0.12 cap: the rest of it is reserved for turns in flight',
  ])
})

it('has a sentence of its own for every reason, of one agent and of many', () => {
  for (const count of [1, 7]) {
    const said = waitReasons.map((reason) => waitWords({ reason, count, until: null }, null, 0))
    expect(new Set(said).size).toBe(waitReasons.length)
    for (const text of said) expect(text.startsWith(`${count} `)).toBe(true)
  }
})

const started = (agentId: string): RunEvent => ({ type: 'agent.started', agentId, attempt: 1 })

it('proposes a cap that lets the known agents end, and twice the present one where nothing is known', () => {
  expect(capRaise(told(['A'], created('a', 'A')), 120_000_000)).toEqual({ usd: 0.24, left: null })
  const paid = ['a', 'b', 'c'].flatMap((id) => [created(id, 'A'), started(id), committed(id, 0), ended(id)])
  const open = Array.from({ length: 40 }, (_, at) => created(`open ${at}`, 'A'))
  const state = told(['A'], ...paid, ...open)
  const each = state.totals.spentNanoUsd / 3
  const raise = capRaise(state, state.totals.spentNanoUsd)
  expect(raise.left).toMatch(/^40 agents left, about \$0\.0\d+ more$/)
  expect(raise.usd * 1e9).toBeGreaterThan(each * 43)
})

it('proposes amounts as a person would write them, never below what is needed', () => {
  expect([0.2873, 0.3, 1.204, 12.31, 156.2, 0.0002].map(niceUsd)).toEqual([0.29, 0.3, 1.3, 13, 160, 0.01])
})

it('frames the line of an error, at either end of a script too, and nothing for a line that is not there', () => {
  const source = Array.from({ length: 9 }, (_, at) => `line ${at + 1}`).join('\r\n')
  expect(codeFrame(source, 1).map(({ line }) => line)).toEqual([1, 2, 3, 4])
  expect(codeFrame(source, 5).find(({ isMarked }) => isMarked)).toEqual({
    line: 5,
    text: 'line 5',
    isMarked: true,
  })
  expect(codeFrame(source, 9).map(({ line }) => line)).toEqual([6, 7, 8, 9])
  expect(codeFrame(source, 10)).toEqual([])
  expect(codeFrame('x'.repeat(5_000), 1)[0]?.text).toHaveLength(401)
})
