'use client'

import { useState } from 'react'
import { TextField } from '@/components/account/text-field'
import { CeilingFields, type Ceilings, useCeilings } from '@/components/automations/ceiling-fields'
import { Button } from '@/components/ui/actions/button'
import { ErrorNote } from '@/components/ui/messages'
import type { Problem } from '@/lib/api/problem'
import { type Cadence, CadenceFields } from './cadence-fields'

/** What the form gives, as the API takes it. */
export type ScheduleSettings = Cadence & Ceilings & { name: string }

type Props = {
  initial: ScheduleSettings
  verb: string
  problem: Problem | null
  isSending: boolean
  onSend: (settings: ScheduleSettings) => void
}

/** Name, cadence and ceilings of a schedule. */
export function ScheduleForm({ initial, verb, problem, isSending, onSend }: Props) {
  const [name, setName] = useState(initial.name)
  const [cadence, setCadence] = useState<Cadence>({ cron: initial.cron, timeZone: initial.timeZone })
  const state = useCeilings(initial)
  const { ceilings } = state
  const isGood = name.trim() !== '' && cadence.cron.trim() !== '' && ceilings !== null
  return (
    <form
      aria-label="Schedule"
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (isGood) onSend({ ...cadence, ...ceilings, name: name.trim() })
      }}
    >
      <TextField label="Name" autoComplete="off" value={name} onChange={setName} />
      <CadenceFields cadence={cadence} onChange={setCadence} />
      <CeilingFields state={state} skip="Skip this time" />
      {problem !== null && <ErrorNote title={problem.title} detail={problem.detail} />}
      <div className="flex justify-end">
        <Button type="submit" variant="primary" disabled={!isGood || isSending}>
          {verb}
        </Button>
      </div>
    </form>
  )
}
