import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { ResultDiff } from './result-diff'

const same = { added: 0, removed: 0, hunks: [], isCut: false }
const side = (id: string, hasResult: boolean) => ({ id, title: id, hasResult })

it('compares nothing before both runs have ended', () => {
  const api = fakeApi()
  renderPage(<ResultDiff a="a" b="b" areEnded={false} />)
  expect(screen.getByText('Results are compared once both runs have ended.')).toBeDefined()
  expect(api.asked(runApi.compareResults)).toEqual([])
})

it.each([
  [false, false, 'Neither run returned a result.'],
  [true, false, 'Run B returned no result.'],
  [false, true, 'Run A returned no result.'],
])('says which run has no result (%s, %s)', async (hasA, hasB, words) => {
  fakeApi().answer(runApi.compareResults, { from: side('a', hasA), to: side('b', hasB), ...same })
  renderPage(<ResultDiff a="a" b="b" areEnded />)
  expect(await screen.findByText(words)).toBeDefined()
})

it('says that two results are the same', async () => {
  fakeApi().answer(runApi.compareResults, { from: side('a', true), to: side('b', true), ...same })
  renderPage(<ResultDiff a="a" b="b" areEnded />)
  expect(await screen.findByText('Both runs returned the same result.')).toBeDefined()
})

it('says why they could not be compared', async () => {
  fakeApi().refuse(runApi.compareResults, { status: 404, title: 'Not found', detail: 'There is no run b.' })
  renderPage(<ResultDiff a="a" b="b" areEnded />)
  expect(await screen.findByText('There is no run b.')).toBeDefined()
})
