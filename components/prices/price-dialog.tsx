'use client'

import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Dialog } from '@/components/ui/actions/dialog'
import { Field, Input } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import type { Prices } from '@/lib/api/prices'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { useSavePrices } from '@/lib/client/queries/money-queries'
import type { Price, Rates } from '@/lib/core/money/pricing'
import {
  type PriceErrors,
  type PriceForm,
  rateKinds,
  readPriceForm,
  rowErrors,
  withPrice,
} from '@/lib/view/costs/price-form'
import { modelName } from '@/lib/view/format/model-name'

type Props = { list: Prices; first: PriceForm; replaces: Price | null; onDone: () => void }

/**
 * One dated price, typed in dollars per million tokens. What is wrong is said at its field, here or by the
 * server.
 */
export function PriceDialog({ list, first, replaces, onDone }: Props) {
  const [form, setForm] = useState(first)
  const [note, setNote] = useState('')
  const [errors, setErrors] = useState<PriceErrors>({})
  const [isMeant, setMeant] = useState(false)
  const save = useSavePrices()
  const set = (change: Partial<PriceForm>) => setForm((before) => ({ ...before, ...change }))
  const submit = () => {
    const read = readPriceForm(form)
    if ('errors' in read) return setErrors(read.errors)
    const { prices, at } = withPrice(list.prices, read.price, replaces)
    const newModels = isMeant ? [read.price.model] : []
    setErrors({})
    save.mutate(
      { prices, basedOn: list.version, note, newModels },
      {
        onSuccess: () => {
          notify(`${modelName(read.price.model)} has a new price from ${read.price.effectiveFrom}.`)
          onDone()
        },
        onError: (error) => setErrors(rowErrors(problemOf(error).errors ?? [], at)),
      },
    )
  }
  const isUnknown = errors.model?.startsWith('unknown model') === true
  const title = replaces === null ? 'Add a price' : `Change the price of ${modelName(replaces.model)}`
  return (
    <Dialog title={title} isOpen onOpenChange={(isOpen) => (isOpen ? undefined : onDone())} size="middle">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <div className="grid gap-3 sm:grid-cols-2">
          <Text
            id="model"
            label="Model"
            value={form.model}
            error={errors.model}
            onValue={(model) => set({ model })}
          />
          <Text
            id="effectiveFrom"
            label="Applies from (UTC day)"
            value={form.effectiveFrom}
            error={errors.effectiveFrom}
            hint="Applies until the model’s next price. Recorded costs do not change."
            onValue={(effectiveFrom) => set({ effectiveFrom })}
          />
        </div>
        {(isUnknown || isMeant) && (
          <Check isOn={isMeant} onChange={setMeant}>
            Add it anyway: this model has not been used here yet
          </Check>
        )}
        <RateFields
          legend="Dollars per million tokens"
          prefix="rates"
          rates={form.rates}
          errors={errors}
          onRates={(rates) => set({ rates })}
        />
        <div className="grid gap-3 sm:grid-cols-2">
          <Text
            id="longPrompt.aboveTokens"
            label="Long-prompt threshold (tokens)"
            value={form.longAbove}
            error={errors['longPrompt.aboveTokens']}
            hint="Empty: long prompts cost the same."
            onValue={(longAbove) => set({ longAbove })}
          />
          <Text
            id="fastMultiplier"
            label="Fast mode multiplier"
            value={form.fast}
            error={errors.fastMultiplier}
            hint="Empty: no fast mode."
            onValue={(fast) => set({ fast })}
          />
        </div>
        {form.longAbove.trim() !== '' && (
          <RateFields
            legend="Dollars per million tokens, long prompts"
            prefix="longPrompt.rates"
            rates={form.longRates}
            errors={errors}
            onRates={(longRates) => set({ longRates })}
          />
        )}
        <div className="flex flex-wrap gap-x-5 gap-y-2">
          <Check isOn={form.batch} onChange={(batch) => set({ batch })}>
            Half price in batches
          </Check>
          <Check isOn={form.geoPriced} onChange={(geoPriced) => set({ geoPriced })}>
            1.1× with US inference
          </Check>
        </div>
        <Text id="note" label="Note" value={note} hint="Source of this price." onValue={setNote} />
        {save.error !== null && (
          <ErrorNote title={problemOf(save.error).title} detail={problemOf(save.error).detail} />
        )}
        <Button type="submit" variant="primary" disabled={save.isPending} className="self-end">
          {save.isPending ? 'Saving…' : 'Save the price'}
        </Button>
      </form>
    </Dialog>
  )
}

type TextProps = {
  id: string
  label: string
  value: string
  error?: string | undefined
  hint?: string
  onValue: (value: string) => void
}

function Text({ id, label, value, error, hint, onValue }: TextProps) {
  return (
    <Field id={id} label={label} error={error} hint={hint}>
      {(wired) => (
        <Input
          {...wired}
          autoComplete="off"
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Field>
  )
}

type RateProps = {
  legend: string
  prefix: string
  rates: PriceForm['rates']
  errors: PriceErrors
  onRates: (rates: PriceForm['rates']) => void
}

function RateFields({ legend, prefix, rates, errors, onRates }: RateProps) {
  const set = (kind: keyof Rates, text: string) => onRates({ ...rates, [kind]: text })
  return (
    <fieldset className="min-w-0">
      <legend className="eyebrow mb-2">{legend}</legend>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-5">
        {rateKinds.map(({ kind, label }) => (
          <Text
            key={kind}
            id={`${prefix}.${kind}`}
            label={label}
            value={rates[kind]}
            error={errors[`${prefix}.${kind}`]}
            onValue={(text) => set(kind, text)}
          />
        ))}
      </div>
    </fieldset>
  )
}

type CheckProps = { isOn: boolean; onChange: (isOn: boolean) => void; children: ReactNode }

function Check({ isOn, onChange, children }: CheckProps) {
  return (
    <label className="flex items-center gap-2 text-sm">
      <input
        type="checkbox"
        className="size-4 accent-[var(--color-accent-fill)]"
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
      />
      {children}
    </label>
  )
}
