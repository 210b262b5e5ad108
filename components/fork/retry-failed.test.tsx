import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderRun } from '@/components/testing/render-run'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import type { ForkPreview } from '@/lib/api/fork'
import { useRunView } from '@/lib/client/run/use-run'
import { person } from '@/lib/core/base/actor'
import type { RunEvent } from '@/lib/core/run/events'
import { defaultLimits } from '@/lib/core/spec/run'
import { created, ended, told } from '@/lib/view/testing'
import { RetryFailed } from './retry-failed'

const preview: ForkPreview = {
  reused: { calls: 3, costNanoUsd: 2e9 },
  toRun: {
    calls: 1,
    costNanoUsd: { low: 1e8, likely: 2e8, high: 4e8 },
    phases: [{ phase: 'one', calls: 1 }],
  },
  basis: 'The retry was run on a simulator.',
  isWhole: true,
  error: null,
}
const capped: RunEvent = {
  type: 'run.limits-changed',
  limits: { ...defaultLimits, nanoUsd: 5e9 },
  concurrency: null,
  actor: person('ann'),
}
const over = {
  type: 'run.ended',
  outcome: 'completed-with-failures',
  reason: '1 of 1 agents failed',
  error: null,
  resultInputs: [],
  actor: null,
} satisfies RunEvent

function Shown() {
  const run = useRunView((view) => view.state?.run)
  return run === undefined ? null : <RetryFailed run={run} />
}

const withFailure = told(['one'], capped, created('a1', 'one'), ended('a1', 'failed'), over)

it('is not offered while the run goes on, or where nothing failed', async () => {
  const page = await renderRun(<Shown />, told(['one'], created('a1', 'one'), ended('a1', 'failed')))
  expect(screen.queryByRole('button')).toBeNull()
  page.unmount()
  await renderRun(
    <Shown />,
    told(['one'], created('a1', 'one'), ended('a1'), { ...over, outcome: 'completed' } satisfies RunEvent),
  )
  expect(screen.queryByRole('button')).toBeNull()
})

it('carries on its button what it would cost, and sends the retry with a raised cap', async () => {
  const api = fakeApi()
  api.answer(runApi.previewRetry, preview)
  api.accept(runApi.retryFailed)
  const { user, rejoined, search } = await renderRun(<Shown />, withFailure)
  await user.click(await screen.findByRole('button', { name: /Retry failed 1 agent, about \$0\.20/ }))
  const cap = screen.getByRole('textbox', { name: 'Raise the cap to ($)' })
  await user.type(cap, '3')
  expect(screen.getByText('Enter 5 or more.')).toBeDefined()
  expect(screen.getByRole('button', { name: 'Retry 1 call' })).toHaveProperty('disabled', true)
  await user.clear(cap)
  await user.type(cap, '8{Enter}')
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(api.bodies(runApi.retryFailed)).toEqual([{ limits: { usd: 8 } }])
  expect(rejoined()).toBe(1)
  await waitFor(() => expect(search().get('view')).toBe('map'))
})

it('says that the price is not known where the preview was refused, and still retries', async () => {
  const api = fakeApi()
  api.refuse(runApi.previewRetry, { status: 500, detail: 'The preview failed.' })
  api.accept(runApi.retryFailed)
  const { user } = await renderRun(<Shown />, withFailure)
  await user.click(await screen.findByRole('button', { name: /price not known/ }))
  expect(screen.getByText('The preview failed.')).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Retry 1 call' }))
  await waitFor(() => expect(api.bodies(runApi.retryFailed)).toEqual([{}]))
})

it('continues a run that was cancelled before anything failed', async () => {
  fakeApi().answer(runApi.previewRetry, preview)
  const { user } = await renderRun(
    <Shown />,
    told(['one'], { ...over, outcome: 'cancelled' } satisfies RunEvent),
  )
  await user.click(await screen.findByRole('button', { name: /Go on/ }))
  expect(screen.getByRole('heading', { name: 'Continue this run?' })).toBeDefined()
  expect(screen.getByRole('button', { name: 'Continue the run' })).toBeDefined()
})
