import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import type { TriggerShown } from '@/lib/api/automations/triggers'
import { accountApi } from '@/lib/api/endpoints/people-endpoints'
import { triggerApi } from '@/lib/api/endpoints/trigger-endpoints'
import { localActor } from '@/lib/core/base/actor'
import type { Role } from '@/lib/core/base/role'
import { TriggerButton } from './trigger-button'
import { TriggersScreen } from './triggers-screen'

const triage: TriggerShown = {
  id: 't1',
  project: 'default',
  name: 'Triage',
  path: '/api/triggers/t1/fire',
  launch: { workflow: 'triage', workspace: '/srv/shop' },
  signedAs: 'github',
  mapping: [{ from: 'issue.title', to: 'title', isOptional: false }],
  github: null,
  whenBusy: 'skip',
  monthlyNanoUsd: 30e9,
  mostFailures: 3,
  isOn: true,
  offReason: null,
  offDetail: null,
  owner: localActor,
  createdAt: '2026-11-01T00:00:00.000Z',
  formerSecretUntil: null,
  monthSpentNanoUsd: 12.5e9,
  unsigned: {
    count: 2,
    lastAt: '2026-11-30T02:00:00.000Z',
    why: 'its webhook-signature is missing or wrong',
  },
  deliveries: [
    {
      deliveryId: 'd2',
      receivedAt: '2026-11-30T01:30:00.000Z',
      outcome: 'launched',
      detail: null,
      runId: 'r1',
      runStatus: 'completed',
      spentNanoUsd: 1e9,
    },
    {
      deliveryId: 'd1',
      receivedAt: '2026-11-29T01:30:00.000Z',
      outcome: 'skipped-body',
      detail: 'The body has no `issue.title`.',
      runId: null,
      runStatus: null,
      spentNanoUsd: null,
    },
  ],
}

function apiFor(role: Role) {
  const api = fakeApi()
  api.answer(accountApi.getAccess, { mode: 'team', provider: null, you: { actor: localActor, role } })
  return api
}

it('says what is launched, from which parts of a body, what came of it, and what was not signed', async () => {
  apiFor('admin').answer(triggerApi.listTriggers, { triggers: [triage] })
  renderPage(<TriggersScreen />)
  const row = within(await screen.findByRole('list', { name: 'Triggers' }))
  expect(row.getByText('GitHub · triage on shop')).toBeDefined()
  expect(row.getByText('Args: title from issue.title')).toBeDefined()
  expect(row.getByText('$12.50 of $30 this month')).toBeDefined()
  expect(row.getByRole('link', { name: /Completed/ }).getAttribute('href')).toBe('/runs/r1')
  expect(row.getByText('Skipped: its body does not fit')).toBeDefined()
  expect(row.getByText(/2 deliveries were not taken/).textContent).toContain('missing or wrong')
})

it('shows a viewer what there is, and nothing to change it by', async () => {
  apiFor('viewer').answer(triggerApi.listTriggers, { triggers: [triage] })
  renderPage(<TriggersScreen />)
  const row = within(await screen.findByRole('list', { name: 'Triggers' }))
  expect(row.getByText('Triage')).toBeDefined()
  expect(row.queryByRole('button', { name: /Turn|Edit|secret|Delete/ })).toBeNull()
})

it('tells that it loads, that it failed, and how to make the first one', async () => {
  const api = apiFor('admin')
  const loading = renderPage(<TriggersScreen />)
  expect(screen.getByText('Loading triggers…')).toBeDefined()
  loading.unmount()
  api.refuse(triggerApi.listTriggers, { status: 503, title: 'Temporarily unavailable', detail: 'Later.' })
  const failed = renderPage(<TriggersScreen />)
  expect(await screen.findByText('Later.')).toBeDefined()
  failed.unmount()
  api.answer(triggerApi.listTriggers, { triggers: [] })
  renderPage(<TriggersScreen />)
  expect(await screen.findByText('No triggers yet')).toBeDefined()
})

it('asks before it deletes, and shows a new secret once', async () => {
  const api = apiFor('admin')
  api.answer(triggerApi.listTriggers, { triggers: [triage] })
  api.accept(triggerApi.deleteTrigger)
  api.answer(triggerApi.renewTriggerSecret, { trigger: triage, secret: 'whsec_new' })
  const { user } = renderPage(<TriggersScreen />)
  await user.click(await screen.findByRole('button', { name: 'New secret…' }))
  await user.click(screen.getByRole('checkbox', { name: /another day/ }))
  await user.click(screen.getByRole('button', { name: 'Make a new secret' }))
  expect(await screen.findByText('whsec_new')).toBeDefined()
  expect(api.asked(triggerApi.renewTriggerSecret)).toMatchObject([{ body: { formerHours: 0 } }])
  await user.click(screen.getByRole('button', { name: 'Close' }))
  await user.click(screen.getByRole('button', { name: 'New secret…' }))
  expect(screen.queryByText('whsec_new')).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Close' }))
  await user.click(screen.getByRole('button', { name: 'Delete' }))
  expect(api.asked(triggerApi.deleteTrigger)).toHaveLength(0)
  await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Delete' }))
  await waitFor(() => expect(api.asked(triggerApi.deleteTrigger)).toHaveLength(1))
})

it('keeps the launch that was filled in, shows what a body would give, and the secret once', async () => {
  const api = apiFor('admin')
  api.answer(triggerApi.addTrigger, { trigger: triage, secret: 'whsec_once' })
  const { user } = renderPage(
    <TriggerButton body={{ workflow: 'triage', onLimit: 'pause' }} name="triage" isDisabled={false} />,
  )
  await user.click(await screen.findByRole('button', { name: 'Trigger…' }))
  await user.click(screen.getByRole('button', { name: 'Add an arg' }))
  await user.type(screen.getByRole('combobox', { name: 'Path 1 in the body' }), 'issue..title')
  await user.type(screen.getByRole('textbox', { name: 'becomes arg 1' }), 'title')
  expect(screen.getByText('The path has an empty name between its dots.')).toBeDefined()
  const make = screen.getByRole('button', { name: 'Make the trigger' })
  expect(make.hasAttribute('disabled')).toBe(true)
  await user.clear(screen.getByRole('combobox', { name: 'Path 1 in the body' }))
  await user.type(screen.getByRole('combobox', { name: 'Path 1 in the body' }), 'issue.title')
  const sample = screen.getByRole('textbox', { name: 'A sample body, to try it out' })
  await user.click(sample)
  await user.paste('{ "issue": {} }')
  expect(screen.getByText(/this body has no issue.title/)).toBeDefined()
  await user.clear(sample)
  await user.click(sample)
  await user.paste('{ "issue": { "title": "It breaks" } }')
  expect(screen.getByRole('status').textContent).toContain('"title": "It breaks"')
  await user.click(make)
  expect(await screen.findByText('whsec_once')).toBeDefined()
  expect(api.asked(triggerApi.addTrigger)).toMatchObject([
    {
      body: {
        name: 'triage',
        launch: { workflow: 'triage' },
        mapping: [{ from: 'issue.title', to: 'title', isOptional: false }],
        signedAs: 'standard',
      },
    },
  ])
  expect(api.bodies(triggerApi.addTrigger)[0]?.launch.onLimit).toBeUndefined()
})

it('is offered to admins alone', async () => {
  const api = apiFor('launcher')
  renderPage(<TriggerButton body={{ workflow: 'triage' }} name="triage" isDisabled={false} />)
  await waitFor(() => expect(api.asked(accountApi.getAccess)).toHaveLength(1))
  expect(screen.queryByRole('button', { name: 'Trigger…' })).toBeNull()
})

it('waits for a label or a command at GitHub, and says what is wrong with what was typed', async () => {
  const api = apiFor('admin')
  api.answer(triggerApi.addTrigger, { trigger: triage, secret: 'whsec_once' })
  const { user } = renderPage(
    <TriggerButton body={{ workflow: 'triage' }} name="triage" isDisabled={false} />,
  )
  await user.click(await screen.findByRole('button', { name: 'Trigger…' }))
  await user.selectOptions(screen.getByRole('combobox', { name: 'Signed by the sender as' }), 'github')
  await user.selectOptions(screen.getByRole('combobox', { name: 'Launch on' }), 'comment')
  const make = screen.getByRole('button', { name: 'Make the trigger' })
  expect(make.hasAttribute('disabled')).toBe(true)
  await user.type(screen.getByLabelText('Repository (owner/name)'), 'octo')
  await user.type(screen.getByLabelText(/^Command/), '/skein audit')
  expect(screen.getByText(/The repository must be owner\/name/)).toBeDefined()
  await user.type(screen.getByLabelText('Repository (owner/name)'), '/app')
  await user.click(screen.getByRole('checkbox', { name: /Answer there/ }))
  await user.click(make)
  expect(await screen.findByText('whsec_once')).toBeDefined()
  const github = {
    repository: 'octo/app',
    event: 'comment',
    word: '/skein audit',
    answers: false,
    handsOver: true,
  }
  expect(api.asked(triggerApi.addTrigger)).toMatchObject([{ body: { signedAs: 'github', github } }])
})

it('says what a trigger waits for at GitHub', async () => {
  const github = { repository: 'octo/app', event: 'issue-labeled', word: 'skein' } as const
  const waiting = { ...triage, github: { ...github, answers: true, handsOver: true } }
  apiFor('viewer').answer(triggerApi.listTriggers, { triggers: [waiting] })
  renderPage(<TriggersScreen />)
  expect(
    await screen.findByText(
      'A label on an issue, skein, in octo/app; answers there and hands over what it leaves.',
    ),
  ).toBeDefined()
})
