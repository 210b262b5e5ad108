import { screen, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderRun } from '@/components/testing/render-run'
import { agentApi } from '@/lib/api/endpoints/agent-endpoints'
import { useAgent } from '@/lib/client/run/use-run'
import type { RunEvent } from '@/lib/core/run/events'
import { created, told } from '@/lib/view/testing'
import { AgentActions } from './agent-actions'

function Shown() {
  const agent = useAgent('a1')
  return agent === undefined ? null : <AgentActions agent={agent} />
}

const inFlight: RunEvent = {
  type: 'turn.started',
  agentId: 'a1',
  turn: 0,
  attempt: 1,
  model: 'm',
  maxTokens: 10,
  reservedNanoUsd: 5e8,
  account: null,
  reservedTokens: 0,
  batchId: null,
  clampedBy: null,
}
const atWork = told([], created('a1', null), { type: 'agent.started', agentId: 'a1', attempt: 1 }, inFlight)

it('sends a steering message and closes; an empty one cannot be sent', async () => {
  const api = fakeApi()
  api.accept(agentApi.steerAgent)
  const { user } = await renderRun(<Shown />, atWork)
  await user.click(screen.getByRole('button', { name: 'Steer' }))
  expect(screen.getByRole('button', { name: 'Send' })).toHaveProperty('disabled', true)
  await user.type(screen.getByRole('textbox', { name: 'Message' }), 'Look at b.txt too.')
  await user.click(screen.getByRole('button', { name: 'Send' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(api.bodies(agentApi.steerAgent)).toEqual([{ message: 'Look at b.txt too.' }])
})

it('keeps the message and says why it was refused', async () => {
  fakeApi().refuse(agentApi.steerAgent, { status: 409, detail: 'It has already answered.' })
  const { user } = await renderRun(<Shown />, atWork)
  await user.click(screen.getByRole('button', { name: 'Steer' }))
  await user.type(screen.getByRole('textbox', { name: 'Message' }), 'More.')
  await user.click(screen.getByRole('button', { name: 'Send' }))
  expect(await screen.findByText('It has already answered.')).toBeDefined()
  expect(screen.getByRole('textbox', { name: 'Message' })).toHaveProperty('value', 'More.')
})

it.each([
  { opens: 'Retry', verb: 'Start a new attempt', endpoint: agentApi.retryAgent, bodies: [{}] },
  { opens: 'Skip', verb: 'Skip the agent', endpoint: agentApi.skipAgent, bodies: [undefined] },
  { opens: 'Cancel agent', verb: 'Cancel the agent', endpoint: agentApi.cancelAgent, bodies: [undefined] },
])(
  '$opens asks first, and says what the turn in flight may cost',
  async ({ opens, verb, endpoint, bodies }) => {
    const api = fakeApi()
    api.accept(endpoint)
    const { user } = await renderRun(<Shown />, atWork)
    await user.click(screen.getByRole('button', { name: opens }))
    expect((await screen.findByRole('alertdialog')).textContent).toContain(
      'may still be billed (at most $0.50)',
    )
    await user.click(screen.getByRole('button', { name: verb }))
    await waitFor(() => expect(api.asked(endpoint).map(({ body }) => body)).toEqual(bodies))
  },
)
