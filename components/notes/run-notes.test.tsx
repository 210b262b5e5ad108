import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeApi } from '@/components/testing/fake-api'
import { renderPage } from '@/components/testing/render-page'
import { noteApi } from '@/lib/api/endpoints/note-endpoints'
import type { RunNoteShown } from '@/lib/api/people'
import { RunNotes } from './run-notes'

const ann = { kind: 'person', id: 'p1', name: 'Ann' } as const
const ben = { kind: 'person', id: 'p2', name: 'Ben' } as const
const at = '2026-11-30T08:00:00.000Z'
const note = (id: string, change: Partial<RunNoteShown> = {}): RunNoteShown => ({
  id,
  text: `Text of ${id}`,
  by: ann,
  at,
  edited: null,
  mayChange: false,
  ...change,
})

it('shows notes as they were written, with who, when and who changed them', async () => {
  const api = fakeApi()
  const text = '**plain** <b>text</b>\nhttps://ok.example/a javascript:alert(1)'
  api.answer(noteApi.listNotes, {
    notes: [note('n1', { text, edited: { by: ben, at } }), note('n2', { edited: { by: ann, at } })],
    mayWrite: false,
  })
  renderPage(<RunNotes runId="r1" />)
  const [first, second] = await screen.findAllByRole('listitem')
  if (first === undefined || second === undefined) throw new Error('There are no two notes.')
  expect(first.textContent).toContain('**plain** <b>text</b>\nhttps://ok.example/a javascript:alert(1)')
  expect(first.textContent).toContain('edited by Ben')
  expect(second.textContent).toContain('· edited ')
  expect(second.textContent).not.toContain('edited by')
  const links = screen.getAllByRole('link')
  expect(links.map((link) => [link.getAttribute('href'), link.getAttribute('rel')])).toEqual([
    ['https://ok.example/a', 'noopener noreferrer nofollow'],
  ])
  expect(screen.queryByRole('textbox')).toBeNull()
  expect(screen.queryByRole('button')).toBeNull()
})

it('adds a note with the keyboard, and keeps what was written when it is refused', async () => {
  const api = fakeApi()
  api.answer(noteApi.listNotes, { notes: [], mayWrite: true })
  api.refuse(noteApi.addNote, { status: 409, title: 'Not possible now', detail: 'This run has 500 notes.' })
  const { user } = renderPage(<RunNotes runId="r1" />)
  const field = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'New note' })
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Add note' }).disabled).toBe(true)
  await user.type(field, 'Seen.{Control>}{Enter}{/Control}')
  expect((await screen.findByRole('alert')).textContent).toContain('500 notes')
  expect(field.value).toBe('Seen.')
  api.answer(noteApi.addNote, note('n1'))
  await user.click(screen.getByRole('button', { name: 'Add note' }))
  await waitFor(() => expect(field.value).toBe(''))
  expect(api.bodies(noteApi.addNote)).toEqual([{ text: 'Seen.' }, { text: 'Seen.' }])
})

it('changes a note, and deletes it once that was confirmed', async () => {
  const api = fakeApi()
  api.answer(noteApi.listNotes, { notes: [note('n1', { mayChange: true }), note('n2')], mayWrite: true })
  api.answer(noteApi.editNote, note('n1'))
  api.accept(noteApi.deleteNote)
  const { user } = renderPage(<RunNotes runId="r1" />)
  const first = within((await screen.findAllByRole('listitem'))[0] ?? document.body)
  expect(screen.getAllByRole('button', { name: 'Edit the note' })).toHaveLength(1)
  await user.click(first.getByRole('button', { name: 'Edit the note' }))
  const field = first.getByRole('textbox', { name: 'Text of the note' })
  await user.clear(field)
  await user.type(field, 'Better')
  await user.click(first.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(first.queryByRole('textbox')).toBeNull())
  expect(api.bodies(noteApi.editNote)).toEqual([{ text: 'Better' }])
  await user.click(first.getByRole('button', { name: 'Delete the note' }))
  await user.click(await screen.findByRole('button', { name: 'Keep it' }))
  expect(api.asked(noteApi.deleteNote)).toHaveLength(0)
  await user.click(first.getByRole('button', { name: 'Delete the note' }))
  await user.click(await screen.findByRole('button', { name: 'Delete the note' }))
  await waitFor(() => expect(api.asked(noteApi.deleteNote)).toHaveLength(1))
  expect(api.asked(noteApi.deleteNote)).toMatchObject([{ path: '/api/runs/r1/notes/n1' }])
})
