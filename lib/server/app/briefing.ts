import { posix } from 'node:path'
import { cutText } from '@/lib/core/base/cut-text'
import { shownPath } from '@/lib/core/base/path-names'
import { utcDay } from '@/lib/core/base/utc-day'
import type { Briefing, WorkspaceNotes } from '@/lib/core/spec/briefing'
import { languagesOf } from '@/lib/workspace/languages'
import { readWorkspaceNotes } from '@/lib/workspace/notes'
import type { Workspace } from '@/lib/workspace/workspace'
import type { App } from './app'

const LONGEST_NAME = 100

/**
 * What the agents of a run that is made now are told of the world; of its workspace nothing without one, and
 * none of its notes where the launcher left them out. Rejects once the signal says so.
 */
export async function briefingOf(
  app: App,
  workspace: Workspace | null,
  withNotes: boolean,
  signal: AbortSignal = new AbortController().signal,
): Promise<Briefing> {
  const day = utcDay(app.now())
  if (workspace === null) return { day, workspace: null, notes: null }
  const files = workspace.listFiles()
  return {
    day,
    workspace: {
      name: cutText(shownPath(posix.basename(workspace.root)), LONGEST_NAME),
      files: files.length,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      languages: languagesOf(files),
      revision: workspace.revision,
    },
    notes: withNotes ? await notesOf(app, workspace, signal) : null,
  }
}

/** What a workspace says to agents, whether or not they are told. */
export function notesOf(app: App, workspace: Workspace, signal: AbortSignal): Promise<WorkspaceNotes | null> {
  const owner = `${workspace.root} notes`
  return readWorkspaceNotes(
    workspace,
    (heads, stop) => app.untrusted.readHeads(heads, { owner, signal: stop }),
    signal,
  )
}

/**
 * What a fork's agents are told: of the workspace what its origin was told, since it works on that revision,
 * and the day of the fork. An origin from before there was any has nothing but the day to give.
 */
export async function briefingOfOrigin(app: App, runId: string): Promise<Briefing> {
  const [first] = await app.store.readJournal(runId, 0, 1)
  const known = first?.event.type === 'run.created' ? first.event.briefing : undefined
  return { workspace: null, notes: null, ...known, day: utcDay(app.now()) }
}
