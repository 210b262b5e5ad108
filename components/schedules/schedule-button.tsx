'use client'

import { CalendarClock } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Dialog } from '@/components/ui/actions/dialog'
import type { LaunchInput } from '@/lib/api/runs'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { pages } from '@/lib/client/http/pages'
import { useAddSchedule } from '@/lib/client/queries/schedule-queries'
import { unattended } from '@/lib/view/workflows/unattended'
import { ScheduleForm } from './schedule-form'

type Props = { body: LaunchInput; name: string; isDisabled: boolean }

/** Keeps what the launch form says, to be launched again and again. */
export function ScheduleButton({ body, name, isDisabled }: Props) {
  const [isOpen, setOpen] = useState(false)
  const router = useRouter()
  const add = useAddSchedule()
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <>
      <Button variant="quiet" size="sm" disabled={isDisabled} onClick={() => setOpen(true)}>
        <CalendarClock aria-hidden="true" className="size-3.5" />
        Schedule…
      </Button>
      <Dialog title="Launch this again and again" size="middle" isOpen={isOpen} onOpenChange={setOpen}>
        <ScheduleForm
          initial={{
            name,
            cron: '30 2 * * *',
            timeZone,
            whenBusy: 'skip',
            monthlyUsd: null,
            mostFailures: 3,
          }}
          verb="Schedule"
          problem={add.error === null ? null : problemOf(add.error)}
          isSending={add.isPending}
          onSend={(settings) =>
            add.mutate(
              { ...settings, launch: unattended(body) },
              {
                onSuccess: () => {
                  setOpen(false)
                  notify(`${settings.name} is scheduled`)
                  router.push(pages.schedules)
                },
              },
            )
          }
        />
      </Dialog>
    </>
  )
}
