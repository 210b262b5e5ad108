'use client'

import { Pencil, Play, SlidersHorizontal } from 'lucide-react'
import { useState } from 'react'
import { AutomationList } from '@/components/automations/automation-list'
import { AutomationRow } from '@/components/automations/automation-row'
import { PastLaunches } from '@/components/automations/past-launches'
import { Button, ButtonLink } from '@/components/ui/actions/button'
import { Dialog } from '@/components/ui/actions/dialog'
import type { ScheduleShown } from '@/lib/api/automations/schedules'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { pages } from '@/lib/client/http/pages'
import {
  useChangeSchedule,
  useDeleteSchedule,
  useRunSchedule,
  useSchedules,
} from '@/lib/client/queries/schedule-queries'
import { cadenceWords, timeIn } from '@/lib/view/workflows/cadence'
import { outcomeWords, runNowWords, scheduledWhat } from '@/lib/view/workflows/schedule-words'
import { NextTimes } from './cadence-fields'
import { ScheduleForm } from './schedule-form'

/** Launches that are made again and again, with what became of them. */
export function SchedulesScreen() {
  const { data, error } = useSchedules()
  return (
    <AutomationList
      title="Schedules"
      all={data?.schedules}
      error={error}
      make={
        <ButtonLink href={pages.launch} variant="primary">
          New on the launch page
        </ButtonLink>
      }
      none={{
        title: 'Nothing is scheduled',
        how: (
          <>
            Fill in the launch form and press <em>Schedule…</em> under the plan: it is launched every night,
            every week or whenever you say, with a ceiling for the month.
          </>
        ),
      }}
      row={(schedule) => <ScheduleRow key={schedule.id} schedule={schedule} />}
    />
  )
}

function ScheduleRow({ schedule }: { schedule: ScheduleShown }) {
  const { id, cron, timeZone, isOn, nextTimes, times } = schedule
  const change = useChangeSchedule(id)
  const remove = useDeleteSchedule(id)
  return (
    <AutomationRow
      automation={schedule}
      what={`${cadenceWords(cron)} · ${scheduledWhat(schedule)}`}
      change={change}
      remove={remove}
      mayChange
      about={
        isOn && (
          <div className="text-xs text-ink-2">
            <NextTimes times={nextTimes} timeZone={timeZone} />
          </div>
        )
      }
      past={
        <PastLaunches
          label="Last times"
          past={times.map(({ dueAt, ...time }) => ({
            ...time,
            key: dueAt,
            at: dueAt,
            time: timeIn(dueAt, timeZone),
            words: outcomeWords(time),
          }))}
        />
      }
      actions={
        <>
          <RunNow schedule={schedule} />
          <Edit schedule={schedule} />
          {schedule.launch !== null && (
            <ButtonLink size="sm" href={pages.launchOfSchedule(id)}>
              <SlidersHorizontal aria-hidden="true" className="size-3.5" />
              Edit what it launches
            </ButtonLink>
          )}
        </>
      }
    />
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
  /** The version that was opened; null once it was refused: whoever saves again has been told. */
  const [basedOn, setBasedOn] = useState<string | null>(null)
  const change = useChangeSchedule(schedule.id)
  const problem = change.error === null ? null : problemOf(change.error)
  const { name, cron, timeZone, whenBusy, monthlyNanoUsd, mostFailures } = schedule
  return (
    <>
      <Button
        size="sm"
        onClick={() => {
          change.reset()
          setBasedOn(schedule.version)
          setOpen(true)
        }}
      >
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
          problem={problem?.status === 409 ? { ...problem, detail: changedMeanwhile } : problem}
          isSending={change.isPending}
          onSend={(settings) =>
            change.mutate(
              { ...settings, basedOn: basedOn ?? schedule.version },
              {
                onSuccess: () => setOpen(false),
                onError: (error) => problemOf(error).status === 409 && setBasedOn(null),
              },
            )
          }
        />
      </Dialog>
    </>
  )
}

const changedMeanwhile =
  'It was changed since you opened this, so nothing was saved. What you typed is still here: close this to see what is new, or save once more in place of it.'
