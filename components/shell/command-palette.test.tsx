import { screen, waitFor } from '@testing-library/react'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { aRun } from '@/components/testing/answers'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { renderRun } from '@/components/testing/render-run'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { created, told } from '@/lib/view/testing'
import { CommandPalette } from './command-palette'

const palette = <CommandPalette isOpen onOpenChange={() => {}} onKeys={() => {}} />
const running = told(['read'], { type: 'run.started' }, created('a1', 'read'), created('a2', 'read'))

it('shows recent runs before anything is typed, above the pages', async () => {
  fakeApi().answer(runApi.listRuns, { runs: [aRun('r1', { title: 'Weekly' })], total: 1, nextOffset: null })
  renderPage(palette)
  const [first] = await screen.findAllByRole('option', { name: /Weekly/ })
  const page = screen.getByRole('option', { name: 'Launch' })
  expect(first?.compareDocumentPosition(page)).toBe(Node.DOCUMENT_POSITION_FOLLOWING)
  expect(screen.queryByText('This run')).toBeNull()
})

it('pauses the open run, and asks before it is stopped', async () => {
  const api = fakeApi()
  api.accept(runApi.pauseRun)
  api.accept(runApi.cancelRun)
  const { user } = await renderRun(palette, running)
  await user.click(await screen.findByRole('option', { name: 'Pause this run' }))
  await waitFor(() => expect(api.asked(runApi.pauseRun)).toHaveLength(1))
  await user.click(screen.getByRole('option', { name: 'Stop this run…' }))
  expect(api.asked(runApi.cancelRun)).toHaveLength(0)
  await user.click(await screen.findByRole('button', { name: 'Stop the run' }))
  await waitFor(() => expect(api.asked(runApi.cancelRun)).toHaveLength(1))
})

it('opens the page whose name was typed, also where commands of the open run have its letters', async () => {
  fakeApi()
  const { user, visited } = await renderRun(palette, running)
  await user.click(screen.getByRole('combobox'))
  await user.paste('runs')
  await user.keyboard('{Enter}')
  expect(visited.at(-1)).toMatch(/\/runs$/)
})

it('finds the agents of the open run once one types', async () => {
  fakeApi()
  const { user, visited } = await renderRun(palette, running)
  expect(screen.queryByText('Agents of this run')).toBeNull()
  await user.type(screen.getByRole('combobox'), 'label a2')
  await user.click(await screen.findByRole('option', { name: /label a2/ }))
  expect(visited.at(-1)).toMatch(/\?.*agent=a2/)
})

function Page() {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Search
      </button>
      {isOpen && <CommandPalette isOpen onOpenChange={setOpen} onKeys={() => {}} />}
    </>
  )
}

it('gives the focus back to what opened it', async () => {
  fakeApi()
  const { user } = renderPage(<Page />)
  await user.tab()
  await user.keyboard('{Enter}')
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('combobox')))
  await user.keyboard('{Escape}')
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Search' })))
})
