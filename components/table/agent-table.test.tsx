import { act, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { renderRun } from '@/components/testing/render-run'
import { type AgentFilter, noFilter } from '@/lib/view/agent/agent-rows'
import { committed, created, ended, told } from '@/lib/view/testing'
import { AgentTable } from './agent-table'

// Nothing has a size in this document, and a table of rows that are drawn on demand would draw none.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(900)
})
afterEach(() => vi.restoreAllMocks())

const state = told(
  ['read'],
  created('a1', 'read'),
  created('a2', 'read'),
  created('a3', 'read'),
  committed('a2', 0),
  ended('a1'),
  ended('a3', 'failed'),
)
const shown = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => /label (a\d)/.exec(row.textContent ?? '')?.[1])
const filtered = (change: Partial<AgentFilter>): AgentFilter => ({ ...noFilter, ...change })

it('shows failures first until a column is asked for, and again after the third press', async () => {
  const { user, search } = await renderRun(<AgentTable filter={noFilter} />, state)
  await waitFor(() => expect(shown()).toHaveLength(3))
  expect(shown()[0]).toBe('a3')
  const cost = screen.getByRole('columnheader', { name: /Cost/ })
  expect(cost.getAttribute('aria-sort')).toBe('none')
  await user.click(within(cost).getByRole('button'))
  await waitFor(() => expect(shown()[0]).toBe('a2'))
  const first = cost.getAttribute('aria-sort')
  await user.click(within(cost).getByRole('button'))
  await waitFor(() => expect(cost.getAttribute('aria-sort')).not.toBe(first))
  await user.click(within(cost).getByRole('button'))
  await waitFor(() => expect(cost.getAttribute('aria-sort')).toBe('none'))
  expect(search().has('sort')).toBe(false)
  await waitFor(() => expect(shown()[0]).toBe('a3'))
})

it('says how many of all agents pass the filter', async () => {
  await renderRun(<AgentTable filter={filtered({ displayStatus: 'failed' })} />, state)
  await waitFor(() => expect(shown()).toEqual(['a3']))
  expect(screen.getByText(/1 of 3 agents/)).toBeDefined()
})

it('tells a filter that nothing passes from a run without agents', async () => {
  const page = await renderRun(<AgentTable filter={filtered({ displayStatus: 'stalled' })} />, state)
  expect(await screen.findByText('No agent matches this filter')).toBeDefined()
  page.unmount()
  await renderRun(<AgentTable filter={noFilter} />, told([]))
  expect(await screen.findByText('No agents yet')).toBeDefined()
})

it('lets a row that no longer passes fade as it was, and counts it no more', async () => {
  const running = told(['read'], created('a1', 'read'), created('a2', 'read'))
  const { tell } = await renderRun(<AgentTable filter={filtered({ displayStatus: 'queued' })} />, running)
  await waitFor(() => expect(shown()).toEqual(['a1', 'a2']))
  expect(screen.getByText(/2 of 2 agents/)).toBeDefined()
  act(() => tell(ended('a1')))
  expect(await screen.findByText(/1 of 2 agents/)).toBeDefined()
  for (const row of screen.getAllByRole('row', { hidden: true }))
    expect(row.textContent).not.toContain('Succeeded')
})

it('leaves the column of the phase to the lines above the groups', async () => {
  const two = told(['read', 'write'], created('a1', 'read'), created('a2', 'write'))
  const page = await renderRun(<AgentTable filter={noFilter} />, two)
  await waitFor(() => expect(shown()).toHaveLength(2))
  expect(screen.queryByRole('columnheader', { name: 'Phase' })).toBeNull()
  page.unmount()
  await renderRun(<AgentTable filter={noFilter} />, two, { search: 'sort=agent' })
  expect(await screen.findByRole('columnheader', { name: 'Phase' })).toBeDefined()
})

const heads = () => screen.getAllByRole('columnheader').map((head) => head.textContent)

it('leaves out columns that are taken away, keeps that, and writes it into the address', async () => {
  onTestFinished(() => localStorage.clear())
  const page = await renderRun(<AgentTable filter={noFilter} />, state)
  await waitFor(() => expect(shown()).toHaveLength(3))
  expect(heads()).toContain('Turns')
  await page.user.click(screen.getByRole('button', { name: 'Columns' }))
  await page.user.click(await screen.findByRole('menuitemcheckbox', { name: 'Turns' }))
  await waitFor(() => expect(page.search().get('columns')).toBe('state,phase,model,tokens,cost,time,last'))
  await page.user.keyboard('{Escape}')
  expect(heads()).not.toContain('Turns')
  expect(screen.getAllByRole('row')[1]?.children).toHaveLength(heads().length)
  page.unmount()
  await renderRun(<AgentTable filter={noFilter} />, state)
  await waitFor(() => expect(shown()).toHaveLength(3))
  expect(heads()).not.toContain('Turns')
})

it('shows the columns of its address, whatever this browser keeps', async () => {
  onTestFinished(() => localStorage.clear())
  localStorage.setItem('skein-agent-columns', '["turns"]')
  await renderRun(<AgentTable filter={noFilter} />, state, { search: 'columns=cost,last' })
  await waitFor(() => expect(shown()).toHaveLength(3))
  expect(heads()).toEqual(['Agent', 'Cost', 'Last'])
})
