import { expect, test } from 'vitest'
import type { QuotaShown } from '@/lib/api/budgets'
import { launchQuotas } from './quota-words'

const quota: QuotaShown = {
  ...{ id: 'q', subject: { kind: 'person', id: 'p1', name: 'Ana' }, period: 'day', now: '2026-11-30' },
  ...{ unit: 'usd', limit: 20e9, used: 16.4e9, reserved: 0.5e9 },
}
const range = (likely: number) => ({ low: 0, likely, high: 2 * likely })
const plan = (usd: number, agents = 5) => ({
  costNanoUsd: range(usd * 1e9),
  tokens: range(1000),
  agents: range(agents),
})

test('a launch says what is left of each quota, with what is reserved taken off', () => {
  expect(launchQuotas([quota], plan(3))).toEqual([
    { id: 'q', text: 'of your $20 today, $3.10 is left', isShort: false },
  ])
})

test('a quota is short where the likely need is more than is left, in its own unit', () => {
  const ofProject: QuotaShown = {
    ...quota,
    ...{ id: 'p', subject: { kind: 'project', id: 'default', name: 'Default' }, period: 'month' },
    ...{ unit: 'agents', limit: 10, used: 6, reserved: 0 },
  }
  expect(launchQuotas([quota, ofProject], plan(3))).toEqual([
    { id: 'p', text: "of the project Default's 10 agents this month, 4 agents are left", isShort: true },
    { id: 'q', text: 'of your $20 today, $3.10 is left', isShort: false },
  ])
  expect(launchQuotas([quota, ofProject], plan(3.2, 4)).map(({ id, isShort }) => [id, isShort])).toEqual([
    ['q', true],
    ['p', false],
  ])
})

test('without an estimate only a quota that is used up is short', () => {
  const full = { ...quota, used: 19.8e9 }
  expect(launchQuotas([quota, full], undefined).map(({ isShort }) => isShort)).toEqual([true, false])
  expect(launchQuotas([full], undefined)[0]?.text).toBe('of your $20 today, $0 is left')
})
