import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { type FakeApi, fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import type { Billed } from '@/lib/api/billing/billed'
import { billingApi } from '@/lib/api/endpoints/billing-endpoints'
import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { localActor } from '@/lib/core/base/actor'
import type { Role } from '@/lib/core/base/role'
import { BilledPanel } from './billed-panel'
import { BillingPanel } from './billing-panel'

const period = { from: '2026-11-19', to: '2026-11-20' }

function apiFor(role: Role): FakeApi {
  const api = fakeApi()
  api.answer(accountApi.getAccess, { mode: 'team', provider: null, you: { actor: localActor, role } })
  return api
}

type Day = Billed['days'][number]

function aDay(day: string, change: Partial<Day> = {}): Day {
  return {
    ...{ day, isOpen: false, computedNanoUsd: 0, billedNanoUsd: 0, differenceNanoUsd: 0, parts: [] },
    ...{ simulatedNanoUsd: 0, importedNanoUsd: 0, unsettledNanoUsd: 0 },
    ...change,
  }
}

const price = { kind: 'price', isExplained: true, nanoUsd: -1e9 } as const
const others = { kind: 'unknown-keys', isExplained: true, nanoUsd: 4e9 } as const
const uncounted = { kind: 'uncounted', isExplained: false, nanoUsd: 0.5e9 } as const

const days: Day[] = [
  aDay('2026-11-19', {
    ...{ computedNanoUsd: 10e9, billedNanoUsd: 13e9, differenceNanoUsd: 3e9, parts: [others, price] },
    simulatedNanoUsd: 7e9,
  }),
  aDay('2026-11-20', {
    ...{ isOpen: true, computedNanoUsd: 2e9, billedNanoUsd: 2.5e9, differenceNanoUsd: 0.5e9 },
    parts: [uncounted],
  }),
]

const read: Billed = {
  ...period,
  ...{ isSet: true, isMapped: true, readAt: '2026-11-20T10:00:00.000Z', problem: null, retryAt: null },
  days,
  totals: {
    ...{ days: 2, computedNanoUsd: 12e9, billedNanoUsd: 15.5e9, differenceNanoUsd: 3.5e9 },
    parts: [others, price, uncounted],
  },
  models: [
    {
      model: 'claude-sonnet-5-5',
      computed: {
        inputTokens: 1000,
        outputTokens: 20,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        nanoUsd: 12e9,
      },
      billed: {
        ...{ inputTokens: 2000, outputTokens: 30, cacheReadTokens: 0, cacheWriteTokens: 0 },
        ...{ listNanoUsd: null, nanoUsd: 15.5e9 },
      },
    },
  ],
  projects: [
    { project: 'default', name: 'Default', computedNanoUsd: 12e9, listNanoUsd: 13e9, billedNanoUsd: null },
    { project: null, name: null, computedNanoUsd: 0, listNanoUsd: 4e9, billedNanoUsd: null },
  ],
}

const empty: Billed = {
  ...read,
  ...{ readAt: null, models: [], projects: [] },
  days: days.map(({ day }) => aDay(day, { billedNanoUsd: null, differenceNanoUsd: null })),
  totals: { days: 0, computedNanoUsd: 0, billedNanoUsd: 0, differenceNanoUsd: 0, parts: [] },
}

/** The lines of the difference, as a person reads them. */
function lines(): string[] {
  return screen.getAllByRole('term').map((term) => {
    const amount = term.parentElement?.querySelector('dd')?.textContent ?? ''
    return `${term.firstChild?.textContent} ${amount}`
  })
}

it('shows nothing to those who may not see what all projects cost, and asks nothing', async () => {
  const api = apiFor('launcher')
  const { settled, container } = renderPage(<BilledPanel period={period} />)
  await settled()
  expect(container.textContent).toBe('')
  expect(api.asked(billingApi.getBilled)).toEqual([])
})

it('says how to get a key, and who sets it, where there is none; and asks nobody', async () => {
  const api = apiFor('admin')
  api.answer(billingApi.getBilled, { ...empty, isSet: false })
  const { settled } = renderPage(<BilledPanel period={period} />)
  expect(await screen.findByText('No Admin key is set')).toBeDefined()
  expect(screen.getByRole('link', { name: 'Open settings' }).getAttribute('href')).toBe('/settings')
  await settled()
  expect(api.asked(billingApi.refreshBilled)).toEqual([])
})

it('takes the difference apart, what is not explained apart from what is, for all days and for the one one presses', async () => {
  const api = apiFor('owner')
  api.answer(billingApi.getBilled, empty)
  api.answer(billingApi.refreshBilled, read)
  const { user } = renderPage(<BilledPanel period={period} />)
  await screen.findByText('All days')
  expect(lines()).toEqual([
    ...['Computed $12.00', 'Billed $15.50', 'Difference +$3.50'],
    ...['Keys that Skein does not know +$4.00', 'Another rate −$1.00'],
    ...['Not explained +$0.50', 'More tokens than were counted +$0.50'],
  ])
  expect(screen.getByText(/On neither side: \$7.00 of simulated runs/)).toBeDefined()
  const table = within(screen.getByRole('table', { name: 'By day' }))
  expect(table.getAllByRole('rowheader').map(({ textContent }) => textContent)).toEqual([
    '2026-11-20Not finished. More tokens than were counted',
    '2026-11-19Keys that Skein does not know, Another rate',
  ])
  await user.click(table.getByRole('button', { name: '2026-11-19' }))
  expect(lines().slice(0, 3)).toEqual(['Computed $10.00', 'Billed $13.00', 'Difference +$3.00'])
  await user.click(screen.getByRole('button', { name: 'All days' }))
  expect(lines()[0]).toBe('Computed $12.00')
  expect(screen.getByRole('table', { name: 'By model' }).textContent).toContain('no price')
  expect(screen.getByRole('table', { name: 'By project' }).textContent).toContain('by workspace alone')
})

it('reads again where one presses, and keeps what was read before beside why it could not', async () => {
  const api = apiFor('owner')
  api.answer(billingApi.getBilled, read)
  api.answer(billingApi.refreshBilled, { ...read, problem: 'Anthropic takes no more questions.' })
  const { user } = renderPage(<BilledPanel period={period} />)
  expect(await screen.findByText('Anthropic takes no more questions.')).toBeDefined()
  expect(lines()[0]).toBe('Computed $12.00')
  api.answer(billingApi.refreshBilled, read)
  await user.click(screen.getByRole('button', { name: 'Read again' }))
  await waitFor(() => expect(screen.queryByText('Anthropic takes no more questions.')).toBeNull())
  expect(api.bodies(billingApi.refreshBilled).map((body) => body.now)).toEqual([false, true])
})

it('says in a line that it is for owners, once an admin is refused', async () => {
  const api = apiFor('admin')
  api.refuse(billingApi.getBilled, { status: 403, title: 'Not allowed' })
  renderPage(<BilledPanel period={period} />)
  expect(await screen.findByText(/only an owner of this installation may see it/)).toBeDefined()
  expect(screen.queryByRole('alert')).toBeNull()
})

const setUp = {
  ...{ isSet: true, hint: 'wXyZ', setAt: '2026-11-30T10:00:00.000Z', setBy: 'Ada' },
  baseUrl: 'https://api.anthropic.com',
  projects: [{ project: 'default', name: 'Default', keyIds: ['apikey_1'], workspaceIds: [] }],
}

it('sets the key and keeps nothing of it in the page; keys and workspaces are added by name', async () => {
  const api = apiFor('owner')
  api.answer(billingApi.getBilling, { ...setUp, isSet: false, hint: null, setAt: null, setBy: null })
  api.answer(billingApi.setAdminKey, setUp)
  api.answer(billingApi.setBillingMapping, setUp)
  api.answer(billingApi.getBillingNames, {
    keys: [
      { id: 'apikey_1', name: 'Skein' },
      { id: 'apikey_2', name: 'Nightly' },
    ],
    workspaces: [],
    problem: null,
  })
  const { user } = renderPage(<BillingPanel />)
  const field = await screen.findByLabelText('Admin key', { selector: 'input' })
  expect(field.getAttribute('type')).toBe('password')
  await user.type(field, 'sk-ant-admin01-0123456789')
  api.answer(billingApi.getBilling, setUp)
  await user.click(screen.getByRole('button', { name: 'Set' }))
  expect(await screen.findByText('wXyZ')).toBeDefined()
  expect(screen.getByLabelText('Another Admin key')).toHaveProperty('value', '')
  expect(await screen.findByText('Skein (apikey_1)')).toBeDefined()
  await user.selectOptions(screen.getByLabelText('Add to API keys of Default'), 'apikey_2')
  await user.type(screen.getByLabelText('Workspaces of Default'), 'wrkspc_1 wrkspc_1,wrkspc_2')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() =>
    expect(api.bodies(billingApi.setBillingMapping)).toEqual([
      {
        projects: [
          {
            project: 'default',
            keyIds: ['apikey_1', 'apikey_2'],
            workspaceIds: ['wrkspc_1', 'wrkspc_2'],
          },
        ],
      },
    ]),
  )
})
