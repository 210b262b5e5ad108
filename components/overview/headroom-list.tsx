'use client'

import { StatusIcon } from '@/components/ui/status-icon'
import type { OverviewFrame } from '@/lib/api/first/overview'
import { useNow } from '@/lib/client/run/use-now'
import { familyName } from '@/lib/view/format/model-name'
import { formatDuration } from '@/lib/view/format/time'
import { allowance, resetWords } from '@/lib/view/run/headroom'

type Family = OverviewFrame['headroom'][number]

/** One line a model family: what its limits still allow, and when it is blocked, until when. */
export function HeadroomList({ families, slots }: { families: readonly Family[]; slots: number }) {
  const now = useNow(families.some((family) => family.blockedUntil !== null || family.resetAt !== null))
  if (families.length === 0)
    return <p className="text-sm text-ink-2">No requests yet, so no limits are known.</p>
  return (
    <ul className="flex flex-col gap-1.5">
      {families.slice(0, 4).map((family) => {
        const left = family.blockedUntil === null ? 0 : Date.parse(family.blockedUntil) - now
        const isBlocked = left > 0 && now > 0
        const busyIcon = family.inFlight > 0 ? 'running' : 'queued'
        return (
          <li key={family.family} className="flex flex-wrap items-center gap-x-2 text-sm">
            <StatusIcon icon={isBlocked ? 'waiting' : busyIcon} size={12} />
            <span className="truncate">{familyName(family.family)}</span>
            <span className="num ml-auto text-right text-xs text-ink-3">
              {isBlocked
                ? `blocked, retry in ${formatDuration(left)}`
                : [allowance(family, slots), resetWords(family, now)]
                    .filter((part) => part !== null)
                    .join(' · ')}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
