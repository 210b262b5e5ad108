import { FlaskConical } from 'lucide-react'
import { dryRunMeaning } from '@/lib/view/run/dry-run'

/** Stands beside the title of every run that was only a dry run. */
export function DryRunBadge() {
  return (
    <span
      title={dryRunMeaning}
      className="inline-flex shrink-0 items-center gap-1 rounded-sm bg-accent-soft px-1.5 text-2xs font-medium text-accent"
    >
      <FlaskConical aria-hidden="true" className="size-3" />
      Dry run
    </span>
  )
}
