'use client'

import type { Plan } from '@/lib/api/plan'
import { useOwnQuotas } from '@/lib/client/queries/quota-queries'
import { launchQuotas } from '@/lib/view/costs/quota-words'

/** A line for each quota that the launch counts against: what is left of it, and whether that is likely enough. */
export function QuotaNotes({ plan }: { plan: Plan | undefined }) {
  const { data } = useOwnQuotas()
  if (data === undefined || data.isSimulator) return null
  return launchQuotas(data.quotas, plan).map(({ id, text, isShort }) => (
    <p
      key={id}
      role={isShort ? 'status' : undefined}
      className={`num text-center text-xs ${isShort ? 'text-waiting' : 'text-ink-3'}`}
    >
      {text}
      {isShort && <span className="sr-only"> That is likely too little for this run.</span>}
    </p>
  ))
}
