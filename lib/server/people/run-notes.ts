import { randomUUID } from 'node:crypto'
import type { RunNoteShown, RunNotesShown } from '@/lib/api/people'
import { reaches } from '@/lib/core/base/role'
import type { RunNote } from '@/lib/core/ports/run-note-store'
import type { Asker } from '../access/asker'
import type { App } from '../app/app'
import { getHead } from '../runs/read-run'
import { noRun, Refusal } from '../services/problem'

/** Notes that a run can have: all are read and drawn at once. */
const MOST_NOTES = 500

type Notes = Pick<App, 'store' | 'engine' | 'now'>

/** Notes on a run, oldest first. */
export async function listNotes(app: Notes, runId: string, asker: Asker): Promise<RunNotesShown> {
  await getHead(app, runId)
  const notes = await app.store.runNotes.listNotes(runId)
  return { notes: notes.map((note) => shown(note, asker)), mayWrite: reaches(asker.role, 'launcher') }
}

/** Writes a note. Throws `conflict` where the run has as many as it can have. */
export async function addNote(app: Notes, runId: string, text: string, asker: Asker): Promise<RunNoteShown> {
  await getHead(app, runId)
  const note = { id: randomUUID(), runId, text, by: asker.actor, at: nowOf(app), edited: null }
  const outcome = await app.store.runNotes.addNote(note, MOST_NOTES)
  if (outcome === 'no-run') throw noRun(runId)
  if (outcome === 'full')
    throw new Refusal(
      'conflict',
      `This run has ${MOST_NOTES} notes, which is the most a run can have. Delete one first.`,
    )
  return shown(note, asker)
}

/** Changes a note of whoever asks; an admin changes any. It says from then on who changed it, and when. */
export async function editNote(
  app: Notes,
  { runId, noteId }: { runId: string; noteId: string },
  text: string,
  asker: Asker,
): Promise<RunNoteShown> {
  const note = await ownNote(app, runId, noteId, asker)
  if (note.text === text) return shown(note, asker)
  const edited = { by: asker.actor, at: nowOf(app) }
  if (!(await app.store.runNotes.editNote(runId, noteId, text, edited))) throw noNote()
  return shown({ ...note, text, edited }, asker)
}

/** Deletes a note of whoever asks; an admin deletes any. */
export async function deleteNote(
  app: Notes,
  { runId, noteId }: { runId: string; noteId: string },
  asker: Asker,
): Promise<void> {
  await ownNote(app, runId, noteId, asker)
  if (!(await app.store.runNotes.deleteNote(runId, noteId))) throw noNote()
}

async function ownNote(app: Notes, runId: string, noteId: string, asker: Asker): Promise<RunNote> {
  const note = await app.store.runNotes.findNote(runId, noteId)
  if (note === null) throw noNote()
  if (!mayChange(note, asker))
    throw new Refusal('forbidden', `${note.by.name} wrote this note; only they and admins can change it.`)
  return note
}

function noNote(): Refusal {
  return new Refusal('not-found', 'There is no such note on this run.')
}

function mayChange({ by }: RunNote, { actor, role }: Asker): boolean {
  const isOwn = by.kind === actor.kind && by.id === actor.id
  return reaches(role, isOwn ? 'launcher' : 'admin')
}

function shown(note: RunNote, asker: Asker): RunNoteShown {
  const { id, text, by, at, edited } = note
  return { id, text, by, at, edited, mayChange: mayChange(note, asker) }
}

function nowOf(app: Notes): string {
  return new Date(app.now()).toISOString()
}
