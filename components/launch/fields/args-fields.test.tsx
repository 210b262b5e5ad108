import { screen } from '@testing-library/react'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { renderPage } from '@/components/testing/render-page'
import { emptyForm, type LaunchForm } from '@/lib/view/launch/launch-form'
import { argFields } from '@/lib/view/questions/args-form'
import { ArgsFields } from './args-fields'

const schema = {
  type: 'object',
  required: ['depth'],
  properties: {
    depth: { type: 'integer', title: 'Depth' },
    areas: { type: 'array', items: { type: 'string' }, title: 'Areas' },
    tone: { enum: ['dry', 'warm'], title: 'Tone' },
    fast: { type: 'boolean', title: 'Fast' },
  },
}

let form: LaunchForm

function Form({ fields, args = '' }: { fields: ReturnType<typeof argFields>; args?: string }) {
  const [held, setForm] = useState<LaunchForm>({ ...emptyForm, args })
  form = held
  return (
    <ArgsFields
      form={held}
      edit={(field, value) => setForm((before) => ({ ...before, [field]: value }))}
      errorOf={() => undefined}
      fields={fields}
    />
  )
}

it('has a control for each argument, and all of them are one JSON object', async () => {
  const { user } = renderPage(<Form fields={argFields(schema)} />)
  await user.type(screen.getByRole('textbox', { name: 'Depth' }), '3')
  await user.type(screen.getByRole('textbox', { name: 'Areas' }), '[["a"]')
  await user.selectOptions(screen.getByRole('combobox', { name: 'Tone' }), 'warm')
  await user.click(screen.getByRole('checkbox', { name: 'Fast' }))
  expect(JSON.parse(form.args)).toEqual({ depth: 3, areas: ['a'], tone: 'warm', fast: true })
})

it('says at a field that its text is no value of its kind', async () => {
  const { user } = renderPage(<Form fields={argFields(schema)} />)
  const depth = screen.getByRole('textbox', { name: 'Depth' })
  await user.type(depth, 'deep')
  expect(depth.getAttribute('aria-invalid')).toBe('true')
})

it('shows the same as JSON and comes back with what was written there', async () => {
  const { user } = renderPage(<Form fields={argFields(schema)} args='{"depth":2}' />)
  await user.click(screen.getByRole('button', { name: 'Edit inputs as JSON' }))
  const text = screen.getByRole('textbox', { name: 'Arguments, as JSON' })
  await user.clear(text)
  await user.type(text, '{{"depth": 7}')
  await user.click(screen.getByRole('button', { name: 'Fill in a form' }))
  expect(screen.getByRole('textbox', { name: 'Depth' })).toHaveProperty('value', '7')
})

it('stays JSON while the text is none a form can show', async () => {
  renderPage(<Form fields={argFields(schema)} args='{"depth":' />)
  expect(screen.getByRole('textbox', { name: 'Arguments, as JSON' })).toBeDefined()
  expect(screen.getByRole('button', { name: 'Fill in a form' })).toHaveProperty('disabled', true)
})

it('is JSON alone for a workflow that does not say what it takes', () => {
  renderPage(<Form fields={null} />)
  expect(screen.getByRole('textbox', { name: 'Arguments, as JSON' })).toBeDefined()
  expect(screen.queryByRole('button')).toBeNull()
})
