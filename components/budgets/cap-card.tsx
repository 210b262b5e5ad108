'use client'

import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Field, Input } from '@/components/ui/form/field'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { useSaveBudgets } from '@/lib/client/queries/money-queries'
import { formatCap, parseUsd } from '@/lib/view/format/money'
import { formatCount, wholeNumber } from '@/lib/view/format/numbers'

type Props = {
  title: string
  field: CapField
  /** Nanodollars, tokens or agents, as the field is. */
  cap: number | null
  /** Whether there may be none. */
  isOptional: boolean
  children: ReactNode
}

type CapField = 'runCapUsd' | 'dayCapUsd' | 'monthCapUsd' | 'dayCapTokens' | 'dayCapAgents'

const inDollars = { label: 'Cap in dollars', asked: 'Dollars above 0', isUsd: true }

const capFields: Readonly<Record<CapField, { label: string; asked: string; isUsd: boolean }>> = {
  runCapUsd: inDollars,
  dayCapUsd: inDollars,
  monthCapUsd: inDollars,
  dayCapTokens: { label: 'Cap in tokens', asked: 'A whole number of tokens, 1 or more', isUsd: false },
  dayCapAgents: { label: 'Cap in agents', asked: 'A whole number of agents, 1 or more', isUsd: false },
}

/** A cap, its current use, and the controls to set it. */
export function CapCard({ title, field, cap, isOptional, children }: Props) {
  const [text, setText] = useState<string | null>(null)
  const save = useSaveBudgets()
  const { label, asked, isUsd } = capFields[field]
  const shown = text ?? (cap === null ? '' : String(isUsd ? cap / 1e9 : cap))
  const isEmpty = shown.trim() === ''
  const value = isUsd ? parseUsd(shown) : wholeNumber(shown)
  const isFine = isEmpty ? isOptional : value !== undefined && value > 0
  const expected = isOptional ? `${asked}, or empty for no cap.` : `${asked}.`
  const wrong = isFine ? undefined : expected
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
          const told = isEmpty ? null : (value ?? null)
          save.mutate(
            { [field]: told },
            {
              onSuccess: () => {
                setText(null)
                notify(`${title}: ${told === null ? 'no cap' : words(told, isUsd)}.`)
              },
            },
          )
        }}
      >
        <Field id={field} label={label} error={error} className="flex-1">
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

function words(value: number, isUsd: boolean): string {
  return isUsd ? formatCap(Math.round(value * 1e9)) : formatCount(value)
}
