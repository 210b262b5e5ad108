import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderRun } from '@/components/testing/render-run'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { useRunView } from '@/lib/client/run/use-run'
import { person } from '@/lib/core/base/actor'
import type { RunEvent } from '@/lib/core/run/events'
import { created, told } from '@/lib/view/testing'
import { RunActions } from './run-actions'

function Shown({ batched = 0 }: { batched?: number }) {
  const state = useRunView((view) => view.state)
  return state === null ? null : <RunActions run={state.run} totals={state.totals} batched={batched} />
}

const paused: RunEvent = {
  type: 'run.paused',
  reason: 'person',
  detail: 'paused by ann',
  phase: null,
  resumesAt: null,
  actor: person('ann'),
}
const settling: RunEvent = {
  type: 'run.settling',
  reason: 'waits for a batch',
  cancelledBy: null,
  actor: null,
}

it('pauses a run that works, and resumes one that is paused', async () => {
  const api = fakeApi()
  api.accept(runApi.pauseRun)
  api.accept(runApi.resumeRun)
  const page = await renderRun(<Shown />, told([]))
  await page.user.click(screen.getByRole('button', { name: 'Pause' }))
  await waitFor(() => expect(api.asked(runApi.pauseRun)).toHaveLength(1))
  page.tell(paused)
  await page.user.click(await screen.findByRole('button', { name: 'Resume' }))
  await waitFor(() => expect(api.asked(runApi.resumeRun)).toHaveLength(1))
  expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull()
})

it('asks before it cancels, and says what is in flight', async () => {
  const api = fakeApi()
  api.accept(runApi.cancelRun)
  const { user } = await renderRun(
    <Shown />,
    told([], created('a1', null), { type: 'agent.started', agentId: 'a1', attempt: 1 }),
  )
  await user.click(screen.getByRole('button', { name: 'Cancel' }))
  const dialog = await screen.findByRole('alertdialog', { name: 'Cancel this run?' })
  expect(dialog.textContent).toContain('1 agent in flight will be interrupted.')
  await user.click(within(dialog).getByRole('button', { name: 'Keep it running' }))
  expect(api.asked(runApi.cancelRun)).toEqual([])
  await user.click(screen.getByRole('button', { name: 'Cancel' }))
  await user.click(screen.getByRole('button', { name: 'Cancel the run' }))
  await waitFor(() => expect(api.asked(runApi.cancelRun)).toHaveLength(1))
})

it('only stops waiting while the run waits for its batches', async () => {
  await renderRun(<Shown batched={1} />, told([], settling))
  expect(screen.getByRole('button', { name: 'Stop waiting' })).toBeDefined()
  for (const name of ['Pause', 'Resume', 'Cancel']) expect(screen.queryByRole('button', { name })).toBeNull()
})

it('shows why an act was refused', async () => {
  fakeApi().refuse(runApi.pauseRun, { status: 409, title: 'Conflict', detail: 'The run is already ending.' })
  const { user } = await renderRun(<Shown />, told([]))
  await user.click(screen.getByRole('button', { name: 'Pause' }))
  expect(await screen.findByText('The run is already ending.')).toBeDefined()
})

it('launches an ended run again with its settings', async () => {
  const over: RunEvent = {
    type: 'run.ended',
    outcome: 'completed',
    reason: 'done',
    error: null,
    resultInputs: [],
    actor: null,
  }
  await renderRun(<Shown />, told([], over))
  expect(screen.getByRole('link', { name: 'Launch again' }).getAttribute('href')).toContain('from=r1')
  expect(screen.queryByRole('button', { name: 'Cancel' })).toBeNull()
})
