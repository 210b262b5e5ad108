import { noteTextSchema, runNoteSchema, runNotesSchema } from '../people'
import { body, created, endpoint, json } from './endpoint'

/** What people write about runs. The audit log does not repeat it: a note that was deleted is gone. */
export const noteApi = {
  listNotes: endpoint('GET', '/api/runs/{id}/notes', 'Notes on a run, oldest first', {
    access: 'viewer',
    within: 'run',
    answer: json(runNotesSchema, { notes: [], mayWrite: true }),
  }),
  addNote: endpoint('POST', '/api/runs/{id}/notes', 'Write a note on a run', {
    access: 'launcher',
    within: 'run',
    body: body(noteTextSchema, { text: 'Finding 3 is a false alarm: the lock is taken by the caller.' }),
    answer: created(runNoteSchema),
    refusals: ['conflict'],
  }),
  editNote: endpoint('PATCH', '/api/runs/{id}/notes/{noteId}', 'Change a note of one’s own, as admin any', {
    access: 'launcher',
    within: 'run',
    body: body(noteTextSchema, { text: 'Finding 3 is real after all.' }),
    answer: json(runNoteSchema),
  }),
  deleteNote: endpoint(
    'DELETE',
    '/api/runs/{id}/notes/{noteId}',
    'Delete a note of one’s own, as admin any',
    {
      access: 'launcher',
      within: 'run',
      answer: { kind: 'nothing' },
    },
  ),
}
