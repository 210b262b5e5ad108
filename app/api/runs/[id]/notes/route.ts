import { noteApi } from '@/lib/api/endpoints/note-endpoints'
import { handle } from '@/lib/server/http/route'
import { addNote, listNotes } from '@/lib/server/people/run-notes'

export const GET = handle(noteApi.listNotes, ({ app, params, asker }) => listNotes(app, params.id, asker))

export const POST = handle(noteApi.addNote, ({ app, params, body, asker }) =>
  addNote(app, params.id, body.text, asker),
)
