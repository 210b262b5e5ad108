'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Dialog } from '@/components/ui/actions/dialog'
import { Field, Input } from '@/components/ui/form/field'
import { problemOf } from '@/lib/client/http/api'
import { useChangeQuota } from '@/lib/client/queries/quota-queries'
import { useRunAct, useRunPatch } from '@/lib/client/queries/run-queries'
import { useSettingsPatch } from '@/lib/client/queries/server-queries'
import { assertNever } from '@/lib/core/base/assert-never'
import type { RunHeader } from '@/lib/core/run/state'
import { parseUsd } from '@/lib/view/format/money'
import type { RaisableLimit } from '@/lib/view/questions/raise-limit'

type Props = {
  run: RunHeader
  limit: RaisableLimit
  /** Whether this is what most people want to press here. */
  isMain?: boolean
  /** Shown as a link of one word where a sentence before it says the rest. */
  word?: string
}

/** A run that waits or paused at a limit goes on when somebody allows it more. */
export function RaiseLimit({ run, limit, isMain = false, word }: Props) {
  const [isOpen, setOpen] = useState(false)
  const [text, setText] = useState(limit.current === null ? '' : String(limit.current * 2))
  const runPatch = useRunPatch(run.id)
  const settingsPatch = useSettingsPatch()
  const quotaPatch = useChangeQuota()
  const act = useRunAct(run.id)
  const isPaused = run.status === 'paused'
  const value = parseUsd(text)
  const isHigher = value !== undefined && value > (limit.current ?? 0)
  const failed = runPatch.error ?? settingsPatch.error ?? quotaPatch.error ?? act.error
  const tooLow = isHigher ? undefined : `Enter more than ${limit.current ?? 0}.`
  const error = failed === null ? tooLow : problemOf(failed).detail
  const isPending = runPatch.isPending || settingsPatch.isPending || quotaPatch.isPending || act.isPending
  const raise = (thenResume: boolean) => {
    if (!isHigher) return
    const change = limit.raise(value)
    const done = {
      onSuccess: () =>
        thenResume ? act.mutate('resume', { onSuccess: () => setOpen(false) }) : setOpen(false),
    }
    switch (change.of) {
      case 'run':
        return runPatch.mutate(change.patch, done)
      case 'installation':
        return settingsPatch.mutate(change.patch, done)
      case 'quota':
        return quotaPatch.mutate({ quotaId: change.id, patch: change.patch }, done)
      default:
        return assertNever(change)
    }
  }
  return (
    <>
      {word === undefined ? (
        <Button size="sm" variant={isMain ? 'primary' : 'secondary'} onClick={() => setOpen(true)}>
          {limit.title}
        </Button>
      ) : (
        <button
          type="button"
          aria-label={limit.title}
          onClick={() => setOpen(true)}
          className="text-accent underline underline-offset-2"
        >
          {word}
        </button>
      )}
      <Dialog title={limit.title} isOpen={isOpen} onOpenChange={setOpen}>
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            raise(isPaused)
          }}
        >
          <Field id="limit" label={limit.label} error={error}>
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
          <div className="flex justify-end gap-2">
            <Button
              type={isPaused ? 'button' : 'submit'}
              variant={isPaused ? 'secondary' : 'primary'}
              disabled={!isHigher || isPending}
              {...(isPaused ? { onClick: () => raise(false) } : {})}
            >
              Raise cap
            </Button>
            {isPaused && (
              <Button type="submit" variant="primary" disabled={!isHigher || isPending}>
                Raise and resume
              </Button>
            )}
          </div>
        </form>
      </Dialog>
    </>
  )
}
