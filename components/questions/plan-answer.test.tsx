import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it } from 'vitest'
import { aPlan } from '@/components/testing/answers'
import { type FakeApi, fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { told } from '@/lib/view/testing'
import { PlanAnswer } from './plan-answer'

beforeEach(() => sessionStorage.clear())

const form = {
  kind: 'plan',
  script: 'agent("one")',
  scriptName: 'script',
  decisions: ['run', 'change', 'stop'],
  changeName: 'change',
} as const

function asked(prepare = (api: FakeApi) => api.answer(runApi.estimateLaunch, aPlan())) {
  const api = fakeApi()
  prepare(api)
  api.accept(runApi.answerCheckpoint)
  return { api, ...renderPage(<PlanAnswer run={told([]).run} checkpointId="c1" form={form} />) }
}

it('runs the plan up to what it is likely to come to at most', async () => {
  const { api, user } = asked()
  await waitFor(() =>
    expect(screen.getByRole('textbox', { name: 'Ask again above (agents)' })).toHaveProperty(
      'placeholder',
      '8',
    ),
  )
  await user.click(screen.getByRole('button', { name: 'Run this plan' }))
  await waitFor(() =>
    expect(api.bodies(runApi.answerCheckpoint)).toEqual([
      { answer: { decision: 'run' }, approved: { agents: 8, usd: 3 } },
    ]),
  )
})

it('does not run while a limit cannot be read', async () => {
  const { user } = asked()
  await user.type(screen.getByRole('textbox', { name: 'Ask again above (agents)' }), 'few')
  expect(screen.getByRole('button', { name: 'Run this plan' })).toHaveProperty('disabled', true)
})

it('asks for words before it requests a change', async () => {
  const { api, user } = asked()
  await user.click(screen.getByRole('button', { name: 'Request change' }))
  const words = screen.getByRole('textbox', { name: 'Request a change' })
  expect(screen.getByText('Describe the change.')).toBeDefined()
  expect(document.activeElement).toBe(words)
  expect(api.asked(runApi.answerCheckpoint)).toEqual([])
  await user.type(words, 'Skip the tests')
  await user.click(screen.getByRole('button', { name: 'Request change' }))
  await waitFor(() =>
    expect(api.bodies(runApi.answerCheckpoint)).toEqual([
      { answer: { decision: 'change', change: 'Skip the tests' } },
    ]),
  )
})

it('stops without limits and without words', async () => {
  const { api, user } = asked()
  await user.click(screen.getByRole('button', { name: 'Stop' }))
  await waitFor(() => expect(api.bodies(runApi.answerCheckpoint)).toEqual([{ answer: { decision: 'stop' } }]))
})

it('holds the plan back while its script cannot be read, and can still be stopped', async () => {
  asked((api) =>
    api.refuse(runApi.estimateLaunch, {
      status: 400,
      errors: [{ path: 'script', message: 'does not parse', line: 1, column: 4 }],
    }),
  )
  await waitFor(() =>
    expect(screen.getByRole('button', { name: 'Run this plan' })).toHaveProperty('disabled', true),
  )
  expect(screen.getByRole('button', { name: 'Stop' })).toHaveProperty('disabled', false)
})
