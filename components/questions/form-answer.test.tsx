import { screen, waitFor } from '@testing-library/react'
import { beforeEach, describe, expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import type { JsonObject } from '@/lib/core/base/json'
import { answerForm } from '@/lib/view/questions/question'
import { FormAnswer } from './form-answer'

beforeEach(() => sessionStorage.clear())

function askFor(input: JsonObject) {
  const form = answerForm({ kind: 'question', input, hasDefault: false, default: null })
  if (form.kind === 'yes-no' || form.kind === 'plan' || form.kind === 'approval') throw new Error(form.kind)
  const { fields, isBare } = form.kind === 'fields' ? form : { fields: null, isBare: false }
  return renderPage(
    <FormAnswer runId="r1" checkpointId="c1" fields={fields} isBare={isBare} start={form.start} />,
  )
}

const release: JsonObject = {
  type: 'object',
  required: ['channel'],
  properties: {
    channel: { type: 'string', enum: ['stable', 'beta'], title: 'Channel' },
    notes: { type: 'string', title: 'Notes' },
  },
}

describe('an answer with parts', () => {
  it('is filled in by field and sent as one object', async () => {
    const api = fakeApi()
    api.accept(runApi.answerCheckpoint)
    const { user } = askFor(release)
    await user.click(screen.getByRole('radio', { name: 'beta' }))
    await user.type(screen.getByRole('textbox', { name: 'Notes' }), 'ship it')
    await user.click(screen.getByRole('button', { name: 'Answer' }))
    await waitFor(() =>
      expect(api.bodies(runApi.answerCheckpoint)).toEqual([
        { answer: { channel: 'beta', notes: 'ship it' } },
      ]),
    )
  })

  it('says at a field what is missing, and sends nothing', async () => {
    const api = fakeApi()
    api.accept(runApi.answerCheckpoint)
    const { user } = askFor(release)
    await user.click(screen.getByRole('button', { name: 'Answer' }))
    expect(screen.getByRole('group', { name: /Channel/ }).textContent).toContain('required')
    expect(api.asked(runApi.answerCheckpoint)).toEqual([])
  })

  it('shows what the server refuses at the field it names', async () => {
    const api = fakeApi()
    api.refuse(runApi.answerCheckpoint, {
      status: 400,
      errors: [{ path: 'answer.notes', message: 'must be shorter' }],
    })
    const { user } = askFor(release)
    await user.click(screen.getByRole('radio', { name: 'stable' }))
    await user.click(screen.getByRole('button', { name: 'Answer' }))
    const notes = screen.getByRole('textbox', { name: 'Notes' })
    await waitFor(() => expect(notes.getAttribute('aria-invalid')).toBe('true'))
    expect(document.getElementById(notes.getAttribute('aria-describedby') ?? '')?.textContent).toMatch(
      /must be shorter/i,
    )
  })

  it('can be written as JSON, whose mistakes are placed by line and column', async () => {
    const api = fakeApi()
    const { user } = askFor(release)
    await user.click(screen.getByRole('button', { name: 'Edit answer as JSON' }))
    const text = screen.getByRole('textbox', { name: 'Answer, as JSON' })
    await user.clear(text)
    await user.type(text, '{{ "channel": ')
    await user.click(screen.getByRole('button', { name: 'Answer' }))
    expect(screen.getByText(/line 1, column/)).toBeDefined()
    expect(api.asked(runApi.answerCheckpoint)).toEqual([])
  })

  it('keeps what was typed when the page is loaded again', async () => {
    const { user, unmount } = askFor(release)
    await user.type(screen.getByRole('textbox', { name: 'Notes' }), 'half a thought')
    unmount()
    askFor(release)
    expect(screen.getByRole('textbox', { name: 'Notes' })).toHaveProperty('value', 'half a thought')
  })
})

it('an answer that is one number is sent as that number', async () => {
  const api = fakeApi()
  api.accept(runApi.answerCheckpoint)
  const { user } = askFor({ type: 'integer', title: 'How many?' })
  await user.type(screen.getByRole('textbox', { name: 'How many?' }), '12{Enter}')
  await waitFor(() => expect(api.bodies(runApi.answerCheckpoint)).toEqual([{ answer: 12 }]))
})
