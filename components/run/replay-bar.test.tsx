import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderRun } from '@/components/testing/render-run'
import { streamApi } from '@/lib/api/endpoints/stream-endpoints'
import type { RunEvent } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import { at, created, ended, journalFixture } from '@/lib/view/testing'
import { ReplayBar } from './replay-bar'

const over: RunEvent = {
  type: 'run.ended',
  outcome: 'completed',
  reason: null,
  error: null,
  resultInputs: [],
  actor: null,
}
const journal = journalFixture([], created('a1', null), ended('a1'), over)

/** A run of three seconds that has ended: created, started, an agent made and ended. */
async function replayed(search = '') {
  const api = fakeApi()
  api.answer(streamApi.followRun, { events: journal, seq: journal.length, next: null })
  return renderRun(<ReplayBar startedAt={at(1)} endedAt={at(4)} pausedMs={0} />, foldAll(null, journal), {
    search,
  })
}

const handle = () => screen.getByRole('slider', { name: 'Moment of the run' })

it('stands at now until somebody moves it', async () => {
  await replayed()
  expect(handle().getAttribute('aria-valuetext')).toBe('now')
  expect(screen.queryByRole('button', { name: 'Back to now' })).toBeNull()
})

it('is moved by keys in steps that get somewhere, and goes back to now', async () => {
  const { user, search } = await replayed()
  handle().focus()
  await user.keyboard('{PageDown}{PageDown}{ArrowRight}')
  await waitFor(() => expect(search().get('t')).toBe(String(3000 - 300 - 300 + 60)))
  expect((await screen.findByRole('status')).textContent).toContain('Replay: at')
  await user.click(screen.getByRole('button', { name: 'Back to now' }))
  await waitFor(() => expect(search().has('t')).toBe(false))
})

it('goes from event to event with comma and full stop', async () => {
  const { user, search } = await replayed('t=500')
  await waitFor(() => expect(screen.queryByText('Loading the journal…')).toBeNull())
  await user.keyboard('.')
  await waitFor(() => expect(search().get('t')).toBe('1000'))
  await user.keyboard(',')
  await waitFor(() => expect(search().get('t')).toBe('0'))
})

it('plays from the beginning with space, and stops with it', async () => {
  const { user } = await replayed()
  await user.keyboard(' ')
  expect(await screen.findByRole('button', { name: 'Pause the replay' })).toBeDefined()
  await user.keyboard(' ')
  expect(await screen.findByRole('button', { name: 'Play the run' })).toBeDefined()
})

it('never leaves the run', async () => {
  const { user, search } = await replayed('t=2900')
  handle().focus()
  await user.keyboard('{PageUp}{PageUp}')
  await waitFor(() => expect(search().get('t')).toBe('3000'))
})

it('says why the journal could not be read', async () => {
  fakeApi().refuse(streamApi.followRun, {
    status: 500,
    title: 'The server failed',
    detail: 'The disk is full.',
  })
  await renderRun(<ReplayBar startedAt={at(1)} endedAt={at(4)} pausedMs={0} />, foldAll(null, journal), {
    search: 't=1',
  })
  expect(await screen.findByText('The disk is full.')).toBeDefined()
})

it('says that its length counts pauses, which the time of the run does not', async () => {
  const state = foldAll(null, journal)
  const page = await renderRun(<ReplayBar startedAt={at(1)} endedAt={at(4)} pausedMs={0} />, state)
  expect(screen.getByText('00:03')).toBeDefined()
  page.unmount()
  await renderRun(<ReplayBar startedAt={at(1)} endedAt={at(4)} pausedMs={2_000} />, state)
  expect(screen.getByText('00:03 with pauses')).toBeDefined()
})
