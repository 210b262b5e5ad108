import type { Metadata } from 'next'
import { Suspense } from 'react'
import { AgentScreen } from '@/components/inspector/agent-screen'
import { RunProvider } from '@/lib/client/run/run-context'

export const metadata: Metadata = { title: 'Agent' }

export default async function AgentPage({ params }: { params: Promise<{ id: string; agentId: string }> }) {
  const { id, agentId } = await params
  return (
    <Suspense>
      <RunProvider key={id} id={id}>
        <AgentScreen agentId={decodeURIComponent(agentId)} />
      </RunProvider>
    </Suspense>
  )
}
