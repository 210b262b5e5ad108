'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Ago } from '@/components/ui/elapsed'
import { PageLink } from '@/components/ui/page-link'
import { RunBadge } from '@/components/ui/run-badge'
import type { TriggerDeliveryShown } from '@/lib/api/automations/triggers'
import { useMoney } from '@/lib/client/hooks/money-context'
import { pages } from '@/lib/client/http/pages'
import { formatUsd } from '@/lib/view/format/money'

/** One occasion: `words` say what became of it where no run does. */
export type PastLaunch = Pick<TriggerDeliveryShown, 'runId' | 'runStatus' | 'spentNanoUsd' | 'detail'> & {
  key: string
  at: string
  /** The moment as it is read. */
  time: string
  words: string
}

/** Occasions that are shown before somebody asks for more. */
const SHOWN = 3

/** What became of the last times of a schedule, or the last deliveries to a trigger. */
export function PastLaunches({ label, past }: { label: string; past: readonly PastLaunch[] }) {
  const [isWhole, setWhole] = useState(false)
  if (past.length === 0) return null
  return (
    <div className="text-xs">
      <ul aria-label={label} className="flex flex-col divide-y">
        {(isWhole ? past : past.slice(0, SHOWN)).map(({ key, ...one }) => (
          <Past key={key} past={one} />
        ))}
      </ul>
      {past.length > SHOWN && (
        <Button variant="quiet" size="sm" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show fewer' : `Show all ${past.length}`}
        </Button>
      )}
    </div>
  )
}

function Past({ past }: { past: Omit<PastLaunch, 'key'> }) {
  const money = useMoney()
  const { at, time, words, runId, runStatus, spentNanoUsd, detail } = past
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
      <time dateTime={at} title={at} className="num w-36 text-ink-2">
        {time}
      </time>
      {runId !== null && runStatus !== null ? (
        <PageLink href={pages.run(runId)} className="flex items-center gap-2 text-ink hover:underline">
          <RunBadge status={runStatus} />
        </PageLink>
      ) : (
        <span className="text-ink-2">{words}</span>
      )}
      {detail !== null && <span className="min-w-0 break-words text-ink-3">{detail}</span>}
      <span className="ml-auto flex gap-3 text-ink-3">
        {spentNanoUsd !== null && runStatus !== null && (
          <span className="num">{money(formatUsd(spentNanoUsd))}</span>
        )}
        <Ago at={at} />
      </span>
    </li>
  )
}
