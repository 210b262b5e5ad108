import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderRun } from '@/components/testing/render-run'
import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { noteApi } from '@/lib/api/endpoints/note-endpoints'
import type { RunEvent } from '@/lib/core/run/events'
import { created, ended, question, told } from '@/lib/view/testing'
import { RunHead } from './run-head'

const started: RunEvent = { type: 'agent.started', agentId: 'a1', attempt: 1 }
const atWork = told(
  ['read'],
  created('a1', 'read'),
  started,
  created('a2', 'read'),
  ended('a2', 'failed'),
  question,
)

it('counts agents by state, and a press on a state filters by it until the next', async () => {
  fakeApi()
  const { user, search } = await renderRun(<RunHead landing="map" />, atWork)
  const filter = within(screen.getByRole('group', { name: 'Filter agents by state' }))
  const failed = filter.getByRole('button', { name: /Failed\s*1/ })
  await user.click(failed)
  await waitFor(() => expect(search().get('state')).toBe('failed'))
  expect(failed.getAttribute('aria-pressed')).toBe('true')
  await user.click(failed)
  await waitFor(() => expect(search().has('state')).toBe(false))
})

it('leads to the questions that wait', async () => {
  fakeApi()
  await renderRun(<RunHead landing="map" />, atWork)
  expect(screen.getByRole('link', { name: /Needs you\s*1/ }).getAttribute('href')).toBe('#questions')
})

it('follows the run as events arrive', async () => {
  fakeApi()
  const { tell } = await renderRun(<RunHead landing="map" />, atWork)
  expect(screen.getByRole('button', { name: /Running\s*1/ })).toBeDefined()
  tell(ended('a1'))
  expect(await screen.findByRole('button', { name: /Succeeded\s*1/ })).toBeDefined()
  expect(screen.queryByRole('button', { name: /Running/ })).toBeNull()
})

const tree = (digit: string) => digit.repeat(40)
const patch = { base: tree('a'), tree: tree('b'), digest: 'd', files: 1, added: 2, removed: 1 }
const opened: RunEvent = {
  type: 'run.files-opened',
  tree: tree('a'),
  head: null,
  dirty: null,
  unreadable: [],
}
const merged: RunEvent = {
  type: 'run.merged',
  agentId: 'a1',
  patch,
  from: tree('a'),
  tree: tree('b'),
  conflicts: [],
}

it('counts merges while agents change files, and then the changed files, which lead to the changes', async () => {
  const api = fakeApi()
  api.answer(changesApi.getChanges, {
    ...{ head: null, dirty: null, added: 2, removed: 1, agents: [], applied: null, branches: [] },
    files: [{ path: 'a.ts', status: 'modified', added: 2, removed: 1 }],
    canBranch: false,
  })
  const { tell, user, search } = await renderRun(
    <RunHead landing="map" />,
    told([], opened, created('a1', null), merged),
  )
  expect(screen.getByRole('button', { name: '1 merge' })).toBeDefined()
  expect(api.asked(changesApi.getChanges)).toHaveLength(0)
  tell(ended('a1'), {
    type: 'run.ended',
    outcome: 'completed',
    reason: null,
    error: null,
    resultInputs: [],
    actor: null,
  })
  await user.click(await screen.findByRole('button', { name: '1 file +2 −1' }))
  await waitFor(() => expect(search().get('view')).toBe('changes'))
})

it('has no changes to tell of in a run whose agents only read', async () => {
  fakeApi()
  await renderRun(<RunHead landing="map" />, atWork)
  expect(screen.queryByText('Changed')).toBeNull()
})

it('counts the notes, and opens them under the title by an address that can be passed on', async () => {
  const api = fakeApi()
  const by = { kind: 'person', id: 'p1', name: 'Ann' } as const
  const at = '2026-11-30T08:00:00.000Z'
  const note = { id: 'n1', text: 'Look at a2.', by, at, edited: null, mayChange: false }
  api.answer(noteApi.listNotes, { notes: [note], mayWrite: false })
  const { user, search } = await renderRun(<RunHead landing="map" />, atWork)
  const toggle = await screen.findByRole('button', { name: 'Notes (1)' })
  expect(screen.queryByText('Look at a2.')).toBeNull()
  await user.click(toggle)
  expect(await screen.findByText('Look at a2.')).toBeDefined()
  expect(search().get('notes')).toBe('true')
  await user.click(toggle)
  await waitFor(() => expect(search().has('notes')).toBe(false))
})
