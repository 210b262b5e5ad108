import type { FileStore } from '@/lib/core/ports/ports'
import type { ActiveRun } from '../context/active-run'
import { RunFiles } from '../context/run-files'

/**
 * The files that the agents of a run change. They are stored once, when the run is first taken up: whatever
 * happens to the workspace meanwhile, its agents go on from there. A fork begins from those of its origin.
 */
export async function openFiles(
  { journal, stops }: Pick<ActiveRun, 'journal' | 'stops'>,
  { open, trees }: FileStore,
): Promise<RunFiles> {
  if (journal.state.run.files === null) {
    const { workspace } = journal.state.run
    const opened =
      workspace?.tree === undefined
        ? await open(stops.signal)
        : { tree: workspace.tree, head: workspace.head ?? null, dirty: null, unreadable: [] }
    await journal.record([{ type: 'run.files-opened', ...opened }])
  }
  const { files } = journal.state.run
  if (files === null) throw new Error('The files of the run were not recorded')
  return new RunFiles(trees, files.tree, files.base)
}
