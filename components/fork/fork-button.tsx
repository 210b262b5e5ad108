'use client'

import { GitFork } from 'lucide-react'
import dynamic from 'next/dynamic'
import { Button } from '@/components/ui/actions/button'
import { patiently } from '@/lib/client/http/patiently'
import { useRunUrl } from '@/lib/client/run/use-run-url'
import type { RunHeader } from '@/lib/core/run/state'

const ForkDialog = dynamic(patiently(() => import('./fork-dialog').then((part) => part.ForkDialog)))

/** Opens the fork dialog; it is in the address, so it can be linked to. */
export function ForkButton({ run }: { run: RunHeader }) {
  const [{ fork }, setUrl] = useRunUrl()
  if (run.status === 'draft') return null
  return (
    <>
      <Button onClick={() => void setUrl({ fork: '1' })}>
        <GitFork aria-hidden="true" className="size-3.5" />
        Fork
      </Button>
      {fork !== null && (
        <ForkDialog
          run={run}
          agentId={fork === '1' ? null : fork}
          onClose={() => void setUrl({ fork: null })}
        />
      )}
    </>
  )
}
