import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import type { RunFile } from '@/lib/api/changes'
import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { filePlace } from '@/lib/view/run/file-place'
import { PlaceViewer } from './place-viewer'

const page: RunFile = {
  ...{ path: 'bees.pdf', from: 'workspace', kind: 'page', bytes: 900, lines: ['They turn,', 'and turn.'] },
  ...{ firstLine: 1, totalLines: 2, line: null, page: 3, totalPages: 12, problem: null },
}

function openAt(place: string, file: RunFile) {
  const api = fakeApi()
  api.answer(changesApi.getRunFile, file)
  renderPage(<PlaceViewer runId="r1" place={filePlace(place)} onClose={() => {}} />)
  return api
}

it('opens a page of a PDF as the text that was read of it', async () => {
  const api = openAt('bees.pdf p. 3', page)
  expect(await screen.findByText(/the text that was read of page 3 of 12/)).toBeTruthy()
  expect(screen.getByLabelText('Lines of the file').textContent).toContain('They turn,')
  expect(await screen.findByRole('dialog', { name: 'bees.pdf p. 3' })).toBeTruthy()
  expect(api.asked(changesApi.getRunFile).map(({ path }) => path)).toEqual([
    '/api/runs/r1/files?path=bees.pdf&page=3',
  ])
})

it('says why there is no text on a page', async () => {
  const problem = 'The document has 12 pages, and no page 40.'
  openAt('bees.pdf p. 40', { ...page, lines: [], problem })
  expect(await screen.findByText(problem)).toBeTruthy()
})

it('marks the line that is meant', async () => {
  openAt('a.ts:2', { ...page, kind: 'text', page: null, totalPages: null, line: 2 })
  expect(await screen.findByText(/lines 1 to 2 of 2/)).toBeTruthy()
  const marked = screen.getByLabelText('Lines of the file').querySelector('[aria-current]')
  expect(marked?.textContent).toContain('and turn.')
})
