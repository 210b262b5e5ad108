import { BookOpen, FilePen, Globe, type LucideIcon, Plug, SquareTerminal, Unplug } from 'lucide-react'
import type { Permissions } from '@/lib/core/spec/permissions'
import { type PermissionWords, permissionWords } from '@/lib/view/permissions/permission-words'

const icons: Record<PermissionWords['kind'], LucideIcon> = {
  read: BookOpen,
  write: FilePen,
  shell: SquareTerminal,
  hosts: Unplug,
  web: Globe,
  mcp: Plug,
}

type Props = { permissions: Permissions; hasWorkspace: boolean }

/** What the agents of a run may do, in one line; nothing where they only answer. */
export function PermissionLine({ permissions, hasWorkspace }: Props) {
  const all = permissionWords(permissions, hasWorkspace)
  if (all.length === 0) return null
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2.5">
      <span>Agents may</span>
      {all.map(({ kind, words }) => {
        const Icon = icons[kind]
        return (
          <span key={kind} className="inline-flex items-center gap-1">
            <Icon aria-hidden="true" className="size-3.5 shrink-0" />
            {words}
          </span>
        )
      })}
    </span>
  )
}
