import { screen, waitFor, within } from '@testing-library/react'
import { expect, it, onTestFinished, vi } from 'vitest'
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
  await user.type(screen.getByRole('combobox', { name: 'Search runs' }), 'T')
  await waitFor(() => expect(search().get('q')).toBe('T'))
  expect(search().has('selected')).toBe(false)
})

it('cancels what is chosen after it was confirmed, and says what became of each', async () => {
  const api = fakeApi()
  api.answer(runApi.listRuns, three)
  api.answer(runApi.bulkAct, {
    results: [
      { id: 'r1', outcome: 'done', detail: null },
      { id: 'r2', outcome: 'failed', detail: 'The disk is full.' },
    ],
  })
  const { user } = renderPage(<RunsScreen />, { search: 'selected=r1,r2' })
  await user.click(await screen.findByRole('button', { name: 'Cancel 2 runs' }))
  await user.click(await screen.findByRole('button', { name: 'Cancel 2 runs' }))
  expect(await screen.findByText('1 of 2 cancelled, 1 failed')).toBeDefined()
  expect(screen.getByText(/The disk is full/)).toBeDefined()
  expect(api.bodies(runApi.bulkAct)).toEqual([{ act: 'cancel', ids: ['r1', 'r2'] }])
  await user.click(screen.getByRole('button', { name: 'Close' }))
})

it('tags what is chosen, and takes the tag back from those that got it', async () => {
  const api = fakeApi()
  api.answer(runApi.listRuns, three)
  api.answer(runApi.listRunFilters, { tags: ['kite'], users: [], workflows: [] })
  api.answer(runApi.bulkAct, {
    results: [
      { id: 'r1', outcome: 'done', detail: null },
      { id: 'r2', outcome: 'already', detail: null },
    ],
  })
  const { user } = renderPage(<RunsScreen />, { search: 'selected=r1,r2' })
  await user.click(await screen.findByRole('button', { name: 'Tag' }))
  await user.type(await screen.findByRole('combobox', { name: 'Tag to add' }), 'kite')
  await user.click(screen.getByRole('button', { name: 'Add' }))
  expect(await screen.findByText(/1 of 2 tagged, 1 had the tag already/)).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Undo' }))
  await waitFor(() =>
    expect(api.bodies(runApi.bulkAct)).toEqual([
      { act: 'tag', tag: 'kite', ids: ['r1', 'r2'] },
      { act: 'untag', tag: 'kite', ids: ['r1'] },
    ]),
  )
  await user.click(await screen.findByRole('button', { name: 'Close' }))
})

it('sorts by a column, the other way round, and then no more; the head says so', async () => {
  const api = fakeApi()
  api.answer(runApi.listRuns, three)
  const { user, search } = renderPage(<RunsScreen />)
  const head = await screen.findByRole('columnheader', { name: 'Cost' })
  expect(screen.getByRole('columnheader', { name: 'Launched' }).getAttribute('aria-sort')).toBe('descending')
  for (const [sort, said] of [
    ['-cost', 'descending'],
    ['cost', 'ascending'],
    [null, 'none'],
  ]) {
    await user.click(within(head).getByRole('button'))
    await waitFor(() => expect(search().get('sort')).toBe(sort))
    await waitFor(() =>
      expect(screen.getByRole('columnheader', { name: 'Cost' }).getAttribute('aria-sort')).toBe(said),
    )
  }
  expect(api.asked(runApi.listRuns).some(({ path }) => path.includes('sort=cost&order=asc'))).toBe(true)
})

it('completes what is typed by keys, and shows filters as chips that can be taken away', async () => {
  const api = fakeApi()
  api.answer(runApi.listRuns, three)
  api.answer(runApi.listRunFilters, { tags: ['night shift'], users: [], workflows: [] })
  const { user, search } = renderPage(<RunsScreen />)
  const field = await screen.findByRole('combobox', { name: 'Search runs' })
  await user.type(field, 'tag:')
  expect(await screen.findByRole('option', { name: /night shift/ })).toBeDefined()
  await user.keyboard('{ArrowDown}{Enter}')
  await waitFor(() => expect(search().get('q')).toBe('tag:"night shift" '))
  expect(screen.getByText('Tag: night shift')).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Remove the filter Tag: night shift' }))
  await waitFor(() => expect(search().has('q')).toBe(false))
})

it('shows nothing that contradicts a new filter while its answer is on the way', async () => {
  const api = fakeApi()
  const runs = [
    aRun('r1', { title: 'Live', status: 'running' }),
    aRun('r2', { title: 'Over', status: 'failed' }),
  ]
  api.answerEach(runApi.listRuns, () => ({ runs, total: 2, nextOffset: null }))
  const { user } = renderPage(<RunsScreen />)
  await screen.findByRole('link', { name: 'Over' })
  // From here on nothing is answered.
  fakeApi()
  await user.selectOptions(screen.getByRole('combobox', { name: 'Status' }), 'running')
  await waitFor(() => expect(screen.queryByRole('link', { name: 'Over' })).toBeNull())
  expect(screen.getByRole('link', { name: 'Live' })).toBeDefined()
})

it('keeps a view by its name and the columns one chose', async () => {
  fakeApi().answer(runApi.listRuns, three)
  const { user } = renderPage(<RunsScreen />, { search: 'q=tag:kite' })
  await user.click(await screen.findByRole('button', { name: 'Save view' }))
  await user.type(await screen.findByRole('textbox', { name: 'Name of the view' }), 'Kites')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  const view = await screen.findByRole('link', { name: 'Kites' })
  expect(view.getAttribute('href')).toBe('/runs?q=tag%3Akite')
  expect(view.getAttribute('aria-current')).toBe('page')
  await user.click(screen.getByRole('button', { name: 'Remove the view Kites' }))
  expect(screen.queryByRole('link', { name: 'Kites' })).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Columns' }))
  await user.click(await screen.findByRole('menuitemcheckbox', { name: 'Tokens' }))
  await waitFor(() => expect(screen.queryByRole('columnheader', { name: 'Tokens' })).toBeNull())
  await user.click(screen.getByRole('menuitemcheckbox', { name: 'Tokens' }))
})

it('is cards where the screen is narrow, with all that a row says', async () => {
  vi.stubGlobal('matchMedia', () => ({
    matches: true,
    addEventListener: () => {},
    removeEventListener: () => {},
  }))
  onTestFinished(() => void vi.unstubAllGlobals())
  fakeApi().answer(runApi.listRuns, {
    ...three,
    runs: [aRun('r1', { title: 'One', status: 'completed', tags: ['kite'] })],
  })
  renderPage(<RunsScreen />)
  const card = within(await screen.findByRole('list', { name: 'Runs' }))
  for (const text of ['Completed', 'kite']) expect(card.getByText(text)).toBeDefined()
  expect(card.getByRole('checkbox', { name: 'Select One' })).toBeDefined()
  expect(card.getByRole('button', { name: 'Delete One' })).toBeDefined()
  expect(screen.queryByRole('table')).toBeNull()
  expect(screen.getByRole('combobox', { name: 'Sort by' })).toBeDefined()
})

it('says why the list could not be loaded', async () => {
  fakeApi().refuse(runApi.listRuns, { status: 500, title: 'The server failed', detail: 'The disk is full.' })
  renderPage(<RunsScreen />)
  expect(await screen.findByText('The disk is full.')).toBeDefined()
})

it('says of a run with an open question that it needs somebody', async () => {
  const asking = aRun('r1', { title: 'Asks', status: 'running', isAsking: true })
  fakeApi().answer(runApi.listRuns, { runs: [asking], total: 1, nextOffset: null })
  renderPage(<RunsScreen />)
  const row = await screen.findByRole('row', { name: /Asks/ })
  expect(within(row).getByText('Needs you')).toBeDefined()
  expect(within(row).queryByText('Running')).toBeNull()
})

it('says how many notes a run has, and leads to them; nothing for none', async () => {
  const runs = [aRun('r1', { title: 'One', notes: 2 }), aRun('r2', { title: 'Two', notes: 0 })]
  fakeApi().answer(runApi.listRuns, { runs, total: 2, nextOffset: null })
  renderPage(<RunsScreen />)
  const [link, ...more] = await screen.findAllByRole('link', { name: /\bnotes?$/ })
  expect(link?.getAttribute('href')).toBe('/runs/r1?notes=true')
  expect(link?.textContent).toBe('2')
  expect(more).toEqual([])
})

it('shows the folder of a goal beside its title, and not again where the title has it', async () => {
  const runs = [
    aRun('r1', { title: 'Find dead code', workspace: '/srv/shop' }),
    aRun('r2', { title: 'code-audit: shop', workspace: '/srv/shop' }),
  ]
  fakeApi().answer(runApi.listRuns, { runs, total: 2, nextOffset: null })
  renderPage(<RunsScreen />)
  expect(await screen.findByTitle('/srv/shop')).toBeDefined()
  expect(screen.getByTitle('/srv/shop').textContent).toBe('Folder shop')
})

it('heads every column with what stands in it', async () => {
  fakeApi().answer(runApi.listRuns, three)
  renderPage(<RunsScreen />)
  const [, row] = await screen.findAllByRole('row')
  const heads = screen.getAllByRole('columnheader').map(({ textContent }) => textContent)
  expect(heads).toEqual(['Run', 'Status', 'Agents', 'Tokens', 'Cost', 'Time', 'Launched', 'Actions'])
  const cells = within(row ?? document.body)
    .getAllByRole('cell')
    .slice(1)
  expect(cells).toHaveLength(heads.length)
  expect(cells[0]?.textContent).toContain('One')
  expect(cells[4]?.textContent).toContain('$')
  expect(cells[6]?.querySelector('time')).not.toBeNull()
})
