'use client'

import { useId, useState } from 'react'
import { Field, Input, Select } from '@/components/ui/form/field'
import { parseUsd } from '@/lib/view/format/money'

/** What holds the runs of a schedule or a trigger back, as the API takes it. */
export type Ceilings = { whenBusy: 'skip' | 'wait'; monthlyUsd: number | null; mostFailures: number }

/** What is written in the fields, and what it says; null while it says nothing that could be sent. */
export type CeilingState = {
  written: Written
  write: (part: Partial<Written>) => void
  ceilings: Ceilings | null
}
type Written = { whenBusy: 'skip' | 'wait'; monthly: string; failures: string }

export function useCeilings(initial: Ceilings): CeilingState {
  const [written, setWritten] = useState<Written>({
    whenBusy: initial.whenBusy,
    monthly: initial.monthlyUsd === null ? '' : String(initial.monthlyUsd),
    failures: String(initial.mostFailures),
  })
  const monthlyUsd = usdOf(written.monthly)
  const mostFailures = failuresOf(written.failures)
  const isGood = monthlyUsd !== undefined && mostFailures > 0
  return {
    written,
    write: (part) => setWritten({ ...written, ...part }),
    ceilings: isGood ? { whenBusy: written.whenBusy, monthlyUsd, mostFailures } : null,
  }
}

function usdOf(text: string): number | null | undefined {
  return text.trim() === '' ? null : parseUsd(text)
}

function failuresOf(text: string): number {
  return /^\d{1,3}$/.test(text.trim()) ? Number(text) : 0
}

/** At most a month, what happens while a run goes on, and after how many failures it is off. */
export function CeilingFields({ state: { written, write }, skip }: { state: CeilingState; skip: string }) {
  const id = useId()
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <Field
        id={`${id}-monthly`}
        label="At most a month, $"
        hint="All its runs together. Each has its own cap too, and ends there."
        error={usdOf(written.monthly) === undefined ? 'Enter an amount, or leave it empty.' : undefined}
      >
        {(wired) => (
          <Input
            {...wired}
            inputMode="decimal"
            placeholder="no ceiling"
            value={written.monthly}
            onChange={(event) => write({ monthly: event.target.value })}
          />
        )}
      </Field>
      <Field id={`${id}-busy`} label="If the last run still goes on">
        {(wired) => (
          <Select
            {...wired}
            value={written.whenBusy}
            onChange={(event) => write({ whenBusy: event.target.value === 'wait' ? 'wait' : 'skip' })}
          >
            <option value="skip">{skip}</option>
            <option value="wait">Run after it</option>
          </Select>
        )}
      </Field>
      <Field
        id={`${id}-failures`}
        label="Off after failed runs in a row"
        error={failuresOf(written.failures) > 0 ? undefined : 'Enter 1 to 100.'}
      >
        {(wired) => (
          <Input
            {...wired}
            inputMode="numeric"
            value={written.failures}
            onChange={(event) => write({ failures: event.target.value })}
          />
        )}
      </Field>
    </div>
  )
}
