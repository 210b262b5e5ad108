'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/field'
import { problemOf } from '@/lib/client/api'
import { useRunPatch } from '@/lib/client/queries'
import type { RunHeader } from '@/lib/core/state'
import { formatCap, parseUsd } from '@/lib/view/money'

/** A run that paused at its dollar cap goes on when somebody allows it more. */
export function RaiseCap({ run }: { run: RunHeader }) {
  const [isOpen, setOpen] = useState(false)
  const [text, setText] = useState(String(((run.limits.nanoUsd ?? 0) / 1e9) * 2))
  const patch = useRunPatch(run.id)
  const usd = parseUsd(text)
  const isHigher = usd !== undefined && usd * 1e9 > (run.limits.nanoUsd ?? 0)
  const error = isHigher ? undefined : `Give more than ${formatCap(run.limits.nanoUsd)}.`
  return (
    <>
      <Button onClick={() => setOpen(true)}>Raise the cap</Button>
      <Dialog title="Raise the dollar cap" isOpen={isOpen} onOpenChange={setOpen}>
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (isHigher) patch.mutate({ limits: { usd } }, { onSuccess: () => setOpen(false) })
          }}
        >
          <Field
            id="cap"
            label="New cap in dollars"
            hint="The run stays paused until you resume it."
            error={patch.error === null ? error : problemOf(patch.error).detail}
          >
            {(wired) => <Input {...wired} value={text} inputMode="decimal" onChange={(e) => setText(e.target.value)} />}
          </Field>
          <Button type="submit" look="primary" disabled={!isHigher || patch.isPending} className="self-end">
            Set the cap
          </Button>
        </form>
      </Dialog>
    </>
  )
}
