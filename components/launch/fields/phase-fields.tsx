import { useId } from 'react'
import { Input, Select } from '@/components/ui/form/field'
import type { Settings } from '@/lib/api/settings'
import { deliverySchema, effortSchema, speedSchema } from '@/lib/core/spec/run'
import { modelName } from '@/lib/view/format/model-name'
import { plural } from '@/lib/view/format/numbers'
import { changedPhases, emptyPhase, type PhaseForm } from '@/lib/view/launch/phase-form'
import { allowedModels } from '@/lib/view/permissions/allowed-models'
import { deliveryMeanings } from '@/lib/view/run/batch-view'
import { errorText, type FormProps } from './form-props'

type Props = FormProps & { titles: readonly string[]; settings: Settings | undefined }

/**
 * Settings and caps of single phases: what is set here overrides the script; empty fields leave it to the
 * script.
 */
export function PhaseFields({ form, edit, errorOf, titles, settings }: Props) {
  const error = errorText(errorOf('phases'))
  const changed = changedPhases(form.phases)
  if (titles.length === 0) return null
  const set = (title: string, change: Partial<PhaseForm>) =>
    edit('phases', { ...form.phases, [title]: { ...(form.phases[title] ?? emptyPhase), ...change } })
  return (
    <details className="group rounded-md border" open={error !== undefined || undefined}>
      <summary className="flex cursor-pointer select-none items-baseline gap-2 rounded-md px-3 py-2 text-sm font-semibold hover:bg-hover">
        By phase
        <span className="text-xs font-normal text-ink-3">
          {changed === 0 ? 'Set model, limits or delivery per phase' : `${plural(changed, 'phase')} changed`}
        </span>
      </summary>
      <div className="flex flex-col gap-4 border-t px-3 py-3">
        <p className="text-xs text-ink-3">
          These settings override the script. With a lower “max output per turn” each turn reserves less
          money, and more agents run in parallel under the same cap.
        </p>
        {error !== undefined && (
          <p role="alert" className="text-xs text-failed">
            {error}
          </p>
        )}
        {titles.map((title) => (
          <OnePhase
            key={title}
            title={title}
            phase={form.phases[title] ?? emptyPhase}
            set={(change) => set(title, change)}
            settings={settings}
          />
        ))}
      </div>
    </details>
  )
}

type OneProps = {
  title: string
  phase: PhaseForm
  set: (change: Partial<PhaseForm>) => void
  settings: Settings | undefined
}

const numbers = [
  { field: 'usd', label: 'Max cost ($)', placeholder: 'no cap' },
  { field: 'agents', label: 'Max agents', placeholder: 'no cap' },
  { field: 'tokens', label: 'Max tokens', placeholder: 'no cap' },
  { field: 'minutes', label: 'Max time (min)', placeholder: 'no cap' },
  { field: 'maxTokens', label: 'Output per turn (tokens)', placeholder: '32000' },
] as const satisfies readonly { field: keyof PhaseForm; label: string; placeholder: string }[]

function OnePhase({ title, phase, set, settings }: OneProps) {
  const id = useId()
  const models = allowedModels(settings)
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">{title}</legend>
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-4">
        <Choice
          phase={title}
          id={`${id}-model`}
          label="Model"
          value={phase.model}
          onChange={(model) => set({ model })}
        >
          {models.map(({ id: value, isRetired, retirement }) => ({
            value,
            label: `${modelName(value)}${isRetired ? ' (retired)' : retirement === null ? '' : ' (retires soon)'}`,
          }))}
        </Choice>
        <Choice
          phase={title}
          id={`${id}-effort`}
          label="Effort"
          value={phase.effort}
          onChange={(effort) => set({ effort })}
        >
          {effortSchema.options.map((value) => ({ value, label: value }))}
        </Choice>
        <Choice
          phase={title}
          id={`${id}-speed`}
          label="Speed"
          value={phase.speed}
          onChange={(speed) => set({ speed })}
        >
          {speedSchema.options.map((value) => ({ value, label: value }))}
        </Choice>
        <Choice
          phase={title}
          id={`${id}-delivery`}
          label="Delivery"
          value={phase.delivery}
          onChange={(delivery) => set({ delivery })}
        >
          {deliverySchema.options.map((value) => ({ value, label: deliveryMeanings[value].label }))}
        </Choice>
        {numbers.map(({ field, label, placeholder }) => (
          <label
            key={field}
            htmlFor={`${id}-${field}`}
            className="flex min-w-0 flex-col gap-1 text-xs font-medium text-ink-2"
          >
            <span>
              <span className="sr-only">{title}: </span>
              {label}
            </span>
            <Input
              id={`${id}-${field}`}
              inputMode="decimal"
              autoComplete="off"
              placeholder={placeholder}
              value={phase[field]}
              onChange={(event) => set({ [field]: event.target.value })}
            />
          </label>
        ))}
      </div>
    </fieldset>
  )
}

type ChoiceProps = {
  /**
   * Phase that the field belongs to, for its accessible name: the visible labels are the same in every phase.
   */
  phase: string
  id: string
  label: string
  value: string
  onChange: (value: string) => void
  children: readonly { value: string; label: string }[]
}

function Choice({ phase, id, label, value, onChange, children }: ChoiceProps) {
  return (
    <label htmlFor={id} className="flex min-w-0 flex-col gap-1 text-xs font-medium text-ink-2">
      <span>
        <span className="sr-only">{phase}: </span>
        {label}
      </span>
      <Select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">As in the script</option>
        {children.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </Select>
    </label>
  )
}
