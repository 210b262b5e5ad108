'use client'

import { Webhook } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Dialog } from '@/components/ui/actions/dialog'
import type { LaunchInput } from '@/lib/api/runs'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { useAccess } from '@/lib/client/queries/first/access'
import { useAddTrigger } from '@/lib/client/queries/trigger-queries'
import { reaches } from '@/lib/core/base/role'
import { unattended } from '@/lib/view/workflows/unattended'
import { TriggerHandover } from './trigger-address'
import { TriggerForm } from './trigger-form'

type Props = { body: LaunchInput; name: string; isDisabled: boolean }

/** Keeps what the launch form says, to be launched whenever a signed webhook comes. For admins alone. */
export function TriggerButton({ body, name, isDisabled }: Props) {
  const [isOpen, setOpen] = useState(false)
  const router = useRouter()
  const add = useAddTrigger()
  const access = useAccess().data
  if (!reaches(access?.project?.role ?? access?.you?.role ?? 'viewer', 'admin')) return null
  const close = () => {
    setOpen(false)
    if (add.data === undefined) return
    add.reset()
    router.push(pages.triggers)
  }
  return (
    <>
      <Button variant="quiet" size="sm" disabled={isDisabled} onClick={() => setOpen(true)}>
        <Webhook aria-hidden="true" className="size-3.5" />
        Trigger…
      </Button>
      <Dialog
        title={add.data === undefined ? 'Launch this whenever a webhook comes' : 'The trigger is made'}
        size="middle"
        isOpen={isOpen}
        onOpenChange={(isOpened) => (isOpened ? setOpen(true) : close())}
      >
        {add.data === undefined ? (
          <TriggerForm
            initial={{
              name,
              signedAs: 'standard',
              mapping: [],
              github: null,
              whenBusy: 'skip',
              monthlyUsd: null,
              mostFailures: 3,
            }}
            goal={body.goal ?? null}
            verb="Make the trigger"
            problem={add.error === null ? null : problemOf(add.error)}
            isSending={add.isPending}
            onSend={(settings) => add.mutate({ ...settings, launch: unattended(body) })}
          />
        ) : (
          <div className="flex flex-col gap-4">
            <TriggerHandover {...add.data} />
            <div className="flex justify-end">
              <Button variant="primary" onClick={close}>
                I have kept the secret
              </Button>
            </div>
          </div>
        )}
      </Dialog>
    </>
  )
}
