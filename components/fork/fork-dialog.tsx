'use client'

import { Dialog } from '@/components/ui/actions/dialog'
import { ErrorNote } from '@/components/ui/messages'
import { Loading } from '@/components/ui/states/loading'
import { problemOf } from '@/lib/client/http/api'
import { useRunInput } from '@/lib/client/queries/run-queries'
import type { RunHeader } from '@/lib/core/run/state'
import { ForkEditor } from './fork-editor'

type Props = { run: RunHeader; agentId: string | null; onClose: () => void }

/** A new run that begins with this run's answers: its inputs, and what it would reuse and cost. */
export function ForkDialog({ run, agentId, onClose }: Props) {
  const input = useRunInput(run.id)
  return (
    <Dialog title={`Fork ${run.title}`} size="wide" isOpen onOpenChange={(isOpen) => !isOpen && onClose()}>
      {input.isPending && <Loading label="Loading the settings of the run…" />}
      {input.error !== null && (
        <ErrorNote title={problemOf(input.error).title} detail={problemOf(input.error).detail} />
      )}
      {input.data !== undefined && <ForkEditor run={run} input={input.data} agentId={agentId} />}
    </Dialog>
  )
}
