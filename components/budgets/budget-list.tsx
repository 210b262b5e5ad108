'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Field, Input, Select } from '@/components/ui/form/field'
import type { Budgets, BudgetsEdit } from '@/lib/api/budgets'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { useSaveBudgets } from '@/lib/client/queries/money-queries'
import { parseUsd } from '@/lib/view/format/money'
import { budgetName } from '@/lib/view/run/alerts'
import { BudgetUsage } from './budget-usage'

type Named = NonNullable<BudgetsEdit['budgets']>[number]

const scopes = { workflow: 'workflow', user: 'person', tag: 'tag' } as const
type Form = Omit<Named, 'usd'> & { usd: string }
const empty: Form = { scope: 'workflow', name: '', period: 'month', usd: '' }

/** Alert budgets and stop nothing: of a workflow, a person or a tag. */
export function BudgetList({ budgets }: { budgets: Budgets['budgets'] }) {
  const save = useSaveBudgets()
  const [form, setForm] = useState<Form>(empty)
  const usd = parseUsd(form.usd)
  const kept = budgets.flatMap(({ scope, name, period, nanoUsd }): Named[] =>
    scope === 'all' ? [] : [{ scope, name, period, usd: nanoUsd / 1e9 }],
  )
  const error =
    save.error === null
      ? undefined
      : (problemOf(save.error).errors?.[0]?.message ?? problemOf(save.error).detail)
  const remove = (at: number) =>
    save.mutate(
      { budgets: kept.filter((_, index) => index !== at) },
      {
        onSuccess: () =>
          notify('Budget removed.', {
            action: { label: 'Undo', act: () => save.mutate({ budgets: kept }) },
          }),
      },
    )
  return (
    <section aria-labelledby="budgets-title" className="panel flex flex-col gap-3 p-4">
      <div>
        <h2 id="budgets-title" className="text-sm font-semibold">
          Alert budgets
        </h2>
        <p className="text-xs text-ink-3">
          Alerts only; never stops a run. You are alerted at 50, 80 and 100 % here, on the overview and by
          webhook.
        </p>
      </div>
      {budgets.length === 0 && (
        <p className="text-sm text-ink-2">No budgets yet. Add one for a workflow, a person or a tag.</p>
      )}
      <ul className="divide-y">
        {budgets.map((budget, at) => (
          <li key={budgetName(budget)} className="flex flex-wrap items-center gap-x-6 gap-y-2 py-3">
            <div className="min-w-0 flex-1 basis-48">
              <p className="break-words text-sm font-medium">{budget.name}</p>
              <p className="text-xs text-ink-3">
                {budget.scope === 'all' ? 'everything' : scopes[budget.scope]}, a {budget.period} (
                {budget.now} UTC)
              </p>
            </div>
            <div className="min-w-0 flex-[2] basis-64">
              <BudgetUsage {...budget} label={`The ${budgetName(budget)}`} capNanoUsd={budget.nanoUsd} />
            </div>
            <Button
              size="sm"
              variant="quiet"
              disabled={save.isPending}
              aria-label={`Remove the ${budgetName(budget)}`}
              onClick={() => remove(at)}
            >
              Remove
            </Button>
          </li>
        ))}
      </ul>
      <form
        className="grid grid-cols-2 items-start gap-3 sm:grid-cols-[8rem_1fr_7rem_7rem_auto]"
        onSubmit={(event) => {
          event.preventDefault()
          if (usd === undefined) return
          save.mutate(
            { budgets: [...kept, { scope: form.scope, name: form.name, period: form.period, usd }] },
            { onSuccess: () => setForm(empty) },
          )
        }}
      >
        <Field id="budget-scope" label="Scope">
          {(wired) => (
            <Select
              {...wired}
              value={form.scope}
              onChange={(event) => setForm({ ...form, scope: scopeOf(event.target.value) })}
            >
              {Object.entries(scopes).map(([scope, words]) => (
                <option key={scope} value={scope}>
                  {words}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field id="budget-name" label="Name" error={error}>
          {(wired) => (
            <Input
              {...wired}
              autoComplete="off"
              value={form.name}
              onChange={(event) => {
                save.reset()
                setForm({ ...form, name: event.target.value })
              }}
            />
          )}
        </Field>
        <Field id="budget-period" label="Period">
          {(wired) => (
            <Select
              {...wired}
              value={form.period}
              onChange={(event) =>
                setForm({ ...form, period: event.target.value === 'day' ? 'day' : 'month' })
              }
            >
              <option value="month">month</option>
              <option value="day">day</option>
            </Select>
          )}
        </Field>
        <Field
          id="budget-usd"
          label="Amount ($)"
          error={form.usd !== '' && (usd === undefined || usd <= 0) ? 'More than 0.' : undefined}
        >
          {(wired) => (
            <Input
              {...wired}
              inputMode="decimal"
              autoComplete="off"
              value={form.usd}
              onChange={(event) => setForm({ ...form, usd: event.target.value })}
            />
          )}
        </Field>
        <Button
          type="submit"
          disabled={save.isPending || form.name.trim() === '' || usd === undefined || usd <= 0}
          className="mt-[22px]"
        >
          Add
        </Button>
      </form>
    </section>
  )
}

function scopeOf(text: string): Named['scope'] {
  return text === 'user' || text === 'tag' ? text : 'workflow'
}
