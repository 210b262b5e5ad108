import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderRun } from '@/components/testing/render-run'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { person } from '@/lib/core/base/actor'
import type { RunEvent } from '@/lib/core/run/events'
import { question, told } from '@/lib/view/testing'
import { QuestionPanel } from './question-panel'

beforeEach(() => sessionStorage.clear())

const answered: RunEvent = {
  type: 'checkpoint.answered',
  checkpointId: 'c1',
  value: true,
  by: 'person',
  actor: person('ben'),
}

it('is not there while nothing is asked', async () => {
  await renderRun(<QuestionPanel />, told([]))
  expect(screen.queryByRole('region', { name: 'Questions to you' })).toBeNull()
})

it('puts a yes or no to the person and sends the answer once', async () => {
  const api = fakeApi()
  const [closed] = told([], question, answered).checkpoints
  if (closed === undefined) throw new Error('Nothing was asked')
  api.answer(runApi.answerCheckpoint, closed)
  const { user } = await renderRun(<QuestionPanel />, told([], question))
  const card = await screen.findByRole('article', { name: 'Go on?' })
  await user.click(within(card).getByRole('button', { name: 'Decline: Go on?' }))
  await waitFor(() => expect(api.bodies(runApi.answerCheckpoint)).toEqual([{ answer: false }]))
  expect(within(card).getByRole('button', { name: 'Approve: Go on?' })).toHaveProperty('disabled', true)
})

it('says why an answer was not accepted, and lets it be given again', async () => {
  const api = fakeApi()
  api.refuse(runApi.answerCheckpoint, { status: 409, detail: 'The run is stopping.' })
  const { user } = await renderRun(<QuestionPanel />, told([], question))
  await user.click(await screen.findByRole('button', { name: 'Approve: Go on?' }))
  expect(await screen.findByText('The run is stopping.')).toBeDefined()
  expect(screen.getByRole('button', { name: 'Approve: Go on?' })).toHaveProperty('disabled', false)
})

it('says who answered a question that was open on this page, until that is dismissed', async () => {
  const { user, tell } = await renderRun(<QuestionPanel />, told([], question))
  tell(answered)
  const said = await screen.findByRole('status')
  await waitFor(() => expect(said.textContent).toMatch(/ben/))
  await user.click(screen.getByRole('button', { name: 'Dismiss' }))
  expect(screen.queryByRole('region', { name: 'Questions to you' })).toBeNull()
})

it('says nothing of a question that was answered before the page was opened', async () => {
  await renderRun(<QuestionPanel />, told([], question, answered))
  expect(screen.queryByRole('region', { name: 'Questions to you' })).toBeNull()
})

it('gives the keyboard to the question that the address names', async () => {
  const second = { ...question, checkpointId: 'c2', title: 'And now?' }
  await renderRun(<QuestionPanel />, told([], question, second), { search: 'question=c2' })
  expect(document.activeElement?.textContent).toBe('And now?')
})

it('takes new limits for a run that is about to pass what was approved', async () => {
  const api = fakeApi()
  api.accept(runApi.answerCheckpoint)
  const approval: RunEvent = {
    ...question,
    kind: 'approval',
    title: 'Go past 20 agents?',
    input: { type: 'object', properties: { agents: { type: 'integer', default: 40 } } },
  }
  const { user } = await renderRun(<QuestionPanel />, told([], approval))
  const agents = await screen.findByRole('textbox', { name: 'Max agents' })
  expect(agents).toHaveProperty('value', '40')
  await user.clear(agents)
  expect(screen.getByText('Enter agents, dollars, or both.')).toBeDefined()
  await user.type(agents, '60{Enter}')
  await waitFor(() =>
    expect(api.bodies(runApi.answerCheckpoint)).toEqual([{ answer: { do: 'up-to', agents: 60 } }]),
  )
})
