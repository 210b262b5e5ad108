'use client'

import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Input } from '@/components/ui/field'
import { problemOf } from '@/lib/client/api'
import { useSaveBudgets } from '@/lib/client/money-queries'
import { notify } from '@/lib/client/notices'
import { formatCap, parseUsd } from '@/lib/view/money'

type Props = {
  title: string
  field: 'runCapUsd' | 'dayCapUsd' | 'monthCapUsd'
  capNanoUsd: number | null
  /** Whether there may be none. */
  isOptional: boolean
  children: ReactNode
}

/** A cap, where it stands, and how to set it. */
export function CapCard({ title, field, capNanoUsd, isOptional, children }: Props) {
  const [text, setText] = useState<string | null>(null)
  const save = useSaveBudgets()
  const shown = text ?? (capNanoUsd === null ? '' : String(capNanoUsd / 1e9))
  const isEmpty = shown.trim() === ''
  const usd = parseUsd(shown)
  const isFine = isEmpty ? isOptional : usd !== undefined && usd > 0
  const wrong = isFine ? undefined : isOptional ? 'Dollars above 0, or nothing for no cap.' : 'Dollars above 0.'
  const error =
    save.error !== null ? (problemOf(save.error).errors?.[0]?.message ?? problemOf(save.error).detail) : wrong
  return (
    <section aria-label={title} className="panel flex min-w-0 flex-col gap-3 p-4">
      <h2 className="text-sm font-semibold">{title}</h2>
      <div className="flex flex-1 flex-col gap-2">{children}</div>
      <form
        className="flex items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isFine) return
          const value = isEmpty ? null : (usd ?? null)
          save.mutate(
            { [field]: value },
            {
              onSuccess: () => {
                setText(null)
                notify(`${title}: ${value === null ? 'no cap' : formatCap(Math.round(value * 1e9))}.`)
              },
            },
          )
        }}
      >
        <Field id={field} label="Cap in dollars" error={error} className="flex-1">
          {(wired) => (
            <Input
              {...wired}
              inputMode="decimal"
              autoComplete="off"
              placeholder={isOptional ? 'no cap' : ''}
              value={shown}
              onChange={(event) => {
                save.reset()
                setText(event.target.value)
              }}
            />
          )}
        </Field>
        <Button type="submit" disabled={!isFine || save.isPending || text === null} className="mt-[22px]">
          Set
        </Button>
      </form>
    </section>
  )
}
