'use client'

import { useState } from 'react'
import { AlertRow } from '@/components/alerts/alert-row'
import { Button } from '@/components/ui/actions/button'
import { ErrorNote } from '@/components/ui/messages'
import { problemOf } from '@/lib/client/http/api'
import { useAlerts } from '@/lib/client/queries/money-queries'
import { plural } from '@/lib/view/format/numbers'

/** What people were warned of; dismissed ones on request. */
export function AlertList() {
  const { data, error } = useAlerts()
  const [showsAll, setShowsAll] = useState(false)
  const all = data?.alerts ?? []
  const open = all.filter(({ dismissedAt }) => dismissedAt === null)
  const dismissed = all.length - open.length
  return (
    <section aria-labelledby="alert-list-title" className="panel flex flex-col">
      <div className="flex items-center justify-between gap-3 border-b px-4 py-2">
        <h2 id="alert-list-title" className="text-sm font-semibold">
          Alerts <span className="num font-normal text-ink-3">{open.length}</span>
        </h2>
        {dismissed > 0 && (
          <Button size="sm" variant="quiet" onClick={() => setShowsAll(!showsAll)}>
            {showsAll ? 'Only open ones' : `and ${plural(dismissed, 'dismissed one')}`}
          </Button>
        )}
      </div>
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {data !== undefined && open.length === 0 && !showsAll && (
        <p className="px-4 py-4 text-sm text-ink-2">
          No alerts. You are alerted about budgets at 50, 80 and 100 %, runs at 3× their workflow’s median,
          and models without a known price.
        </p>
      )}
      <ul>
        {(showsAll ? all : open).map((shown) => (
          <AlertRow key={shown.id} shown={shown} />
        ))}
      </ul>
    </section>
  )
}
