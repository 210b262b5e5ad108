// @vitest-environment happy-dom
import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { aRun } from '@/components/testing/answers'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { RunsScreen } from './runs-screen'

const three = {
  runs: [aRun('r1', { title: 'One' }), aRun('r2', { title: 'Two' }), aRun('r3', { title: 'Three' })],
  total: 3,
  nextOffset: null,
}

it('leads to a launch while there is no run, and tells that from a search without a match', async () => {
  fakeApi().answer(runApi.listRuns, { runs: [], total: 0, nextOffset: null })
  const page = renderPage(<RunsScreen />)
  expect(await screen.findByRole('link', { name: 'Launch the first run' })).toBeDefined()
  page.unmount()
  renderPage(<RunsScreen />, { search: 'q=nothing' })
  expect(await screen.findByText('No run matches')).toBeDefined()
})

it('chooses all between two ticks when shift is held, and compares two', async () => {
  fakeApi().answer(runApi.listRuns, three)
  const { user } = renderPage(<RunsScreen />)
  await user.click(await screen.findByRole('checkbox', { name: 'Select One' }))
  await user.keyboard('{Shift>}')
  await user.click(screen.getByRole('checkbox', { name: 'Select Three' }))
  await user.keyboard('{/Shift}')
  expect(await screen.findByText('3 selected')).toBeDefined()
  await user.click(screen.getByRole('checkbox', { name: 'Select Two' }))
  const compare = await screen.findByRole('link', { name: 'Compare' })
  expect(compare.getAttribute('href')).toMatch(/r1|r3/)
})

it('forgets what was chosen when another part of the list is shown', async () => {
  fakeApi().answer(runApi.listRuns, three)
  const { user, search } = renderPage(<RunsScreen />, { search: 'selected=r1' })
  expect(await screen.findByText('1 selected')).toBeDefined()
  await user.type(screen.getByRole('searchbox'), 'T')
  await waitFor(() => expect(search().get('q')).toBe('T'))
  expect(search().has('selected')).toBe(false)
})

it('cancels what is chosen after it was confirmed, each run by itself', async () => {
  const api = fakeApi()
  api.answer(runApi.listRuns, three)
  api.accept(runApi.cancelRun)
  const { user } = renderPage(<RunsScreen />, { search: 'selected=r1,r2' })
  await user.click(await screen.findByRole('button', { name: 'Cancel 2 runs' }))
  await user.click(await screen.findByRole('button', { name: 'Cancel 2 runs' }))
  await waitFor(() =>
    expect(api.asked(runApi.cancelRun).map(({ path }) => path)).toEqual([
      '/api/runs/r1/cancel',
      '/api/runs/r2/cancel',
    ]),
  )
})

it('says why the list could not be loaded', async () => {
  fakeApi().refuse(runApi.listRuns, { status: 500, title: 'The server failed', detail: 'The disk is full.' })
  renderPage(<RunsScreen />)
  expect(await screen.findByText('The disk is full.')).toBeDefined()
})
