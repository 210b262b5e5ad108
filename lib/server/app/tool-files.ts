import type { FileStores } from '@/lib/revisions/file-stores'
import { storeFolder } from '@/lib/revisions/store-folder'
import type { ToolFiles } from '@/lib/tools/toolbox'
import { checkedOut } from '@/lib/workspace/revision'
import type { Workspace } from '@/lib/workspace/workspace'

/** What agents change the files of a workspace by: a store of Skein's own; the workspace is only read. */
export async function toolFiles(stores: FileStores, workspace: Workspace): Promise<ToolFiles> {
  const stored = await stores.of(workspace.root)
  return {
    stored,
    refusal: workspace.keptBack,
    open: async (signal) =>
      storeFolder(
        stored,
        workspace.root,
        workspace.listFiles().map(({ path }) => path),
        await checkedOut(workspace.root),
        signal,
      ),
  }
}
