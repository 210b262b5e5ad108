'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Dialog } from '@/components/ui/actions/dialog'
import { Field, Input } from '@/components/ui/form/field'
import { problemOf } from '@/lib/client/http/api'
import { useRunPatch } from '@/lib/client/queries/run-queries'
import { useSettingsPatch } from '@/lib/client/queries/server-queries'
import type { RunHeader } from '@/lib/core/run/state'
import { parseUsd } from '@/lib/view/format/money'
import type { RaisableLimit } from '@/lib/view/questions/raise-limit'

/** A run that paused at a limit goes on when somebody allows it more. */
export function RaiseLimit({ run, limit }: { run: RunHeader; limit: RaisableLimit }) {
  const [isOpen, setOpen] = useState(false)
  const [text, setText] = useState(limit.current === null ? '' : String(limit.current * 2))
  const runPatch = useRunPatch(run.id)
  const settingsPatch = useSettingsPatch()
  const value = parseUsd(text)
  const isHigher = value !== undefined && value > (limit.current ?? 0)
  const failed = runPatch.error ?? settingsPatch.error
  const hint = 'The run stays paused until you resume it.'
  const tooLow = isHigher ? undefined : `Enter more than ${limit.current ?? 0}.`
  const error = failed === null ? tooLow : problemOf(failed).detail
  const done = { onSuccess: () => setOpen(false) }
  return (
    <>
      <Button onClick={() => setOpen(true)}>{limit.title}</Button>
      <Dialog title={limit.title} isOpen={isOpen} onOpenChange={setOpen}>
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            if (!isHigher) return
            const raise = limit.raise(value)
            if (raise.of === 'run') runPatch.mutate(raise.patch, done)
            else settingsPatch.mutate(raise.patch, done)
          }}
        >
          <Field id="limit" label={limit.label} hint={hint} error={error}>
            {(wired) => (
              <Input
                {...wired}
                autoComplete="off"
                value={text}
                inputMode="decimal"
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </Field>
          <Button
            type="submit"
            variant="primary"
            disabled={!isHigher || runPatch.isPending || settingsPatch.isPending}
            className="self-end"
          >
            Raise cap
          </Button>
        </form>
      </Dialog>
    </>
  )
}
