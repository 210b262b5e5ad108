import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { aTranscript } from '@/components/testing/answers'
import { fakeApi } from '@/components/testing/fake-api'
import { renderRun } from '@/components/testing/render-run'
import { agentApi } from '@/lib/api/endpoints/agent-endpoints'
import type { RunState } from '@/lib/core/run/state'
import { committed, created, ended, told } from '@/lib/view/testing'
import { AgentDetail } from './agent-detail'

const answered = told(['read'], created('a1', 'read'), committed('a1', 0), ended('a1'))

function agentOf(state: RunState) {
  const agent = state.agents.get('a1')
  if (agent === undefined) throw new Error('There is no a1')
  return agent
}

it('says that there is no such agent', async () => {
  await renderRun(<AgentDetail agentId="a9" actions={null} />, answered)
  expect(screen.getByText('No such agent in this run')).toBeDefined()
})

it('sums up an agent, with its answer as the Markdown it is', async () => {
  fakeApi().answer(agentApi.getTranscript, aTranscript(agentOf(answered), { result: '## Two leaks' }))
  await renderRun(<AgentDetail agentId="a1" actions={null} />, answered)
  expect(screen.getByRole('heading', { name: 'label a1' })).toBeDefined()
  expect(await screen.findByRole('heading', { name: 'Two leaks' })).toBeDefined()
  expect(screen.getByText('Turns').nextElementSibling?.textContent).toBe('1 turn, 0 tool calls')
  expect(screen.queryByRole('button', { name: 'Steer' })).toBeNull()
})

it.each([
  ['beside the views of its run', false, ['h2', 'h3', 'h4', 'h5']],
  ['as a page of its own', true, ['h1', 'h2', 'h3', 'h4']],
])('has an outline without gaps %s', async (_, isPage, tags) => {
  const result = '## Two leaks\n\n##### Where'
  fakeApi().answer(agentApi.getTranscript, aTranscript(agentOf(answered), { result }))
  await renderRun(<AgentDetail agentId="a1" actions={null} isPage={isPage} />, answered)
  await screen.findByRole('heading', { name: 'Where' })
  const headings = screen.getAllByRole('heading')
  expect(headings.map(({ textContent }) => textContent)).toEqual(['label a1', 'Answer', 'Two leaks', 'Where'])
  expect(headings.map(({ tagName }) => tagName.toLowerCase())).toEqual(tags)
})

it('shows an answer that is data as JSON', async () => {
  fakeApi().answer(agentApi.getTranscript, aTranscript(agentOf(answered), { result: { leaks: 2 } }))
  await renderRun(<AgentDetail agentId="a1" actions={null} />, answered)
  expect(await screen.findByText(/"leaks": 2/)).toBeDefined()
})

it('keeps its tab in the address, and says why a transcript could not be loaded', async () => {
  fakeApi().refuse(agentApi.getTranscript, {
    status: 500,
    title: 'The server failed',
    detail: 'The disk is full.',
  })
  const { user, search } = await renderRun(<AgentDetail agentId="a1" actions={null} />, answered)
  await user.click(screen.getByRole('button', { name: 'Transcript' }))
  expect(await screen.findByText('The disk is full.')).toBeDefined()
  await waitFor(() => expect(search().get('tab')).toBe('transcript'))
  expect(screen.getByRole('button', { name: 'Transcript' }).getAttribute('aria-current')).toBe('true')
})

it('names the failure of an agent, and what became of an open one', async () => {
  const failed = told([], created('a1', null), ended('a1', 'failed'))
  const page = await renderRun(<AgentDetail agentId="a1" actions={null} />, failed)
  expect(screen.getAllByText('No answer of that shape.').length).toBeGreaterThan(0)
  page.unmount()
  await renderRun(<AgentDetail agentId="a1" actions={null} />, told([], created('a1', null)))
  expect(screen.getByRole('button', { name: 'Steer' })).toBeDefined()
  expect(screen.getByText('(no turn yet)')).toBeDefined()
})

it('says what an agent changed, and leads to it', async () => {
  const tree = (digit: string) => digit.repeat(40)
  const patch = { base: tree('a'), tree: tree('b'), digest: 'd', files: 3, added: 12, removed: 4 }
  const changed = told(
    [],
    { type: 'run.files-opened', tree: tree('a'), head: null, dirty: null, unreadable: [] },
    created('a1', null),
    ended('a1'),
    { type: 'run.merged', agentId: 'a1', patch, from: tree('a'), tree: tree('b'), conflicts: [] },
  )
  await renderRun(<AgentDetail agentId="a1" actions={null} />, changed)
  const link = screen.getByRole('link', { name: 'changed 3 files +12 −4' })
  expect(link.getAttribute('href')).toBe('/runs/r1?view=changes&by=a1')
  expect(link.closest('dd')?.textContent).toContain('merged')
})
