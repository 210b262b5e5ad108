import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderRun } from '@/components/testing/render-run'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import type { EventOf } from '@/lib/core/run/events'
import { told } from '@/lib/view/testing'
import { ResultPanel } from './result-panel'

const over: EventOf<'run.ended'> = {
  type: 'run.ended',
  outcome: 'completed',
  reason: null,
  error: null,
  resultInputs: [],
  actor: null,
}

const { outcomeCounts } = told([])
const rest = {
  status: 'completed' as const,
  outcomeCounts,
  resultInputs: [],
  flaggedSources: [],
}

it('waits for the end of the run before it asks for a result', async () => {
  const api = fakeApi()
  await renderRun(<ResultPanel />, told([]))
  expect(screen.getByText('There is no result yet')).toBeDefined()
  expect(api.asked(runApi.getRunResult)).toEqual([])
})

it('shows a report, its findings and the whole as JSON', async () => {
  fakeApi().answer(runApi.getRunResult, {
    ...rest,
    hasResult: true,
    result: {
      report: '# All is well',
      findings: [{ file: 'a.ts', line: 3, severity: 'high', title: 'A leak', detail: 'Close it.' }],
    },
  })
  await renderRun(<ResultPanel />, told([], over))
  expect(await screen.findByRole('heading', { name: 'All is well' })).toBeDefined()
  expect(screen.getByText('A leak')).toBeDefined()
  expect(screen.getByText(/"severity": "high"/)).toBeDefined()
  const hrefOf = (name: string) => screen.getByRole('link', { name }).getAttribute('href')
  expect(hrefOf('Report (Markdown)')).toMatch(/\/export\?format=report$/)
  expect(hrefOf('Findings (SARIF)')).toMatch(/\/export\?format=sarif$/)
})

it('offers as files what the result has of them', async () => {
  fakeApi().answer(runApi.getRunResult, { ...rest, hasResult: true, result: 'Just words.' })
  await renderRun(<ResultPanel />, told([], over))
  expect(await screen.findByRole('link', { name: 'Report (Markdown)' })).toBeDefined()
  expect(screen.queryByRole('link', { name: 'Findings (SARIF)' })).toBeNull()
})

it('shows of a finding when it is not confirmed', async () => {
  const finding = { file: 'a.ts', line: 3, severity: 'high', title: 'A leak' }
  fakeApi().answer(runApi.getRunResult, {
    ...rest,
    hasResult: true,
    result: [
      { ...finding, verdict: 'unverified' },
      { ...finding, verdict: 'confirmed' },
    ],
  })
  await renderRun(<ResultPanel />, told([], over))
  expect(await screen.findAllByRole('cell', { name: 'high unverified' })).toHaveLength(1)
  expect(screen.getAllByRole('cell', { name: 'high' })).toHaveLength(1)
})

it('says that a script returned nothing, and nothing of the kind where it threw', async () => {
  fakeApi().answer(runApi.getRunResult, { ...rest, hasResult: false, result: null })
  const page = await renderRun(<ResultPanel />, told([], over))
  expect(await screen.findByText('The script returned nothing.')).toBeDefined()
  page.unmount()
  const error = { message: 'x is not defined', line: 2, column: 1 }
  await renderRun(<ResultPanel />, told([], { ...over, outcome: 'failed', error }))
  expect(await screen.findByText(/x is not defined/)).toBeDefined()
  expect(screen.queryByText('The script returned nothing.')).toBeNull()
})

it('says why a result could not be loaded', async () => {
  fakeApi().refuse(runApi.getRunResult, {
    status: 500,
    title: 'The server failed',
    detail: 'The disk is full.',
  })
  await renderRun(<ResultPanel />, told([], over))
  expect(await screen.findByText('The disk is full.')).toBeDefined()
})

it('continues the outline of the page, whatever level the report begins with', async () => {
  const report = '### Summary\n\n# Audit\n\n#### Details\n\ntext'
  fakeApi().answer(runApi.getRunResult, { ...rest, hasResult: true, result: { report } })
  const state = told([], { ...over, resultInputs: [] })
  const flaggedSources = [{ agentId: 'a1', label: 'Reader', flags: [] }]
  await renderRun(<ResultPanel />, { ...state, run: { ...state.run, flaggedSources } })
  await screen.findByRole('heading', { name: 'Audit' })
  const levels = screen.getAllByRole('heading').map(({ tagName }) => Number(tagName.slice(1)))
  expect(levels).toEqual([2, 2, 2, 3])
})
