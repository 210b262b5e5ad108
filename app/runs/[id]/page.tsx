import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { cache, Suspense } from 'react'
import { RunScreen } from '@/components/run/run-screen'
import { addressOf } from '@/lib/api/endpoints/endpoint'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { prefetchScript } from '@/lib/client/http/prefetch'
import { RunProvider } from '@/lib/client/run/run-context'
import { fromSnapshot } from '@/lib/core/run/state'
import { hasEnded } from '@/lib/core/spec/run-status'
import { NONCE_HEADER } from '@/lib/server/http/guarded-page'
import { initialSnapshotOf } from '@/lib/server/http/initial-snapshot'
import { pageTitle } from '@/lib/view/run/page-title'

type Props = { params: Promise<{ id: string }> }

/** Asked for the title and for the page: read once a request. */
const openedRun = cache(async (id: string) => initialSnapshotOf(id, await headers()))

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const opening = await openedRun((await params).id)
  return { title: opening === null ? 'Run' : { absolute: pageTitle(fromSnapshot(opening)) } }
}

export default async function RunPage({ params }: Props) {
  const { id } = await params
  const opening = await openedRun(id)
  const nonce = (await headers()).get(NONCE_HEADER) ?? ''
  const isEnded = opening !== null && hasEnded(opening.run.status)
  const asked = opening === null ? [] : [runApi.getRun, ...(isEnded ? [runApi.getRunResult] : [])]
  const wanted = asked.map((endpoint) => addressOf(endpoint, { params: { id } }))
  return (
    <Suspense>
      {wanted.length > 0 && (
        // Browsers keep the word to themselves once they have read it, so it differs from what was sent.
        <script
          nonce={nonce}
          suppressHydrationWarning
          dangerouslySetInnerHTML={{ __html: prefetchScript(wanted) }}
        />
      )}
      <RunProvider key={id} id={id} opening={opening}>
        <RunScreen />
      </RunProvider>
    </Suspense>
  )
}
