import type { Metadata } from 'next'
import { Suspense } from 'react'
import { RunScreen } from '@/components/run/run-screen'
import { RunProvider } from '@/lib/client/run-context'

export const metadata: Metadata = { title: 'Run' }

export default async function RunPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return (
    <Suspense>
      <RunProvider key={id} id={id}>
        <RunScreen />
      </RunProvider>
    </Suspense>
  )
}
