'use client'

import { StatusIcon } from '@/components/ui/status-icon'
import { useHealth } from '@/lib/client/queries/server-queries'

/** Who answers, and whether Skein itself does. */
export function ProviderBadge() {
  const { data, isError } = useHealth()
  if (isError) {
    return (
      <Badge title="Skein's server is not responding">
        <StatusIcon icon="failed" size={12} />
        Offline
      </Badge>
    )
  }
  if (data === undefined) return <span className="h-6 w-20" />
  const isWell = data.status === 'ok'
  return (
    <Badge title={data.detail ?? (data.simulated ? 'No model calls, no cost' : 'Connected to Anthropic')}>
      <StatusIcon icon={isWell ? 'succeeded' : 'mixed'} size={12} />
      {data.simulated ? 'Simulator' : 'Anthropic'}
      {!isWell && <span className="text-failed">degraded</span>}
    </Badge>
  )
}

function Badge({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <span
      title={title}
      className="hidden h-6 items-center gap-1.5 rounded-full border px-2 text-xs text-ink-2 sm:inline-flex"
    >
      {children}
    </span>
  )
}
