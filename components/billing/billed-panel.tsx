'use client'

import { type ReactNode, useState } from 'react'
import { Button, ButtonLink } from '@/components/ui/actions/button'
import { CsvButton } from '@/components/ui/actions/csv-button'
import { Ago } from '@/components/ui/elapsed'
import { ErrorNote } from '@/components/ui/messages'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import type { Billed, BilledAsked } from '@/lib/api/billing/billed'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { useBilled } from '@/lib/client/queries/billing/billing-queries'
import { useAccess } from '@/lib/client/queries/first/access'
import { reaches } from '@/lib/core/base/role'
import { billedCsv } from '@/lib/view/costs/billed-words'
import { BilledDays, BilledModels, BilledProjects } from './billed-tables'
import { Difference } from './difference'

/** What was computed here beside what the organisation was billed; for those who may see what all projects cost. */
export function BilledPanel({ period: { from, to } }: { period: BilledAsked }) {
  const { data } = useAccess()
  if (!reaches(data?.you?.role ?? 'viewer', 'admin')) return null
  return <Beside asked={{ from, to }} />
}

function Beside({ asked }: { asked: BilledAsked }) {
  const { data, error, isReading, refresh } = useBilled(asked)
  if (error !== null && data === undefined) {
    const { title, detail, status } = problemOf(error)
    return (
      <Frame>
        {status === 403 ? (
          <p className="text-sm text-ink-2">
            It tells of every project: only an owner of this installation may see it.
          </p>
        ) : (
          <ErrorNote title={title} detail={detail} />
        )}
      </Frame>
    )
  }
  if (data === undefined)
    return (
      <Frame>
        <Loading label="Loading…" />
      </Frame>
    )
  if (!data.isSet)
    return (
      <Frame>
        <NoKey />
      </Frame>
    )
  return (
    <Frame
      actions={
        <>
          {data.readAt !== null && (
            <span className="text-xs text-ink-3">
              Read <Ago at={data.readAt} />
            </span>
          )}
          <Button size="sm" disabled={isReading} onClick={refresh}>
            {isReading ? 'Reading…' : 'Read again'}
          </Button>
          <CsvButton label="Computed beside billed as CSV" name="billed.csv" text={() => billedCsv(data)} />
        </>
      }
    >
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {data.problem !== null && <ErrorNote title="What was billed could not be read" detail={data.problem} />}
      {data.totals.days === 0 ? (
        <p role="status" className="py-3 text-sm text-ink-2">
          {isReading ? 'Asking what was billed…' : 'Nothing of this period was read yet.'}
        </p>
      ) : (
        <Read data={data} />
      )}
    </Frame>
  )
}

function Frame({ actions, children }: { actions?: ReactNode; children: ReactNode }) {
  return (
    <section aria-labelledby="billed-title" className="panel flex min-w-0 flex-col gap-3 p-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="billed-title" className="text-sm font-semibold">
          Computed beside billed
        </h2>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </section>
  )
}

function NoKey() {
  return (
    <EmptyState
      title="No Admin key is set"
      action={<ButtonLink href={pages.settings}>Open settings</ButtonLink>}
    >
      What runs cost is computed here, turn by turn. To see it beside what Anthropic billed, an admin of your
      organisation makes an Admin key (sk-ant-admin…) in the Claude Console, and whoever may see all projects
      sets it under Settings. Accounts without an organisation have none.
    </EmptyState>
  )
}

function Read({ data }: { data: Billed }) {
  const [chosen, setChosen] = useState<string | null>(null)
  const day = data.days.find((one) => one.day === chosen && one.billedNanoUsd !== null)
  const unread = data.days.length - data.totals.days
  return (
    <>
      <p className="text-xs text-ink-3">
        Of all projects, by UTC day. Simulated and imported runs are on neither side.
        {!data.isMapped &&
          ' No key or workspace is said to be of a project, so what was not counted here is taken to be of other programs.'}
        {unread > 0 && ` ${unread} of ${data.days.length} days were not read; they are in no sum.`}
      </p>
      <div className="grid gap-4 lg:grid-cols-2">
        <Difference
          of={day === undefined ? 'All days' : day.day}
          computedNanoUsd={day?.computedNanoUsd ?? data.totals.computedNanoUsd}
          billedNanoUsd={day?.billedNanoUsd ?? data.totals.billedNanoUsd}
          parts={day?.parts ?? data.totals.parts}
          beside={day === undefined ? data.days : [day]}
          onAll={day === undefined ? null : () => setChosen(null)}
        />
        <BilledDays days={data.days} chosen={day?.day ?? null} onChoose={setChosen} />
      </div>
      <BilledModels models={data.models} />
      {data.projects.length > 0 && <BilledProjects projects={data.projects} />}
    </>
  )
}
