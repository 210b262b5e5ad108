import { FlaskConical } from 'lucide-react'
import { rehearsalMeaning } from '@/lib/view/rehearsal'

/** Stands beside the title of every run that was only rehearsed. */
export function RehearsalMark() {
  return (
    <span
      title={rehearsalMeaning}
      className="inline-flex shrink-0 items-center gap-1 rounded-sm bg-accent-soft px-1.5 text-2xs font-medium text-accent"
    >
      <FlaskConical aria-hidden="true" className="size-3" />
      Rehearsal
    </span>
  )
}
