import { expect, it } from 'vitest'
import type { WaitReason } from '@/lib/core/agent/agent'
import { waitReasons } from '@/lib/core/agent/agent'
import type { RunEvent } from '@/lib/core/run/events'
import { noPhaseLimits } from '@/lib/core/spec/phase-settings'
import { defaultLimits, type HeldCap, heldCaps } from '@/lib/core/spec/run'
import { capName } from '../agent/cap-words'
import { describeAgent } from '../agent/status-display'
import { codeFrame } from '../run/code-frame'
import { at, committed, created, ended, told } from '../testing'
import { capRaise, niceUsd } from './cap-raise'
import { waitGroups, waitWords } from './waits'

const waiting = (
  agentId: string,
  reason: WaitReason,
  until: string | null = null,
  cap: HeldCap | null = null,
): RunEvent => ({ type: 'agent.waiting', agentId, reason, until, cap })

it('says for each reason how many wait for it, when the first tries again, and most of them first', () => {
  const state = told(
    ['A'],
    ...['a', 'b', 'c', 'd'].map((id) => created(id, 'A')),
    waiting('a', 'rate-limit', at(40)),
    waiting('b', 'rate-limit', at(30)),
    waiting('c', 'budget', null, 'usd-cap'),
  )
  const groups = waitGroups(state)
  expect(groups).toEqual([
    { reason: 'rate-limit', cap: null, phase: null, quota: null, count: 2, until: at(30) },
    { reason: 'budget', cap: 'usd-cap', phase: null, quota: null, count: 1, until: null },
  ])
  const now = Date.parse(at(18))
  expect(groups.map((group) => waitWords(group, { ...defaultLimits, nanoUsd: 120_000_000 }, now))).toEqual([
    '2 are rate limited, next try in 12s',
    '1 waits for the $0.12 cap: the rest of it is reserved for turns in flight',
  ])
})

it('has a sentence of its own for every reason, of one agent and of many', () => {
  for (const count of [1, 7]) {
    const said = waitReasons.map((reason) =>
      waitWords({ reason, cap: null, phase: null, quota: null, count, until: null }, defaultLimits, 0),
    )
    expect(new Set(said).size).toBe(waitReasons.length)
    for (const text of said) expect(text.startsWith(`${count} `)).toBe(true)
  }
})

it('names the cap that stands in the way, and the phase whose it is', () => {
  const state = told(
    ['A', 'B'],
    ...['a', 'b', 'c', 'd'].map((id, place) => created(id, place === 3 ? 'B' : 'A')),
    waiting('a', 'budget', null, 'phase-usd-cap'),
    waiting('b', 'budget', null, 'phase-usd-cap'),
    waiting('c', 'budget', null, 'day-cap'),
    waiting('d', 'budget', null, 'phase-usd-cap'),
  )
  const phases = { A: { ...noPhaseLimits, nanoUsd: 2_000_000_000 } }
  const rest = ': the rest of it is reserved for turns in flight'
  expect(waitGroups(state).map((group) => waitWords(group, { ...defaultLimits, phases }, 0))).toEqual([
    `2 wait for the $2 cap of “A”${rest}`,
    `1 waits for the daily cap of all runs${rest}`,
    `1 waits for the cap of “B”${rest}`,
  ])
  const words = heldCaps.map((cap) => capName(cap, 'A', defaultLimits, null))
  expect(new Set(words).size).toBe(heldCaps.length)
  const [first] = state.agents.values()
  if (first === undefined) throw new Error('no agent')
  expect(describeAgent(first, 0)).toContain('Waiting: for the cap of “A”')
})

it('names the quota that stands in the way, by whose it is and of what period; two quotas apart', () => {
  const named = (limit: number, name: string) => ({ id: name, unit: 'usd', limit, name }) as const
  const held = (agentId: string, quota: ReturnType<typeof named>): RunEvent => ({
    ...{ type: 'agent.waiting', agentId, reason: 'budget', until: null, cap: 'quota' },
    quota,
  })
  const state = told(
    ['A'],
    ...['a', 'b', 'c', 'd'].map((id) => created(id, 'A')),
    held('a', named(20e9, "Ann's quota of $20 a day")),
    held('b', named(20e9, "Ann's quota of $20 a day")),
    held('c', named(90e9, "the project shop's quota of $90 a month")),
    waiting('d', 'budget', null, 'quota'),
  )
  const rest = ': the rest of it is reserved for turns in flight'
  expect(waitGroups(state).map((group) => waitWords(group, defaultLimits, 0))).toEqual([
    `2 wait for Ann's quota of $20 a day${rest}`,
    `1 waits for the project shop's quota of $90 a month${rest}`,
    `1 waits for a quota of who pays for it${rest}`,
  ])
  const [first] = state.agents.values()
  if (first === undefined) throw new Error('no agent')
  expect(describeAgent(first, 0)).toContain("Waiting: for Ann's quota of $20 a day")
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
