'use client'

import { Button } from '@/components/ui/actions/button'
import { PageLink } from '@/components/ui/page-link'
import { pages } from '@/lib/client/http/pages'
import { type Bulk, undoing } from '@/lib/client/queries/bulk'
import { plural } from '@/lib/view/format/numbers'
import { bulkProgress } from '@/lib/view/runs/bulk-words'

type Props = { bulk: Bulk; onGoOn: () => void; onAgain: () => void; onUndo: () => void; onClose: () => void }

/** How far an act on many runs is, and which runs it failed for. */
export function BulkReport({ bulk, onGoOn, onAgain, onUndo, onClose }: Props) {
  const { act, tag, items, isUnderWay } = bulk
  const failed = items.filter(({ state }) => state === 'failed')
  const waiting = items.filter(({ state }) => state === 'waiting').length
  const wasCutOff = !isUnderWay && waiting > 0
  return (
    <section aria-label="Progress" className="panel flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-2">
        <p role="status" className="num mr-auto text-sm font-medium">
          {bulkProgress(act, items)}
          {tag !== null && ` “${tag}”`}
          {wasCutOff && `. The page was reloaded; ${plural(waiting, 'run is', 'runs are')} left.`}
        </p>
        {wasCutOff && (
          <Button size="sm" variant="primary" onClick={onGoOn}>
            Go on
          </Button>
        )}
        {!isUnderWay && !wasCutOff && failed.length > 0 && (
          <Button size="sm" onClick={onAgain}>
            Retry these
          </Button>
        )}
        {!isUnderWay && undoing(bulk) !== null && items.some(({ state }) => state === 'done') && (
          <Button size="sm" onClick={onUndo}>
            Undo
          </Button>
        )}
        {!isUnderWay && (
          <Button size="sm" variant="quiet" onClick={onClose}>
            Close
          </Button>
        )}
      </div>
      <div
        role="progressbar"
        aria-label="Runs done"
        aria-valuemin={0}
        aria-valuemax={items.length}
        aria-valuenow={items.length - waiting}
        className="h-1.5 overflow-hidden rounded-full bg-hover"
      >
        <div
          className="h-full bg-accent transition-[width]"
          style={{ width: `${((items.length - waiting) / items.length) * 100}%` }}
        />
      </div>
      {failed.length > 0 && (
        <ul className="flex flex-col gap-1 text-sm">
          {failed.map(({ id, title, detail }) => (
            <li key={id} className="break-words">
              <PageLink href={pages.run(id)} className="font-medium hover:underline">
                {title}
              </PageLink>
              <span className="text-failed">: {detail}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
