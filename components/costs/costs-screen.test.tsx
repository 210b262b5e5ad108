import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { someCosts } from '@/components/testing/answers'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { costGroups } from '@/lib/api/costs'
import { costApi } from '@/lib/api/endpoints/cost-endpoints'
import { CostsScreen } from './costs-screen'

/** The groups of a request, as its address says them. */
function groupsOf(path: string): string {
  return new URL(path, 'http://skein').searchParams.get('groupBy') ?? ''
}

function serverWith(usd: number) {
  const api = fakeApi()
  const keyOf: Record<string, string> = {
    day: '2026-11-24',
    model: 'claude-sonnet-5-5',
    phase: 'judge',
    run: 'r1',
  }
  api.answerEach(costApi.getCosts, ({ path }) => {
    const groups = z.array(z.enum(costGroups)).parse(groupsOf(path).split(','))
    const key = Object.fromEntries(groups.map((group) => [group, keyOf[group] ?? 'x']))
    return someCosts(groups, usd === 0 ? [] : [{ key, usd, title: 'The audit' }])
  })
  return api
}

it('leads to a launch while nothing was spent', async () => {
  serverWith(0)
  renderPage(<CostsScreen />)
  expect(await screen.findByText('No costs in this period')).toBeDefined()
  expect(screen.getByRole('link', { name: 'Launch a run' }).getAttribute('href')).toBe('/launch')
  expect(screen.queryByRole('combobox', { name: 'Rows' })).toBeNull()
})

it('crosses any two sides, and one side is never both', async () => {
  const api = serverWith(2)
  const { user, search } = renderPage(<CostsScreen />)
  const rows = await screen.findByRole('combobox', { name: 'Rows' })
  expect(within(rows).getByRole('option', { name: 'model' })).toHaveProperty('disabled', true)
  await user.selectOptions(rows, 'day')
  await waitFor(() => expect(search().get('down')).toBe('day'))
  await waitFor(() =>
    expect(api.asked(costApi.getCosts).map(({ path }) => groupsOf(path))).toContain('day,model'),
  )
})

it('keeps period and money in the address, and asks for both', async () => {
  const api = serverWith(2)
  const { user, search } = renderPage(<CostsScreen />)
  await screen.findByRole('combobox', { name: 'Rows' })
  await user.selectOptions(screen.getByRole('combobox', { name: 'Period' }), '7d')
  await user.selectOptions(screen.getByRole('combobox', { name: 'Money' }), 'simulated')
  await waitFor(() => expect(search().toString()).toContain('money=simulated'))
  expect(search().get('period')).toBe('7d')
  await waitFor(() =>
    expect(api.asked(costApi.getCosts).some(({ path }) => path.includes('simulated=1'))).toBe(true),
  )
})

it('lists the most expensive runs by their titles', async () => {
  serverWith(2)
  renderPage(<CostsScreen />)
  expect(await screen.findByText('The audit')).toBeDefined()
})

it('says once why the costs could not be loaded', async () => {
  fakeApi().refuse(costApi.getCosts, { status: 500, title: 'The server failed', detail: 'The disk is full.' })
  const { settled } = renderPage(<CostsScreen />)
  await screen.findByText('The disk is full.')
  await settled()
  expect(screen.getAllByText('The disk is full.')).toHaveLength(1)
})

it('draws the days from the first with spending, and narrows everything else to the day one presses', async () => {
  const api = serverWith(2)
  const { user, search } = renderPage(<CostsScreen />)
  const chart = within(await screen.findByRole('region', { name: 'Daily spend' }))
  // The answer is of November; a week of it has to be there.
  expect(chart.getAllByRole('button')).toHaveLength(7)
  await user.click(chart.getByRole('button', { name: /^2026-11-24/ }))
  await waitFor(() => expect(search().get('day')).toBe('2026-11-24'))
  await waitFor(() =>
    expect(
      api.asked(costApi.getCosts).some(({ path }) => path.includes('from=2026-11-24&to=2026-11-24')),
    ).toBe(true),
  )
  await user.click(screen.getByRole('button', { name: 'Show the whole period' }))
  await waitFor(() => expect(search().has('day')).toBe(false))
})

it('leads from a run to what it cost', async () => {
  serverWith(2)
  renderPage(<CostsScreen />)
  const run = await screen.findByRole('link', { name: 'The audit' })
  expect(run.getAttribute('href')).toBe('/runs/r1?view=cost')
})

it('reads which agents ran on which models only where somebody asks, and says what is not in it', async () => {
  const api = serverWith(2)
  api.answer(costApi.getAgentCosts, {
    ...{ from: '2026-11-01', to: '2026-11-30', simulated: false },
    rows: [
      {
        agent: 'reviewer',
        model: 'claude-opus-5-5',
        agents: 3,
        turns: 9,
        unpricedTurns: 0,
        costNanoUsd: 3e9,
      },
      {
        agent: 'reviewer',
        model: 'claude-haiku-5-5',
        agents: 1,
        turns: 2,
        unpricedTurns: 0,
        costNanoUsd: 1e9,
      },
    ],
    omitted: { rows: 0, costNanoUsd: 0 },
    unread: { runs: 2, costNanoUsd: 5e8 },
  })
  const { user } = renderPage(<CostsScreen />)
  const part = await screen.findByRole('region', { name: 'Agents by model' })
  expect(api.asked(costApi.getAgentCosts)).toHaveLength(0)
  await user.click(within(part).getByRole('button', { name: 'Show' }))
  const row = await screen.findByRole('row', { name: /^reviewer/ })
  expect(
    within(row)
      .getAllByRole('cell')
      .map(({ textContent }) => textContent),
  ).toEqual(['$3.00', '$1.00', '$4.00'])
  expect(screen.getByRole('columnheader', { name: 'Opus 5.5' })).toBeDefined()
  expect(screen.getByText('Not in it, since they cost least or were deleted: 2 runs, $0.50.')).toBeDefined()
})
