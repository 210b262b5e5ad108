import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderRun } from '@/components/testing/render-run'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import type { RunCosts } from '@/lib/api/run-costs'
import { committed, created, told } from '@/lib/view/testing'
import { RunCostView } from './run-cost-view'

const line = (phase: string, usd: number): RunCosts['lines'][number] => ({
  phase,
  model: 'claude-sonnet-5-5',
  delivery: 'live',
  turns: 2,
  isPriced: true,
  isMetered: true,
  cacheSavedNanoUsd: 0,
  kinds: [{ kind: 'output', count: 1000, costNanoUsd: usd * 1e9 }],
})
const costs = (change: Partial<RunCosts> = {}): RunCosts => ({
  lines: [line('read', 1), line('judge', 3)],
  unsettled: [],
  totals: {
    spentNanoUsd: 4e9,
    unsettledNanoUsd: 0,
    reservedNanoUsd: 0,
    turns: 4,
    unpricedTurns: 0,
    wastedTurns: 0,
    wastedNanoUsd: 0,
  },
  ...change,
})
const phasesShown = () =>
  within(screen.getByRole('table'))
    .getAllByRole('rowheader')
    .map(({ textContent }) => textContent)

it('sorts by what is pressed, and back to the order of the phases', async () => {
  fakeApi().answer(runApi.getRunCosts, costs())
  const { user } = await renderRun(<RunCostView />, told(['read', 'judge']))
  await screen.findByRole('table')
  expect(phasesShown()).toEqual(['read', 'judge', 'All'])
  const cost = screen.getByRole('columnheader', { name: /^Cost/ })
  await user.click(within(cost).getByRole('button'))
  expect(phasesShown()).toEqual(['judge', 'read', 'All'])
  expect(cost.getAttribute('aria-sort')).toBe('descending')
  await user.click(within(cost).getByRole('button'))
  expect(phasesShown()).toEqual(['read', 'judge', 'All'])
})

it('keeps what is unsettled and reserved apart from what is booked', async () => {
  fakeApi().answer(
    runApi.getRunCosts,
    costs({
      unsettled: [{ phase: 'judge', model: 'claude-sonnet-5-5', unsettledNanoUsd: 5e8 }],
      totals: {
        spentNanoUsd: 4e9,
        unsettledNanoUsd: 5e8,
        reservedNanoUsd: 25e7,
        turns: 4,
        unpricedTurns: 0,
        wastedTurns: 0,
        wastedNanoUsd: 0,
      },
    }),
  )
  await renderRun(<RunCostView />, told(['read', 'judge']))
  expect((await screen.findByText('Booked')).parentElement?.textContent).toContain('$4.00')
  expect(screen.getByText('Unsettled (estimate)').parentElement?.textContent).toContain('$0.50')
  expect(screen.getByText('Reserved for in-flight turns').parentElement?.textContent).toContain('$0.25')
  expect(screen.getByText(/It counts against the cap/)).toBeDefined()
})

it('says that there are no costs yet', async () => {
  fakeApi().answer(runApi.getRunCosts, costs({ lines: [] }))
  await renderRun(<RunCostView />, told([]))
  expect(await screen.findByText('No costs yet')).toBeDefined()
})

it('says why they could not be loaded', async () => {
  fakeApi().refuse(runApi.getRunCosts, { status: 500, detail: 'The disk is full.' })
  await renderRun(<RunCostView />, told([]))
  expect(await screen.findByText('The disk is full.')).toBeDefined()
})

it('shows agents by cost and model, each leading to its turns', async () => {
  fakeApi().answer(runApi.getRunCosts, costs())
  await renderRun(<RunCostView />, told(['read'], created('a1', 'read'), committed('a1', 0)))
  const agents = within(await screen.findByRole('region', { name: 'Agents by cost and model' }))
  const [link] = agents.getAllByRole('link')
  expect(link?.getAttribute('href')).toMatch(/\/agents\/a1\?tab=usage$/)
  expect(agents.getByText(/1 turn/)).toBeDefined()
})
