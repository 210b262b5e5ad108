'use client'

import { GitFork } from 'lucide-react'
import { Button, ButtonLink } from '@/components/ui/actions/button'
import { pages } from '@/lib/client/http/pages'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useRunUrl } from '@/lib/client/run/use-run-url'

/** The way from an agent to a fork in which it is asked otherwise. */
export function ForkLink({ agentId, isPage }: { agentId: string; isPage: boolean }) {
  const { id } = useLiveRun()
  const [, setUrl] = useRunUrl()
  const content = (
    <>
      <GitFork aria-hidden="true" className="size-3.5" />
      Fork with another prompt…
    </>
  )
  if (isPage)
    return (
      <ButtonLink size="sm" className="self-start" href={pages.fork(id, agentId)}>
        {content}
      </ButtonLink>
    )
  return (
    <Button size="sm" className="self-start" onClick={() => void setUrl({ fork: agentId })}>
      {content}
    </Button>
  )
}
