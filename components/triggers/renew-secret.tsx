'use client'

import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Dialog } from '@/components/ui/actions/dialog'
import { ErrorNote } from '@/components/ui/messages'
import type { TriggerShown } from '@/lib/api/automations/triggers'
import { problemOf } from '@/lib/client/http/api'
import { useRenewSecret } from '@/lib/client/queries/trigger-queries'
import { TriggerHandover } from './trigger-address'

/** How long the secret before a new one counts, unless it ends at once. */
const FORMER_HOURS = 24

/** Makes a new secret, and says whether the one before counts for another day. */
export function RenewSecret({ trigger: { id, name } }: { trigger: TriggerShown }) {
  const [isOpen, setOpen] = useState(false)
  const [isKept, setKept] = useState(true)
  const renew = useRenewSecret(id)
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        <KeyRound aria-hidden="true" className="size-3.5" />
        New secret…
      </Button>
      <Dialog
        title={`A new secret for ${name}`}
        isOpen={isOpen}
        onOpenChange={(isOpened) => {
          setOpen(isOpened)
          if (!isOpened) renew.reset()
        }}
      >
        {renew.data === undefined ? (
          <div className="flex flex-col gap-4 text-sm">
            <label className="flex items-center gap-2">
              <input type="checkbox" checked={isKept} onChange={(event) => setKept(event.target.checked)} />
              The secret before counts for another day
            </label>
            <p className="text-xs text-ink-2">
              {isKept
                ? 'Time to give the new one to the sender. Leave this out where the old one has leaked.'
                : 'What the sender delivers is refused until it has the new one.'}
            </p>
            {renew.error !== null && (
              <ErrorNote title={problemOf(renew.error).title} detail={problemOf(renew.error).detail} />
            )}
            <div className="flex justify-end">
              <Button
                variant="primary"
                disabled={renew.isPending}
                onClick={() => renew.mutate(isKept ? FORMER_HOURS : 0)}
              >
                Make a new secret
              </Button>
            </div>
          </div>
        ) : (
          <TriggerHandover {...renew.data} />
        )}
      </Dialog>
    </>
  )
}
