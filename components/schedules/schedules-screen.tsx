'use client'

import { Pencil, Play, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Button, ButtonLink } from '@/components/ui/actions/button'
import { Confirm, Dialog } from '@/components/ui/actions/dialog'
import { Ago } from '@/components/ui/elapsed'
import { EmptyState, ErrorNote, Loading } from '@/components/ui/messages'
import { PageLink } from '@/components/ui/page-link'
import { PageTabs } from '@/components/ui/page-tabs'
import { RunBadge } from '@/components/ui/run-badge'
import { workflowTabs } from '@/components/workflows/workflow-tabs'
import type { ScheduledTimeShown, ScheduleShown } from '@/lib/api/schedules'
import { MoneyProvider, useMoney } from '@/lib/client/hooks/money-context'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { pages } from '@/lib/client/http/pages'
import {
  useChangeSchedule,
  useDeleteSchedule,
  useRunSchedule,
  useSchedules,
} from '@/lib/client/queries/schedule-queries'
import { useSettings } from '@/lib/client/queries/server-queries'
import { formatCap, formatUsd } from '@/lib/view/format/money'
import { cadenceWords, timeIn } from '@/lib/view/workflows/cadence'
import { outcomeWords, runNowWords, scheduledWhat } from '@/lib/view/workflows/schedule-words'
import { NextTimes } from './cadence-fields'
import { ScheduleForm } from './schedule-form'

/** Launches that are made again and again, with what became of them. */
export function SchedulesScreen() {
  const { data, error } = useSchedules()
  const provider = useSettings().data?.provider
  const launch = (
    <ButtonLink href={pages.launch} variant="primary">
      New on the launch page
    </ButtonLink>
  )
  return (
    <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-4 px-4 py-5 sm:px-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl font-semibold tracking-tight">Schedules</h1>
        {data !== undefined && data.schedules.length > 0 && launch}
      </div>
      <PageTabs label="Workflows" tabs={workflowTabs} />
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {data === undefined && error === null && <Loading label="Loading schedules…" />}
      {data?.schedules.length === 0 && (
        <EmptyState title="Nothing is scheduled" action={launch}>
          Fill in the launch form and press <em>Schedule…</em> under the plan: it is launched every night,
          every week or whenever you say, with a ceiling for the month.
        </EmptyState>
      )}
      {data !== undefined && data.schedules.length > 0 && (
        <MoneyProvider simulated={provider === 'simulator'}>
          <ul aria-label="Schedules" className="flex flex-col gap-3">
            {data.schedules.map((schedule) => (
              <ScheduleRow key={schedule.id} schedule={schedule} />
            ))}
          </ul>
        </MoneyProvider>
      )}
    </div>
  )
}

function ScheduleRow({ schedule }: { schedule: ScheduleShown }) {
  const money = useMoney()
  const { id, name, cron, timeZone, isOn, offDetail, nextTimes, owner, monthlyNanoUsd, monthSpentNanoUsd } =
    schedule
  const change = useChangeSchedule(id)
  const ceiling = monthlyNanoUsd === null ? '' : ` of ${formatCap(monthlyNanoUsd)}`
  return (
    <li className="panel flex flex-col gap-2 p-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 dir="auto" className="min-w-0 text-sm font-semibold [overflow-wrap:anywhere]">
          {name}
        </h2>
        <span className="text-sm text-ink-2">
          {cadenceWords(cron)} · {scheduledWhat(schedule)}
        </span>
        <span className="num ml-auto text-xs text-ink-2">
          {money(`${formatUsd(monthSpentNanoUsd)}${ceiling} this month`)}
        </span>
      </div>
      {isOn ? (
        <div className="text-xs text-ink-2">
          <NextTimes times={nextTimes} timeZone={timeZone} />
        </div>
      ) : (
        <p className="text-xs text-waiting">Off. {offDetail}</p>
      )}
      <PastTimes schedule={schedule} />
      <div className="flex flex-wrap items-center gap-2">
        <Button
          size="sm"
          aria-pressed={isOn}
          disabled={change.isPending}
          onClick={() =>
            change.mutate({ isOn: !isOn }, { onSuccess: () => notify(`${name} is ${isOn ? 'off' : 'on'}`) })
          }
        >
          {isOn ? 'Turn off' : 'Turn on'}
        </Button>
        <RunNow schedule={schedule} />
        <Edit schedule={schedule} />
        <Delete schedule={schedule} />
        <span className="ml-auto text-xs text-ink-3">runs as {owner.name}</span>
      </div>
      {change.error !== null && (
        <ErrorNote title={problemOf(change.error).title} detail={problemOf(change.error).detail} />
      )}
    </li>
  )
}

/** Times that are shown before somebody asks for more. */
const SHOWN = 3

function PastTimes({ schedule: { times, timeZone } }: { schedule: ScheduleShown }) {
  const [isWhole, setWhole] = useState(false)
  if (times.length === 0) return null
  const shown = isWhole ? times : times.slice(0, SHOWN)
  return (
    <div className="text-xs">
      <ul aria-label="Last times" className="flex flex-col divide-y">
        {shown.map((time) => (
          <PastTime key={time.dueAt} time={time} timeZone={timeZone} />
        ))}
      </ul>
      {times.length > SHOWN && (
        <Button variant="quiet" size="sm" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show fewer' : `Show all ${times.length}`}
        </Button>
      )}
    </div>
  )
}

function PastTime({ time, timeZone }: { time: ScheduledTimeShown; timeZone: string }) {
  const money = useMoney()
  const { dueAt, runId, runStatus, spentNanoUsd, detail } = time
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
      <time dateTime={dueAt} title={dueAt} className="num w-36 text-ink-2">
        {timeIn(dueAt, timeZone)}
      </time>
      {runId !== null && runStatus !== null ? (
        <PageLink href={pages.run(runId)} className="flex items-center gap-2 text-ink hover:underline">
          <RunBadge status={runStatus} />
        </PageLink>
      ) : (
        <span className="text-ink-2">{outcomeWords(time)}</span>
      )}
      {detail !== null && <span className="min-w-0 break-words text-ink-3">{detail}</span>}
      <span className="ml-auto flex gap-3 text-ink-3">
        {spentNanoUsd !== null && runStatus !== null && (
          <span className="num">{money(formatUsd(spentNanoUsd))}</span>
        )}
        <Ago at={dueAt} />
      </span>
    </li>
  )
}

function RunNow({ schedule: { id, name } }: { schedule: ScheduleShown }) {
  const run = useRunSchedule(id)
  return (
    <Button
      size="sm"
      disabled={run.isPending}
      onClick={() =>
        run.mutate(null, {
          onSuccess: ({ times: [time] }) => time !== undefined && notify(runNowWords(name, time)),
          onError: (error) => notify(problemOf(error).detail, { isError: true }),
        })
      }
    >
      <Play aria-hidden="true" className="size-3.5" />
      Run now
    </Button>
  )
}

function Edit({ schedule }: { schedule: ScheduleShown }) {
  const [isOpen, setOpen] = useState(false)
  const change = useChangeSchedule(schedule.id)
  const { name, cron, timeZone, whenBusy, monthlyNanoUsd, mostFailures } = schedule
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        <Pencil aria-hidden="true" className="size-3.5" />
        Edit
      </Button>
      <Dialog title={`Edit ${name}`} size="middle" isOpen={isOpen} onOpenChange={setOpen}>
        <ScheduleForm
          initial={{
            name,
            cron,
            timeZone,
            whenBusy,
            mostFailures,
            monthlyUsd: monthlyNanoUsd === null ? null : monthlyNanoUsd / 1e9,
          }}
          verb="Save"
          problem={change.error === null ? null : problemOf(change.error)}
          isSending={change.isPending}
          onSend={(settings) => change.mutate(settings, { onSuccess: () => setOpen(false) })}
        />
      </Dialog>
    </>
  )
}

function Delete({ schedule: { id, name } }: { schedule: ScheduleShown }) {
  const remove = useDeleteSchedule(id)
  return (
    <Confirm
      title={`Delete ${name}?`}
      verb="Delete"
      onConfirm={() =>
        remove.mutate(null, { onError: (error) => notify(problemOf(error).detail, { isError: true }) })
      }
      trigger={
        <Button size="sm" variant="danger" disabled={remove.isPending}>
          <Trash2 aria-hidden="true" className="size-3.5" />
          Delete
        </Button>
      }
    >
      Nothing is launched by it any more. Runs it launched stay, and one that goes on goes on.
    </Confirm>
  )
}
