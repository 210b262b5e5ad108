import { FileDown, FolderOpen, Package, Save } from 'lucide-react'
import type { WorkflowOrigin } from '@/lib/core/spec/run'
import { originLabels } from '@/lib/view/workflows/workflow-view'

const icons = { 'built-in': Package, saved: Save, imported: FileDown, workspace: FolderOpen } as const

/** Where a workflow comes from: a shape and a word. */
export function OriginBadge({ origin, path }: { origin: WorkflowOrigin; path: string | null }) {
  const Icon = icons[origin]
  return (
    <span
      title={path ?? undefined}
      className="inline-flex items-center gap-1.5 whitespace-nowrap text-xs text-ink-2"
    >
      <Icon aria-hidden="true" className="size-3.5 text-ink-3" />
      {originLabels[origin]}
    </span>
  )
}
