import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { aWorkflow } from '@/components/testing/answers'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { workflowApi } from '@/lib/api/endpoints/workflow-endpoints'
import { LibraryScreen } from './library-screen'

it('teaches how to begin while there is no workflow of one’s own', async () => {
  fakeApi().answer(workflowApi.listWorkflows, { workflows: [aWorkflow('code-audit')] })
  renderPage(<LibraryScreen />)
  expect(await screen.findByRole('link', { name: 'code-audit' })).toBeDefined()
  expect(screen.getByText('No workflow of your own yet')).toBeDefined()
})

it('filters by origin and by words, and says when nothing is left', async () => {
  fakeApi().answer(workflowApi.listWorkflows, {
    workflows: [aWorkflow('code-audit'), aWorkflow('greet', { origin: 'saved', version: 1 })],
  })
  const { user } = renderPage(<LibraryScreen />)
  await screen.findByRole('link', { name: 'code-audit' })
  await user.selectOptions(screen.getByRole('combobox', { name: 'Origin' }), 'saved')
  expect(screen.queryByRole('link', { name: 'code-audit' })).toBeNull()
  expect(screen.getByRole('link', { name: 'greet' })).toBeDefined()
  await user.type(screen.getByRole('searchbox', { name: 'Search workflows' }), 'nothing like it')
  expect(screen.getByText('No workflow matches')).toBeDefined()
})

it('says why the library could not be read', async () => {
  fakeApi().refuse(workflowApi.listWorkflows, {
    status: 500,
    title: 'The server failed',
    detail: 'The disk is full.',
  })
  renderPage(<LibraryScreen />)
  expect(await screen.findByText('The disk is full.')).toBeDefined()
})

it('sorts by what is pressed, and says so', async () => {
  const used = (runs: number) => ({ usage: { ...aWorkflow('x').usage, runs } })
  fakeApi().answer(workflowApi.listWorkflows, {
    workflows: [aWorkflow('alpha', used(1)), aWorkflow('beta', used(9)), aWorkflow('gamma', used(4))],
  })
  const { user } = renderPage(<LibraryScreen />)
  const names = () =>
    screen.getAllByRole('link', { name: /^(alpha|beta|gamma)$/ }).map((one) => one.textContent)
  await screen.findByRole('link', { name: 'alpha' })
  expect(names()).toEqual(['alpha', 'beta', 'gamma'])
  await user.click(screen.getByRole('button', { name: 'Runs' }))
  await waitFor(() => expect(names()).toEqual(['beta', 'gamma', 'alpha']))
  expect(screen.getByRole('columnheader', { name: 'Runs' }).getAttribute('aria-sort')).toBe('descending')
})

it('brings a deleted workflow back, unless its name is taken', async () => {
  const api = fakeApi()
  api.answer(workflowApi.listWorkflows, { workflows: [aWorkflow('greet', { origin: 'saved' })] })
  api.answer(workflowApi.listDeletedWorkflows, {
    workflows: [
      { name: 'old', deletedAt: '2026-11-20T10:00:00.000Z', versions: 2, isNameTaken: false },
      { name: 'greet', deletedAt: '2026-11-19T10:00:00.000Z', versions: 1, isNameTaken: true },
    ],
  })
  api.answer(workflowApi.restoreWorkflow, aWorkflow('old'))
  const { user } = renderPage(<LibraryScreen />)
  await user.click(await screen.findByText('Deleted workflows'))
  const taken = await screen.findByRole('button', { name: 'Restore greet' })
  expect(taken.hasAttribute('disabled')).toBe(true)
  await user.click(screen.getByRole('button', { name: 'Restore old' }))
  await waitFor(() =>
    expect(api.asked(workflowApi.restoreWorkflow).map(({ path }) => path)).toEqual([
      '/api/workflows/old/restore',
    ]),
  )
})

it('imports scripts that are dropped on it, and leads a goal’s workflow to the form for goals', async () => {
  const api = fakeApi()
  api.answer(workflowApi.listWorkflows, { workflows: [aWorkflow('plan-first')] })
  api.answer(workflowApi.importWorkflows, {
    files: [{ outcome: 'imported', fileName: 'greet.js', name: 'greet' }],
  })
  renderPage(<LibraryScreen />)
  const launch = await screen.findByRole('link', { name: 'Launch plan-first' })
  expect(launch.getAttribute('href')).toBe('/launch?mode=plan')
  const dataTransfer = { types: ['Files'], files: [new File(['return 1'], 'greet.js')] }
  fireEvent.dragOver(launch, { dataTransfer })
  expect(screen.getByText('Drop scripts to import them')).toBeDefined()
  fireEvent.drop(launch, { dataTransfer })
  await waitFor(() =>
    expect(api.bodies(workflowApi.importWorkflows)).toEqual([{ source: 'return 1', fileName: 'greet.js' }]),
  )
})
