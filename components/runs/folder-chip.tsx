import { Folder } from 'lucide-react'
import { folderBeside } from '@/lib/view/runs/folder-name'

/** The folder a run works on, where its title does not name it; the whole path is its tooltip. */
export function FolderChip({ title, workspace }: { title: string; workspace: string | null }) {
  const name = folderBeside(title, workspace)
  if (name === null || workspace === null) return null
  return (
    <span
      title={workspace}
      className="inline-flex min-w-0 max-w-40 shrink-0 items-center gap-1 rounded-sm bg-hover px-1.5 text-2xs leading-5 text-ink-2"
    >
      <Folder aria-hidden="true" className="size-3 shrink-0" />
      <span className="sr-only">Folder </span>
      <bdi className="truncate">{name}</bdi>
    </span>
  )
}
