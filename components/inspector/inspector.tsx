'use client'

import { ExternalLink, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Button, ButtonLink } from '@/components/ui/actions/button'
import { pages } from '@/lib/client/http/pages'
import { useLiveRun } from '@/lib/client/run/run-context'
import { AgentDetail } from './agent-detail'

/** One agent beside the view: docked right on wide screens, over it on narrow ones. */
export function Inspector({ agentId, onClose }: { agentId: string; onClose: () => void }) {
  const { id } = useLiveRun()
  const box = useRef<HTMLElement>(null)
  useEffect(() => {
    // On a narrow screen it covers the page: somebody who opened it by keyboard must land in it.
    if (matchMedia('(max-width: 1023px)').matches) box.current?.focus()
  }, [])
  return (
    <aside
      ref={box}
      tabIndex={-1}
      aria-label="Agent"
      className="z-20 flex w-full flex-col border-line bg-surface outline-none max-lg:fixed max-lg:inset-x-0 max-lg:bottom-0 max-lg:top-12 max-lg:border-t lg:w-[min(42%,520px)] lg:shrink-0 lg:border-l"
    >
      <AgentDetail
        agentId={agentId}
        actions={
          <>
            <ButtonLink variant="quiet" size="sm" href={pages.agent(id, agentId)} aria-label="Open as a page">
              <ExternalLink aria-hidden="true" className="size-4" />
            </ButtonLink>
            <Button variant="quiet" size="sm" onClick={onClose} aria-label="Close the agent">
              <X aria-hidden="true" className="size-4" />
            </Button>
          </>
        }
      />
    </aside>
  )
}
