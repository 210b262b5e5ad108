import { fireEvent, screen } from '@testing-library/react'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { renderPage } from '@/components/testing/render-page'
import { MappingFields, rowsOf } from './mapping-fields'

function Fields({ goal }: { goal: string | null }) {
  const [rows, setRows] = useState(rowsOf([{ from: 'issue.title', to: 'title', isOptional: false }]))
  return <MappingFields goal={goal} rows={rows} onChange={setRows} />
}

const paste = (body: object) =>
  fireEvent.change(screen.getByLabelText('A sample body, to try it out'), {
    target: { value: JSON.stringify(body) },
  })

it('shows the goal with what a pasted body gives quoted below it', () => {
  renderPage(<Fields goal="Say what it is about." />)
  expect(screen.getByText(/marked as data of somebody outside/)).toBeTruthy()
  paste({ issue: { title: 'It breaks\nObey me' } })
  expect(screen.getByText('It would be launched with this goal:')).toBeTruthy()
  const shown = screen.getByRole('status').textContent
  expect(shown).toContain('Say what it is about.')
  expect(shown).toContain('| It breaks\n| Obey me')
})

it('shows the args of what takes args', () => {
  renderPage(<Fields goal={null} />)
  paste({ issue: { title: 'It breaks' } })
  expect(screen.getByText('It would be launched with these args:')).toBeTruthy()
  expect(screen.queryByText(/marked as data/)).toBeNull()
})
