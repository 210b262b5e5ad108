'use client'

import { Archive, CircleDollarSign, Gauge, Tag } from 'lucide-react'
import { Button } from '@/components/ui/actions/button'
import { Ago } from '@/components/ui/elapsed'
import { PageLink } from '@/components/ui/page-link'
import type { ShownAlert } from '@/lib/api/first/shown-alert'
import { pages } from '@/lib/client/http/pages'
import { useDismissAlert } from '@/lib/client/queries/money-queries'
import type { Alert } from '@/lib/core/money/alerts'
import { alertSentence, alertTitle } from '@/lib/view/run/alerts'

const icons = { backup: Archive, budget: CircleDollarSign, outlier: Gauge, 'unknown-price': Tag } as const

/** One warning, where it leads, and a button that takes it off the overview. */
export function AlertRow({ shown }: { shown: ShownAlert }) {
  const { id, at, alert, dismissedAt, dismissedBy } = shown
  const dismiss = useDismissAlert()
  const Icon = icons[alert.kind]
  const isDone = dismissedAt !== null || dismiss.isSuccess
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1 border-b px-4 py-2.5 text-sm last:border-0">
      <Icon
        aria-hidden="true"
        className={`mt-0.5 size-4 shrink-0 ${isDone ? 'text-ink-3' : 'text-waiting'}`}
      />
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium">
          {alertTitle(alert)}{' '}
          <span className="text-xs font-normal text-ink-3">
            <Ago at={at} />
            {dismissedBy !== null && `, dismissed by ${dismissedBy.name}`}
          </span>
        </p>
        <p className="num text-ink-2">{alertSentence(alert)}</p>
      </div>
      <span className="flex shrink-0 items-center gap-2 max-sm:basis-full max-sm:pl-7">
        <PageLink href={placeOf(alert)} className="text-accent hover:underline">
          {verbOf(alert)} →
        </PageLink>
        {!isDone && (
          <Button
            size="sm"
            disabled={dismiss.isPending}
            aria-label={`Dismiss: ${alertSentence(alert)}`}
            onClick={() => dismiss.mutate(id)}
          >
            Dismiss
          </Button>
        )}
      </span>
    </li>
  )
}

function placeOf(alert: Alert): string {
  switch (alert.kind) {
    case 'budget':
      return pages.budgets
    case 'outlier':
      return pages.run(alert.runId)
    case 'unknown-price':
      return pages.prices
    case 'backup':
      return pages.settings
  }
}

function verbOf(alert: Alert): string {
  switch (alert.kind) {
    case 'budget':
      return 'Budgets'
    case 'outlier':
      return 'The run'
    case 'unknown-price':
      return 'Prices'
    case 'backup':
      return 'Backups'
  }
}
