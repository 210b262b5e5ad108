import { Import } from 'lucide-react'
import { importedMeaning } from '@/lib/view/runs/import-words'

/** Stands beside the title of every run that was made elsewhere. */
export function ImportedBadge() {
  return (
    <span
      title={importedMeaning}
      className="inline-flex shrink-0 items-center gap-1 rounded-sm bg-accent-soft px-1.5 text-2xs font-medium text-accent"
    >
      <Import aria-hidden="true" className="size-3" />
      Claude Code
    </span>
  )
}
