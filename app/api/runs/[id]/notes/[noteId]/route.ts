import { noteApi } from '@/lib/api/endpoints/note-endpoints'
import { handle } from '@/lib/server/http/route'
import { deleteNote, editNote } from '@/lib/server/people/run-notes'

export const PATCH = handle(noteApi.editNote, ({ app, params, body, asker }) =>
  editNote(app, { runId: params.id, noteId: params.noteId }, body.text, asker),
)

export const DELETE = handle(noteApi.deleteNote, ({ app, params, asker }) =>
  deleteNote(app, { runId: params.id, noteId: params.noteId }, asker),
)
