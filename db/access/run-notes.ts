import { and, asc, count, eq, inArray } from 'drizzle-orm'
import type { RunNote, RunNoteStore } from '@/lib/core/ports/run-note-store'
import type { Queries } from '../open'
import { runs } from '../schema'
import { runNotes } from './schema'

/** Notes on runs. */
export function createRunNoteStore(queries: Queries): RunNoteStore {
  const isNote = (runId: string, id: string) => and(eq(runNotes.runId, runId), eq(runNotes.id, id))
  return {
    async addNote({ edited, ...note }, most) {
      return queries.transaction(
        (within) => {
          // A run that is deleted at the same moment takes its notes with it, this one too.
          const run = within.select({ id: runs.id }).from(runs).where(eq(runs.id, note.runId)).get()
          if (run === undefined) return 'no-run'
          const held = within.select({ notes: count() }).from(runNotes).where(eq(runNotes.runId, note.runId))
          if ((held.get()?.notes ?? 0) >= most) return 'full'
          within
            .insert(runNotes)
            .values({ ...note, editedBy: edited?.by ?? null, editedAt: edited?.at ?? null })
            .run()
          return 'added'
        },
        { behavior: 'immediate' },
      )
    },

    async listNotes(runId) {
      const rows = queries
        .select()
        .from(runNotes)
        .where(eq(runNotes.runId, runId))
        .orderBy(asc(runNotes.at), asc(runNotes.id))
      return rows.all().map(noteOf)
    },

    async findNote(runId, id) {
      const row = queries.select().from(runNotes).where(isNote(runId, id)).get()
      return row === undefined ? null : noteOf(row)
    },

    async editNote(runId, id, text, { by, at }) {
      const rows = queries
        .update(runNotes)
        .set({ text, editedBy: by, editedAt: at })
        .where(isNote(runId, id))
        .returning({ id: runNotes.id })
      return rows.all().length > 0
    },

    async deleteNote(runId, id) {
      return queries.delete(runNotes).where(isNote(runId, id)).returning({ id: runNotes.id }).all().length > 0
    },

    async countNotes(runIds) {
      const rows = queries
        .select({ runId: runNotes.runId, notes: count() })
        .from(runNotes)
        .where(inArray(runNotes.runId, [...runIds]))
        .groupBy(runNotes.runId)
      return new Map(rows.all().map(({ runId, notes }) => [runId, notes]))
    },
  }
}

function noteOf({ editedBy, editedAt, ...note }: typeof runNotes.$inferSelect): RunNote {
  const edited = editedBy === null || editedAt === null ? null : { by: editedBy, at: editedAt }
  return { ...note, edited }
}
