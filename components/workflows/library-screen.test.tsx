// @vitest-environment happy-dom
import { screen } from '@testing-library/react'
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
