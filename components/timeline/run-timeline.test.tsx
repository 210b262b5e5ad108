import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderRun } from '@/components/testing/render-run'
import { streamApi } from '@/lib/api/endpoints/stream-endpoints'
import type { Envelope } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import { noFilter } from '@/lib/view/agent/agent-rows'
import { created, ended, journalFixture } from '@/lib/view/testing'
import { RunTimeline } from './run-timeline'

function drawn(journal: Envelope[], filter = noFilter, search = '') {
  fakeApi().answer(streamApi.followRun, { events: journal, seq: journal.length, next: null })
  return renderRun(<RunTimeline filter={filter} />, foldAll(null, journal), { search })
}

it('says why the journal could not be read', async () => {
  fakeApi().refuse(streamApi.followRun, {
    status: 500,
    title: 'The server failed',
    detail: 'The disk is full.',
  })
  await renderRun(<RunTimeline filter={noFilter} />, foldAll(null, journalFixture([])))
  expect(await screen.findByText('The disk is full.')).toBeDefined()
})

it('tells a run without agents from a filter that none passes', async () => {
  const page = await drawn(journalFixture([]))
  expect(await screen.findByText('No agents yet')).toBeDefined()
  page.unmount()
  await drawn(journalFixture([], created('a1', null)), { ...noFilter, displayStatus: 'failed' })
  expect(await screen.findByText('No agent matches the filter')).toBeDefined()
})

it('keeps rows and critical path in the address, and says what the path took', async () => {
  const { user, search } = await drawn(journalFixture([], created('a1', null), ended('a1')), {
    ...noFilter,
    displayStatus: 'failed',
  })
  await user.click(await screen.findByRole('button', { name: 'By slot' }))
  await user.click(screen.getByRole('button', { name: 'Critical path' }))
  expect(await screen.findByText(/1 agent determined/)).toBeDefined()
  await waitFor(() => expect(search().get('lanes')).toBe('slot'))
  expect(search().get('path')).toBe('true')
})

it('explains the bars and marks that this run has, and no others', async () => {
  const waiting = {
    type: 'agent.waiting',
    agentId: 'a1',
    reason: 'rate-limit',
    until: null,
    cap: null,
  } as const
  const journal = journalFixture([], created('a1', null), waiting, ended('a1', 'failed'))
  const { user } = await drawn(journal)
  await user.click(await screen.findByText('Legend'))
  const words = () => screen.getAllByRole('listitem').map(({ textContent }) => textContent)
  await waitFor(() => expect(words()).toEqual(['Queued', 'Rate limited', '✕Failed']))
  await user.click(screen.getByRole('button', { name: 'Critical path' }))
  await waitFor(() => expect(words()).toContain('On the critical path'))
})
