'use client'

import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react'
import { cx } from '@/components/ui/class-names'
import { StatusIcon } from '@/components/ui/status-icon'
import { patiently } from '@/lib/client/http/patiently'
import { useHealth } from '@/lib/client/queries/first/health'

// Loaded when somebody presses the badge.
const SimulatorPanel = lazy(
  patiently(async () => ({ default: (await import('./simulator-panel')).SimulatorPanel })),
)

/** Who answers, and whether Skein itself does. */
export function ProviderBadge() {
  const { data, isError } = useHealth()
  const fold = useRef<HTMLDetailsElement>(null)
  const [isWanted, setWanted] = useState(false)
  const want = () => setWanted(true)
  useEffect(() => {
    const close = (event: Event) => {
      const isOutside =
        event instanceof KeyboardEvent ? event.key === 'Escape' : !isInside(fold.current, event)
      if (fold.current?.open && isOutside) fold.current.open = false
    }
    document.addEventListener('pointerdown', close)
    document.addEventListener('keydown', close)
    return () => {
      document.removeEventListener('pointerdown', close)
      document.removeEventListener('keydown', close)
    }
  }, [])
  if (isError) {
    return (
      <Badge title="Skein's server is not responding">
        <StatusIcon icon="failed" size={12} />
        Offline
      </Badge>
    )
  }
  if (data === undefined) return <span className="h-6 w-20 max-sm:hidden" />
  const isWell = data.status === 'ok'
  const face = (
    <>
      <StatusIcon icon={isWell ? 'succeeded' : 'mixed'} size={12} />
      {data.simulated ? 'Simulator' : 'Anthropic'}
      {!isWell && <span className="text-failed">degraded</span>}
    </>
  )
  if (!data.simulated) return <Badge title={data.detail ?? 'Connected to Anthropic'}>{face}</Badge>
  return (
    <details ref={fold} onToggle={want} className="relative hidden sm:block">
      <summary className={cx(badge, 'cursor-pointer list-none hover:bg-hover hover:text-ink')}>
        {face}
      </summary>
      <div className="absolute right-0 top-8 z-40 flex w-80 flex-col gap-2 rounded-md border bg-raised p-3 text-sm shadow-pop">
        {isWanted && (
          <Suspense fallback={null}>
            <SimulatorPanel detail={data.detail} />
          </Suspense>
        )}
      </div>
    </details>
  )
}

function isInside(element: HTMLElement | null, { target }: Event): boolean {
  return element !== null && target instanceof Node && element.contains(target)
}

const badge = 'inline-flex h-6 items-center gap-1.5 rounded-full border px-2 text-xs text-ink-2'

function Badge({ title, children }: { title: string; children: ReactNode }) {
  return (
    <span title={title} className={cx(badge, 'max-sm:hidden')}>
      {children}
    </span>
  )
}
