'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Button, ButtonLink } from '@/components/ui/actions/button'
import { ErrorNote } from '@/components/ui/messages'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import type { ScheduleShown } from '@/lib/api/automations/schedules'
import type { LaunchInput } from '@/lib/api/runs'
import type { Settings } from '@/lib/api/settings'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { pages } from '@/lib/client/http/pages'
import { useChangeSchedule, useSchedules } from '@/lib/client/queries/schedule-queries'
import { useSettings } from '@/lib/client/queries/server-queries'
import { problemErrors } from '@/lib/view/launch/field-errors'
import { formOfLaunch, launchInPlaceOf } from '@/lib/view/launch/kept/kept-launch'
import { Launcher } from './launcher'

/** What a schedule launches, in the launch form: saved, it holds from the next time on. */
export function KeptLaunch({ scheduleId }: { scheduleId: string }) {
  const { data, error } = useSchedules()
  const settings = useSettings().data
  if (data === undefined && error !== null)
    return <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />
  if (data === undefined || settings === undefined) return <Loading label="Loading the schedule…" />
  const schedule = data.schedules.find(({ id }) => id === scheduleId)
  if (schedule?.launch == null)
    return (
      <EmptyState
        level="h1"
        title="There is nothing to edit"
        action={<ButtonLink href={pages.schedules}>Schedules</ButtonLink>}
      >
        This schedule was deleted, or what it launches cannot be read any more.
      </EmptyState>
    )
  return <Kept now={{ ...schedule, launch: schedule.launch }} settings={settings} />
}

type Readable = ScheduleShown & { launch: LaunchInput }

/** `now` is the schedule as it is by now; the form goes on from the one that was opened. */
function Kept({ now, settings }: { now: Readable; settings: Settings }) {
  const [opened, setOpened] = useState(now)
  const [loads, setLoads] = useState(0)
  const change = useChangeSchedule(now.id)
  const router = useRouter()
  const isOther = now.version !== opened.version
  const problem = change.error === null ? null : problemOf(change.error)
  // What is new is said above the form, with the ways out of it.
  const errors =
    problem === null || (problem.status === 409 && isOther) ? [] : problemErrors(withoutPrefix(problem))
  const goOn = (from: Readable) => {
    change.reset()
    setOpened(from)
  }
  const save = (said: LaunchInput) =>
    change.mutate(
      { launch: launchInPlaceOf(opened.launch, said), basedOn: opened.version },
      {
        onSuccess: () => {
          notify(`${now.name} launches this from its next time on`)
          router.push(pages.schedules)
        },
      },
    )
  return (
    <>
      {isOther && !change.isSuccess && (
        <div className="mx-auto w-full max-w-[1240px] px-4 pt-5 sm:px-6">
          <ErrorNote
            title={`${now.name} was changed since you opened it`}
            detail="Nothing of yours is lost: it is still in the form, and not saved yet."
            action={
              <div className="flex flex-wrap gap-2">
                <Button size="sm" onClick={() => goOn({ ...opened, version: now.version })}>
                  Keep mine, to save over it
                </Button>
                <Button
                  size="sm"
                  onClick={() => {
                    goOn(now)
                    setLoads(loads + 1)
                  }}
                >
                  Load what it is now
                </Button>
              </div>
            }
          />
        </div>
      )}
      <Launcher
        key={loads}
        input={null}
        source={formOfLaunch(opened.launch, settings).source}
        kept={{
          name: now.name,
          form: formOfLaunch(opened.launch, settings),
          sending: { send: save, isSent: change.isPending || change.isSuccess, errors },
        }}
      />
    </>
  )
}

/** The fields of a launch within a schedule are those of the form. */
function withoutPrefix<P extends { errors?: { path: string; message: string }[] | undefined }>(
  problem: P,
): P {
  const errors = problem.errors?.map((error) => ({ ...error, path: error.path.replace(/^launch\./, '') }))
  return errors === undefined ? problem : { ...problem, errors }
}
