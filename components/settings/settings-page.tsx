'use client'

import type { ReactNode } from 'react'
import { Arriving, useFirstAnswers } from '@/components/ui/arriving'
import { ErrorNote } from '@/components/ui/messages'
import { PageTabs } from '@/components/ui/page-tabs'
import { Loading } from '@/components/ui/states/loading'
import type { Access } from '@/lib/api/first/access'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { useAccess } from '@/lib/client/queries/first/access'

const ofATeam = [
  { href: pages.account, label: 'Your account' },
  { href: pages.members, label: 'Members' },
  { href: pages.projects, label: 'Projects' },
]

/** What there is to set; accounts only where people have some. */
function tabsFor(mode: Access['mode'] | undefined) {
  return [
    { href: pages.settings, label: 'General' },
    ...(mode === 'team' ? ofATeam : []),
    { href: pages.keys, label: 'API keys' },
    { href: pages.quotas, label: 'Quotas' },
    { href: pages.audit, label: 'Audit log' },
  ]
}

/** Around each page of the settings. */
export function SettingsPage({ children }: { children: ReactNode }) {
  const { data } = useAccess()
  const areThere = useFirstAnswers()
  return (
    <div className="mx-auto flex w-full max-w-[1240px] flex-col gap-5 px-4 py-5 sm:px-6">
      <h1 className="text-xl font-semibold tracking-tight">Settings</h1>
      <PageTabs label="Settings" tabs={tabsFor(data?.mode)} />
      <Arriving isThere={areThere} label="Loading…" className="flex flex-col gap-5">
        {children}
      </Arriving>
    </div>
  )
}

/** A part of a page with its title, and a line of what it is for. */
export function SettingsPanel({
  title,
  about,
  children,
}: {
  title: string
  about?: ReactNode
  children: ReactNode
}) {
  return (
    <section aria-label={title} className="panel flex flex-col gap-3 p-4">
      <div>
        <h2 className="text-sm font-semibold">{title}</h2>
        {about !== undefined && <p className="max-w-3xl text-xs text-ink-3">{about}</p>}
      </div>
      {children}
    </section>
  )
}

/** Why something is not shown yet: it is asked for, or was refused. Nothing once it is there. */
export function Waiting({ data, error }: { data: unknown; error: Error | null }) {
  if (error !== null) return <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />
  return data === undefined ? <Loading label="Loading…" /> : null
}

/** What an act failed of. */
export function Failed({ error }: { error: Error | null }) {
  return error === null ? null : <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />
}

/** A moment, to the minute. */
export function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} className="whitespace-nowrap">
      {at.slice(0, 16).replace('T', ' ')} UTC
    </time>
  )
}
