'use client'

import { AgentLink } from '@/components/ui/agent-link'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useAgent } from '@/lib/client/run/use-run'

/** The agent that started this one. */
export function ParentLink({ id }: { id: string }) {
  const { id: runId } = useLiveRun()
  const parent = useAgent(id)
  return <AgentLink runId={runId} agentId={id} label={parent?.label ?? id} />
}
