'use client'

import { useId, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { Field, Input, Select } from '@/components/ui/form/field'
import type { QuotaShown, QuotaSubjectShown } from '@/lib/api/budgets'
import { useAddQuota, useChangeQuota, useDeleteQuota, useQuotas } from '@/lib/client/queries/quota-queries'
import { type BudgetPeriod, budgetPeriods } from '@/lib/core/money/budgets'
import { type QuotaUnit, quotaUnits } from '@/lib/core/spec/quota-met'
import { fieldAmount, kindLabels, limitWords, unitLabels } from '@/lib/view/costs/quota-words'
import { parseUsd } from '@/lib/view/format/money'
import { QuotaUse } from './quota-use'
import { Failed, SettingsPage, SettingsPanel, Waiting } from './settings-page'

/** What people, keys and projects may use: listed with their use, set, changed, deleted. */
export function QuotasScreen() {
  const { data, error } = useQuotas()
  return (
    <SettingsPage>
      <SettingsPanel
        title="Quotas"
        about="The most that a person, an API key or a project may use in a UTC day or month. It is reserved before a turn leaves and never passed: at a quota a run pauses, and an admin can raise it from there. A run by a key counts against the key and its owner, a retry or a fork against who asked for it."
      >
        <Waiting data={data} error={error} />
        {data !== undefined && (
          <>
            {data.isSimulator && (
              <p className="text-sm text-waiting">
                Runs go to the simulator now: it costs nothing and counts against no quota.
              </p>
            )}
            {data.quotas.length === 0 && <p className="text-sm text-ink-2">No quotas yet.</p>}
            <ul className="flex flex-col divide-y">
              {data.quotas.map((quota) => (
                <QuotaRow key={quota.id} quota={quota} />
              ))}
            </ul>
            <NewQuota subjects={data.subjects} />
          </>
        )}
      </SettingsPanel>
    </SettingsPage>
  )
}

function QuotaRow({ quota }: { quota: QuotaShown }) {
  const { id, subject, period, unit, limit } = quota
  const [text, setText] = useState<string | null>(null)
  const change = useChangeQuota()
  const remove = useDeleteQuota()
  const name = `${subject.name}, ${unitLabels[unit]} a ${period}`
  const amount = text === null ? undefined : parseUsd(text)
  const save = () => {
    if (amount === undefined) return
    const patch = { unit, amount, was: fieldAmount(quota) }
    change.mutate({ quotaId: id, patch }, { onSuccess: () => setText(null) })
  }
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-40">
        <p className="break-words text-sm font-medium">{subject.name}</p>
        <p className="text-xs text-ink-3">{kindLabels[subject.kind]}</p>
      </div>
      <div className="min-w-0 flex-[2] basis-64">
        <QuotaUse quota={quota} />
      </div>
      {text === null ? (
        <div className="flex gap-2">
          <Button
            size="sm"
            aria-label={`Change the quota of ${name}`}
            onClick={() => setText(String(fieldAmount(quota)))}
          >
            Change
          </Button>
          <Confirm
            title={`Delete the quota of ${limitWords(unit, limit)} a ${period}?`}
            verb="Delete"
            onConfirm={() => remove.mutate(id)}
            trigger={
              <Button size="sm" variant="danger" aria-label={`Delete the quota of ${name}`}>
                Delete
              </Button>
            }
          >
            Runs of {subject.name} are no longer bounded by it. Those that paused at it can be resumed.
          </Confirm>
        </div>
      ) : (
        <form
          aria-label={`The quota of ${name}`}
          className="flex items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            save()
          }}
        >
          <Field id={`${id}-amount`} label={`In ${unitLabels[unit]}`} error={tooFew(text)}>
            {(wired) => (
              <Input
                {...wired}
                inputMode="decimal"
                autoComplete="off"
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </Field>
          <Button type="submit" variant="primary" disabled={!isMore(text) || change.isPending}>
            Save
          </Button>
          <Button
            onClick={() => {
              change.reset()
              setText(null)
            }}
          >
            Keep
          </Button>
        </form>
      )}
      <Failed error={change.error ?? remove.error} />
    </li>
  )
}

function isMore(text: string): boolean {
  return (parseUsd(text) ?? 0) > 0
}

/** What is wrong with an amount that was typed; nothing before anything was. */
function tooFew(text: string): string | undefined {
  return text === '' || isMore(text) ? undefined : 'A number, more than 0.'
}

function NewQuota({ subjects }: { subjects: readonly QuotaSubjectShown[] }) {
  const [chosen, setChosen] = useState(0)
  const [period, setPeriod] = useState<BudgetPeriod>('day')
  const [unit, setUnit] = useState<QuotaUnit>('usd')
  const [text, setText] = useState('')
  const add = useAddQuota()
  const id = useId()
  const subject = subjects[chosen]
  const amount = parseUsd(text)
  return (
    <>
      <form
        aria-label="Set a quota"
        className="flex flex-wrap items-end gap-3 border-t pt-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (subject === undefined || amount === undefined) return
          const { kind, id: subjectId } = subject
          add.mutate(
            { subject: { kind, id: subjectId }, period, unit, amount },
            { onSuccess: () => setText('') },
          )
        }}
      >
        <Field id={`${id}-subject`} label="For">
          {(wired) => (
            <Select
              {...wired}
              value={String(chosen)}
              onChange={(event) => setChosen(Number(event.target.value))}
            >
              {subjects.map((one, at) => (
                <option key={`${one.kind} ${one.id}`} value={String(at)}>
                  {kindLabels[one.kind]}: {one.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field id={`${id}-amount`} label="At most" error={tooFew(text)}>
          {(wired) => (
            <Input
              {...wired}
              inputMode="decimal"
              autoComplete="off"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <Choice id={`${id}-unit`} label="Of" value={unit} options={quotaUnits} onChange={setUnit} />
        <Choice id={`${id}-period`} label="A" value={period} options={budgetPeriods} onChange={setPeriod} />
        <Button
          type="submit"
          variant="primary"
          disabled={subject === undefined || !isMore(text) || add.isPending}
        >
          Set
        </Button>
      </form>
      <Failed error={add.error} />
    </>
  )
}

type ChoiceProps<T extends string> = {
  id: string
  label: string
  value: T
  options: readonly T[]
  onChange: (value: T) => void
}

function Choice<T extends string>({ id, label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <Field id={id} label={label}>
      {(wired) => (
        <Select
          {...wired}
          value={value}
          onChange={(event) => {
            const one = options.find((option) => option === event.target.value)
            if (one !== undefined) onChange(one)
          }}
        >
          {options.map((option) => (
            <option key={option} value={option}>
              {option === 'usd' ? 'dollars' : option}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}
