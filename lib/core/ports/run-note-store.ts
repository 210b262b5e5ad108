import type { Actor } from '../base/actor'

/** Longest text of a note, in characters. */
export const LONGEST_NOTE = 4_000

/** What somebody wrote about a run: plain text. Times are ISO 8601. */
export type RunNote = {
  id: string
  runId: string
  text: string
  by: Actor
  at: string
  /** Null while it stands as it was written. */
  edited: { by: Actor; at: string } | null
}

/** Notes on runs. They go with their run. */
export type RunNoteStore = {
  /**
   * Adds a note unless the run has `most` already or is gone, in one step; says which it was.
   */
  addNote(note: RunNote, most: number): Promise<'added' | 'full' | 'no-run'>
  /** Oldest first. */
  listNotes(runId: string): Promise<RunNote[]>
  findNote(runId: string, id: string): Promise<RunNote | null>
  /** False where the run has no such note. */
  editNote(runId: string, id: string, text: string, edited: { by: Actor; at: string }): Promise<boolean>
  /** False where the run has no such note. */
  deleteNote(runId: string, id: string): Promise<boolean>
  /** How many notes each of these runs has; runs without any are left out. */
  countNotes(runIds: readonly string[]): Promise<Map<string, number>>
}
