import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { budgetApi } from '@/lib/api/endpoints/budget-endpoints'
import { CapCard } from './cap-card'

const used = {
  now: '2026-11',
  spentNanoUsd: 0,
  reservedNanoUsd: 0,
  projectedNanoUsd: null,
  unsettledNanoUsd: 0,
  capNanoUsd: null,
}
const noBudgets = {
  runCapNanoUsd: 5e9,
  day: used,
  month: used,
  tokensToday: { used: 0, reserved: 0, cap: null },
  agentsToday: { used: 0, reserved: 0, cap: null },
  budgets: [],
  thresholds: [80, 100],
  simulated: false as const,
  isSimulator: true,
}

const monthly = (cap: number | null) => (
  <CapCard title="This month" field="monthCapUsd" cap={cap} isOptional>
    spent
  </CapCard>
)

it('sets a cap in dollars, and lifts it when the field is emptied', async () => {
  const api = fakeApi()
  api.answer(budgetApi.setBudgets, noBudgets)
  const { user } = renderPage(monthly(50e9))
  const field = screen.getByRole('textbox', { name: 'Cap in dollars' })
  expect(field).toHaveProperty('value', '50')
  expect(screen.getByRole('button', { name: 'Set' })).toHaveProperty('disabled', true)
  await user.clear(field)
  await user.type(field, '80{Enter}')
  await waitFor(() => expect(api.bodies(budgetApi.setBudgets)).toEqual([{ monthCapUsd: 80 }]))
  await user.clear(field)
  await user.click(screen.getByRole('button', { name: 'Set' }))
  await waitFor(() =>
    expect(api.bodies(budgetApi.setBudgets)).toEqual([{ monthCapUsd: 80 }, { monthCapUsd: null }]),
  )
})

it('says what it expects instead of a word, and sends nothing', async () => {
  const api = fakeApi()
  const { user } = renderPage(
    <CapCard title="Each run" field="runCapUsd" cap={5e9} isOptional={false}>
      spent
    </CapCard>,
  )
  const field = screen.getByRole('textbox', { name: 'Cap in dollars' })
  await user.clear(field)
  expect(screen.getByText('Dollars above 0.')).toBeDefined()
  await user.type(field, 'much{Enter}')
  expect(field.getAttribute('aria-invalid')).toBe('true')
  expect(api.asked(budgetApi.setBudgets)).toEqual([])
})

it('shows the refusal of the server until something else is typed', async () => {
  fakeApi().refuse(budgetApi.setBudgets, {
    status: 400,
    errors: [{ path: 'monthCapUsd', message: 'must be at most 1,000,000 dollars' }],
  })
  const { user } = renderPage(monthly(null))
  const field = screen.getByRole('textbox', { name: 'Cap in dollars' })
  await user.type(field, '2000000{Enter}')
  expect(await screen.findByText('must be at most 1,000,000 dollars')).toBeDefined()
  await user.type(field, '{Backspace}')
  expect(screen.queryByText('must be at most 1,000,000 dollars')).toBeNull()
})
