import type { FileStores } from '@/lib/revisions/file-stores'
import { LARGEST_STORED, storeFolder } from '@/lib/revisions/store-folder'
import type { ToolFiles } from '@/lib/tools/toolbox'
import type { Workspace } from '@/lib/workspace/workspace'
import type { FolderReaders } from './reading/folder-readers'

/** What agents change the files of a workspace by: a store of Skein's own; the workspace is only read. `roots` are the
 * folders that runs may open. */
export async function toolFiles({
  stores,
  readers,
  workspace,
  roots,
}: {
  stores: FileStores
  readers: FolderReaders
  workspace: Workspace
  roots: readonly string[]
}): Promise<ToolFiles> {
  const { root } = workspace
  const stored = await stores.of(root)
  return {
    stored,
    refusal: workspace.keptBack,
    async open(signal) {
      const all = workspace.listFiles()
      const paths = all.filter(({ size }) => size <= LARGEST_STORED).map(({ path }) => path)
      const opened = await readers.during(root, signal, async (stop) =>
        storeFolder(stored, root, paths, await readers.checkedOut(root, roots), stop),
      )
      const large = all.filter(({ size }) => size > LARGEST_STORED).map(({ path }) => path)
      return { ...opened, unreadable: [...opened.unreadable, ...large] }
    },
  }
}
