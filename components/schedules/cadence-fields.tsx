'use client'

import { useId } from 'react'
import { Field, Input, Select } from '@/components/ui/form/field'
import { useDebounced } from '@/lib/client/hooks/use-debounced'
import { problemOf } from '@/lib/client/http/api'
import { useCadenceTimes } from '@/lib/client/queries/schedule-queries'
import { cadencePresets, timeIn } from '@/lib/view/workflows/cadence'

export type Cadence = { cron: string; timeZone: string }

type Props = { cadence: Cadence; onChange: (cadence: Cadence) => void }

/** When a schedule runs, with the next five times as soon as they are known. */
export function CadenceFields({ cadence, onChange }: Props) {
  const id = useId()
  const asked = { cron: useDebounced(cadence.cron, 250), timeZone: useDebounced(cadence.timeZone, 250) }
  const { data, error } = useCadenceTimes(asked.cron, asked.timeZone)
  const isPreset = cadencePresets.some(({ cron }) => cron === cadence.cron)
  const problem = error === null ? null : problemOf(error)
  const errorOf = (path: string) => problem?.errors?.find((one) => one.path === path)?.message
  const isUnplaced = problem !== null && errorOf('cron') === undefined && errorOf('timeZone') === undefined
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field id={`${id}-preset`} label="When">
          {(wired) => (
            <Select
              {...wired}
              value={isPreset ? cadence.cron : ''}
              onChange={(event) => onChange({ ...cadence, cron: event.target.value })}
            >
              {cadencePresets.map(({ label, cron }) => (
                <option key={cron} value={cron}>
                  {label}
                </option>
              ))}
              <option value="">Other, as cron</option>
            </Select>
          )}
        </Field>
        <Field id={`${id}-zone`} label="Time zone" error={errorOf('timeZone')}>
          {(wired) => (
            <Input
              {...wired}
              autoComplete="off"
              spellCheck={false}
              list={`${id}-zones`}
              value={cadence.timeZone}
              onChange={(event) => onChange({ ...cadence, timeZone: event.target.value })}
            />
          )}
        </Field>
        <datalist id={`${id}-zones`}>
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
      </div>
      {!isPreset && (
        <Field
          id={`${id}-cron`}
          label="Cron"
          hint="Minute, hour, day of the month, month, day of the week: 30 2 * * 1-5"
          error={errorOf('cron') ?? (isUnplaced ? problem.detail : undefined)}
        >
          {(wired) => (
            <Input
              {...wired}
              autoComplete="off"
              spellCheck={false}
              placeholder="30 2 * * 1-5"
              value={cadence.cron}
              onChange={(event) => onChange({ ...cadence, cron: event.target.value })}
            />
          )}
        </Field>
      )}
      <div role="status" className="min-h-10 text-xs text-ink-2">
        {error === null && data !== undefined && (
          <NextTimes times={data.nextTimes} timeZone={asked.timeZone} />
        )}
      </div>
    </div>
  )
}

/** The times that come next, as the clocks of the zone show them. */
export function NextTimes({ times, timeZone }: { times: readonly string[]; timeZone: string }) {
  return (
    <div className="flex flex-wrap gap-x-3 gap-y-0.5">
      <span>Next</span>
      {times.map((time) => (
        <time key={time} dateTime={time} title={time} className="num whitespace-nowrap">
          {timeIn(time, timeZone)}
        </time>
      ))}
      <span className="text-ink-3 [overflow-wrap:anywhere]">({timeZone})</span>
    </div>
  )
}
