'use client'

import { type ReactNode, useEffect, useRef } from 'react'
import { CopyButton } from '@/components/ui/actions/copy-button'
import { cx } from '@/components/ui/class-names'
import { PageLink } from '@/components/ui/page-link'
import { StatusIcon } from '@/components/ui/status-icon'
import { pages } from '@/lib/client/http/pages'
import { useHealth } from '@/lib/client/queries/first/health'

/** Who answers, and whether Skein itself does. */
export function ProviderBadge() {
  const { data, isError } = useHealth()
  const fold = useRef<HTMLDetailsElement>(null)
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
    <details ref={fold} className="relative hidden sm:block">
      <summary className={cx(badge, 'cursor-pointer list-none hover:bg-hover hover:text-ink')}>
        {face}
      </summary>
      <div className="absolute right-0 top-8 z-40 flex w-80 flex-col gap-2 rounded-md border bg-raised p-3 text-sm shadow-pop">
        <p className="font-medium">You are on the built-in simulator</p>
        <p className="text-ink-2">
          It speaks the API of Anthropic on this machine: agents, tokens, limits and prices behave like real
          ones, and their answers are made up. Nothing is sent anywhere and nothing is spent.
        </p>
        <p className="text-ink-2">To use models, stop Skein and start it with a key:</p>
        <div className="flex items-center gap-1 rounded-md bg-sunken px-2 py-1">
          <code className="min-w-0 flex-1 break-all font-mono text-xs">{command}</code>
          <CopyButton text={command} label="Copy the command" />
        </div>
        <PageLink href={pages.doc('simulator')} className="text-accent underline underline-offset-2">
          What the simulator does, and how to use a key
        </PageLink>
        {data.detail != null && <p className="text-xs text-ink-3">{data.detail}</p>}
      </div>
    </details>
  )
}

function isInside(element: HTMLElement | null, { target }: Event): boolean {
  return element !== null && target instanceof Node && element.contains(target)
}

const command = 'ANTHROPIC_API_KEY=sk-ant-… npm start'
const badge = 'inline-flex h-6 items-center gap-1.5 rounded-full border px-2 text-xs text-ink-2'

function Badge({ title, children }: { title: string; children: ReactNode }) {
  return (
    <span title={title} className={cx(badge, 'max-sm:hidden')}>
      {children}
    </span>
  )
}
