'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { Field, Input, Select } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import type { RepricingPreview } from '@/lib/api/prices'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { useReprice, useRepricingPreview } from '@/lib/client/queries/money-queries'
import { modelName } from '@/lib/view/format/model-name'
import { formatUsd, moneyWords } from '@/lib/view/format/money'
import { plural } from '@/lib/view/format/numbers'
import { RepricingDiff } from './repricing-diff'

type Props = { models: readonly string[]; today: string }

/** Booked costs stay as they are unless somebody previews the change and confirms it. */
export function RepricingPanel({ models, today }: Props) {
  const [from, setFrom] = useState(`${today.slice(0, 7)}-01`)
  const [to, setTo] = useState(today)
  const [model, setModel] = useState('')
  const preview = useRepricingPreview()
  const reprice = useReprice()
  const seen = preview.data
  const errors = preview.error === null ? [] : (problemOf(preview.error).errors ?? [])
  const errorOf = (path: string) => errors.find((error) => error.path === path)?.message
  const change = (set: (text: string) => void) => (text: string) => {
    set(text)
    preview.reset()
    reprice.reset()
  }
  const apply = (shown: RepricingPreview) =>
    reprice.mutate(
      { asked: shown.asked, digest: shown.digest },
      {
        onSuccess: () => {
          notify(`${plural(shown.turns, 'response')} repriced.`)
          preview.reset()
        },
      },
    )
  const error = reprice.error ?? (errors.length === 0 ? preview.error : null)
  return (
    <section aria-labelledby="reprice-title" className="panel flex flex-col gap-3 p-4">
      <div>
        <h2 id="reprice-title" className="text-sm font-semibold">
          Reprice past usage
        </h2>
        <p className="max-w-3xl text-xs text-ink-3">
          Every response keeps the price it was recorded at. Preview what the price list above would change
          for a period, then apply it to runs, days and budgets. You can undo it.
        </p>
      </div>
      <form
        className="flex flex-wrap items-start gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          reprice.reset()
          preview.mutate({ from, to, model: model === '' ? null : model })
        }}
      >
        <Field id="reprice-from" label="From (UTC day)" error={errorOf('from')} className="w-36">
          {(wired) => (
            <Input {...wired} value={from} onChange={(event) => change(setFrom)(event.target.value)} />
          )}
        </Field>
        <Field id="reprice-to" label="To, included" error={errorOf('to')} className="w-36">
          {(wired) => <Input {...wired} value={to} onChange={(event) => change(setTo)(event.target.value)} />}
        </Field>
        <Field id="reprice-model" label="Model" className="w-44">
          {(wired) => (
            <Select {...wired} value={model} onChange={(event) => change(setModel)(event.target.value)}>
              <option value="">every model</option>
              {models.map((one) => (
                <option key={one} value={one}>
                  {modelName(one)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Button type="submit" disabled={preview.isPending} className="mt-[22px]">
          {preview.isPending ? 'Checking every response…' : 'Preview'}
        </Button>
      </form>
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {seen !== undefined && (
        <>
          <RepricingDiff preview={seen} />
          {seen.turns > 0 && (
            <Confirm
              title={`Reprice ${plural(seen.turns, 'response')}?`}
              verb={`Reprice ${plural(seen.turns, 'response')}`}
              keep="Leave them"
              isDanger={false}
              onConfirm={() => apply(seen)}
              trigger={
                <Button variant="primary" className="self-start" disabled={reprice.isPending}>
                  {reprice.isPending ? 'Repricing…' : `Reprice ${plural(seen.turns, 'response')}…`}
                </Button>
              }
            >
              {moneyWords(seen.asked.simulated)(formatUsd(seen.beforeNanoUsd))} recorded becomes{' '}
              {moneyWords(seen.asked.simulated)(formatUsd(seen.afterNanoUsd))}, in {plural(seen.runs, 'run')}.
              Each run’s journal records it. You can undo it below.
            </Confirm>
          )}
        </>
      )}
    </section>
  )
}
