'use client'

import { useId, useState } from 'react'
import { TextField } from '@/components/account/text-field'
import { Button } from '@/components/ui/actions/button'
import { Field, Input, Select } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import type { Problem } from '@/lib/api/problem'
import { parseUsd } from '@/lib/view/format/money'
import { type Cadence, CadenceFields } from './cadence-fields'

/** What the form gives, as the API takes it. */
export type ScheduleSettings = Cadence & {
  name: string
  whenBusy: 'skip' | 'wait'
  monthlyUsd: number | null
  mostFailures: number
}

type Props = {
  initial: ScheduleSettings
  verb: string
  problem: Problem | null
  isSending: boolean
  onSend: (settings: ScheduleSettings) => void
}

/** Name, cadence and ceilings of a schedule. */
export function ScheduleForm({ initial, verb, problem, isSending, onSend }: Props) {
  const id = useId()
  const [settings, setSettings] = useState(initial)
  const [monthly, setMonthly] = useState(initial.monthlyUsd === null ? '' : String(initial.monthlyUsd))
  const [failures, setFailures] = useState(String(initial.mostFailures))
  const monthlyUsd = monthly.trim() === '' ? null : parseUsd(monthly)
  const mostFailures = /^\d{1,3}$/.test(failures.trim()) ? Number(failures) : 0
  const isGood =
    settings.name.trim() !== '' && settings.cron.trim() !== '' && monthlyUsd !== undefined && mostFailures > 0
  return (
    <form
      aria-label="Schedule"
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (isGood) onSend({ ...settings, name: settings.name.trim(), monthlyUsd, mostFailures })
      }}
    >
      <TextField
        label="Name"
        autoComplete="off"
        value={settings.name}
        onChange={(name) => setSettings({ ...settings, name })}
      />
      <CadenceFields
        cadence={settings}
        onChange={({ cron, timeZone }) => setSettings({ ...settings, cron, timeZone })}
      />
      <div className="grid gap-3 sm:grid-cols-3">
        <Field
          id={`${id}-monthly`}
          label="At most a month, $"
          hint="All its runs together. Each has its own cap too, and ends there."
          error={monthlyUsd === undefined ? 'Enter an amount, or leave it empty.' : undefined}
        >
          {(wired) => (
            <Input
              {...wired}
              inputMode="decimal"
              placeholder="no ceiling"
              value={monthly}
              onChange={(event) => setMonthly(event.target.value)}
            />
          )}
        </Field>
        <Field id={`${id}-busy`} label="If the last run still goes on">
          {(wired) => (
            <Select
              {...wired}
              value={settings.whenBusy}
              onChange={(event) =>
                setSettings({ ...settings, whenBusy: event.target.value === 'wait' ? 'wait' : 'skip' })
              }
            >
              <option value="skip">Skip this time</option>
              <option value="wait">Run after it</option>
            </Select>
          )}
        </Field>
        <Field
          id={`${id}-failures`}
          label="Off after failed runs in a row"
          error={mostFailures > 0 ? undefined : 'Enter 1 to 100.'}
        >
          {(wired) => (
            <Input
              {...wired}
              inputMode="numeric"
              value={failures}
              onChange={(event) => setFailures(event.target.value)}
            />
          )}
        </Field>
      </div>
      {problem !== null && <ErrorNote title={problem.title} detail={problem.detail} />}
      <div className="flex justify-end">
        <Button type="submit" variant="primary" disabled={!isGood || isSending}>
          {verb}
        </Button>
      </div>
    </form>
  )
}
