import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { importApi } from '@/lib/api/endpoints/import-endpoints'
import type { FoundImport } from '@/lib/api/imports/imports'
import { ImportScreen } from './import-screen'

const found: FoundImport = {
  project: '-home-ann-app',
  session: 's1',
  run: 'wf_one',
  name: 'audit-routes',
  at: '2026-11-29T10:35:10.069Z',
  agents: 42,
  tokens: null,
  state: 'unfinished',
  problem: null,
  importedAs: null,
  hasChanged: false,
}
const list = (...runs: FoundImport[]) => ({
  folder: '/home/ann/.claude',
  runs,
  total: runs.length,
  skipped: [],
})
const row = async (name: RegExp) => within(await screen.findByRole('row', { name }))

it('says how a run ended, what is not told of it, and why one cannot be read', async () => {
  const broken = { ...found, run: 'wf_two', name: 'wf_two', problem: 'It cannot be read: it is a link.' }
  fakeApi().answer(importApi.findClaudeRuns, list(found, broken))
  renderPage(<ImportScreen />)
  const first = await row(/audit-routes/)
  expect(first.getByText('No end: interrupted, or still at work')).toBeDefined()
  expect(first.getByText('not told')).toBeDefined()
  const second = await row(/wf_two/)
  expect(second.getByText('It cannot be read: it is a link.')).toBeDefined()
  expect(second.getByRole('button', { name: 'Import wf_two' }).hasAttribute('disabled')).toBe(true)
})

it('imports one by its place, and tells what came of it and what was passed over', async () => {
  const api = fakeApi()
  api.answer(importApi.findClaudeRuns, list(found))
  api.answer(importApi.importClaudeRun, {
    id: 'r1',
    url: '/runs/r1',
    outcome: 'imported',
    status: 'cancelled',
    agents: 42,
    turns: 99,
    skipped: [{ what: 'lines that are no JSON, or cut off', count: 3 }],
    forkable: 40,
    forkProblem: null,
  })
  const { user } = renderPage(<ImportScreen />, { search: 'from=/srv/claude' })
  await user.click(await screen.findByRole('button', { name: 'Import audit-routes' }))
  expect(
    await screen.findByText(
      'Imported: 42 agents, 99 answers. A fork reuses 40 answers. Not read: lines that are no JSON, or cut off (3).',
    ),
  ).toBeDefined()
  expect(api.bodies(importApi.importClaudeRun)).toEqual([
    { project: '-home-ann-app', session: 's1', run: 'wf_one', from: '/srv/claude' },
  ])
  expect(api.asked(importApi.findClaudeRuns)[0]?.path).toContain('from=%2Fsrv%2Fclaude')
})

it('leads to what was imported, and offers it again where its files have changed', async () => {
  const known = { ...found, importedAs: 'r1' }
  fakeApi().answer(
    importApi.findClaudeRuns,
    list(known, { ...known, run: 'wf_two', name: 'grown', hasChanged: true }),
  )
  renderPage(<ImportScreen />)
  expect((await row(/audit-routes/)).getByRole('link', { name: 'Imported' }).getAttribute('href')).toBe(
    '/runs/r1',
  )
  const grown = await row(/grown/)
  expect(grown.getByText('It has changed since it was imported.')).toBeDefined()
  expect(grown.getByRole('button', { name: 'Import again grown' })).toBeDefined()
})

it('says where it has looked when there is nothing, and why it could not look', async () => {
  const api = fakeApi()
  api.answer(importApi.findClaudeRuns, list())
  const page = renderPage(<ImportScreen />)
  expect(await screen.findByText('No workflow runs found')).toBeDefined()
  expect(screen.getByText(/\/home\/ann\/\.claude holds none/)).toBeDefined()
  page.unmount()
  api.refuse(importApi.findClaudeRuns, { status: 409, detail: 'It cannot be read: it is no folder.' })
  renderPage(<ImportScreen />)
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('it is no folder'))
})
