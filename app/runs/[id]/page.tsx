import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { Suspense } from 'react'
import { RunScreen } from '@/components/run/run-screen'
import { earlyScript } from '@/lib/client/early'
import { api } from '@/lib/client/paths'
import { RunProvider } from '@/lib/client/run-context'
import { hasEnded } from '@/lib/core/run'
import { openingOf } from '@/lib/server/runs/opening'

export const metadata: Metadata = { title: 'Run' }

export default async function RunPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const opening = await openingOf(id, await headers())
  const wanted = opening === null ? [] : [api.run(id), ...(hasEnded(opening.run.status) ? [api.result(id)] : [])]
  return (
    <Suspense>
      {wanted.length > 0 && <script dangerouslySetInnerHTML={{ __html: earlyScript(wanted) }} />}
      <RunProvider key={id} id={id} opening={opening}>
        <RunScreen />
      </RunProvider>
    </Suspense>
  )
}
