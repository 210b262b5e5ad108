'use client'

import { useSyncExternalStore } from 'react'
import { UnderHeading } from '@/components/ui/heading'
import { Markdown } from '@/components/ui/markdown/markdown'
import { ErrorNote } from '@/components/ui/messages'
import { Loading } from '@/components/ui/states/loading'
import { problemOf } from '@/lib/client/http/api'
import { useSharedRun } from '@/lib/client/queries/people-queries'

const onHash = (tell: () => void) => {
  window.addEventListener('hashchange', tell)
  return () => window.removeEventListener('hashchange', tell)
}

/** A run as whoever has its link reads it. The token stands after the #, which no server is sent. */
export function SharedScreen() {
  const token = useSyncExternalStore<string | null>(
    onHash,
    () => window.location.hash.slice(1) || 'none',
    () => null,
  )
  return token === null ? <Loading label="Loading…" /> : <SharedRun token={token} />
}

function SharedRun({ token }: { token: string }) {
  const { data, error } = useSharedRun(token)
  if (error !== null)
    return (
      <div className="mx-auto w-full max-w-md px-4 py-10">
        <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />
      </div>
    )
  if (data === undefined) return <Loading label="Loading…" />
  return (
    <article aria-label={data.title} className="mx-auto w-full max-w-4xl px-4 py-6 sm:px-6">
      {/* Its first heading is that of the page. */}
      <UnderHeading level={0}>
        <Markdown text={data.markdown} />
      </UnderHeading>
      <p className="mt-6 text-xs text-ink-3">Shared until {data.expiresAt.slice(0, 10)}.</p>
    </article>
  )
}
