import type { FileStores } from '@/lib/revisions/file-stores'
import { LARGEST_STORED, storeFolder } from '@/lib/revisions/store-folder'
import type { ToolFiles } from '@/lib/tools/toolbox'
import { checkedOut } from '@/lib/workspace/revision'
import type { Workspace } from '@/lib/workspace/workspace'

/** What agents change the files of a workspace by: a store of Skein's own; the workspace is only read. `roots` are the
 * folders that runs may open. */
export async function toolFiles(
  stores: FileStores,
  workspace: Workspace,
  roots: readonly string[],
): Promise<ToolFiles> {
  const stored = await stores.of(workspace.root)
  return {
    stored,
    refusal: workspace.keptBack,
    async open(signal) {
      const all = workspace.listFiles()
      const paths = all.filter(({ size }) => size <= LARGEST_STORED).map(({ path }) => path)
      const opened = await storeFolder(
        stored,
        workspace.root,
        paths,
        await checkedOut(workspace.root, roots),
        signal,
      )
      const large = all.filter(({ size }) => size > LARGEST_STORED).map(({ path }) => path)
      return { ...opened, unreadable: [...opened.unreadable, ...large] }
    },
  }
}
