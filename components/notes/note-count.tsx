import { MessageSquare } from 'lucide-react'
import { PageLink } from '@/components/ui/page-link'
import { pages } from '@/lib/client/http/pages'
import { plural } from '@/lib/view/format/numbers'

/** How many notes a run of the list has, leading to them; nothing for none. */
export function NoteCount({ runId, notes }: { runId: string; notes: number }) {
  if (notes === 0) return null
  return (
    <PageLink
      href={pages.notes(runId)}
      aria-label={plural(notes, 'note')}
      title={plural(notes, 'note')}
      className="num inline-flex shrink-0 items-center gap-0.5 text-xs leading-5 text-ink-3 hover:text-ink"
    >
      <MessageSquare aria-hidden="true" className="size-3" />
      {notes}
    </PageLink>
  )
}
