import { Field, Input, Select } from '@/components/ui/form/field'
import { useSettings } from '@/lib/client/queries/server-queries'
import { effortSchema } from '@/lib/core/spec/run'
import { modelName } from '@/lib/view/format/model-name'
import type { FieldError } from '@/lib/view/launch/field-errors'
import type { EditFork, ForkForm } from '@/lib/view/launch/fork-form'
import { allowedModels } from '@/lib/view/permissions/allowed-models'

type Props = { form: ForkForm; edit: EditFork; errors: readonly FieldError[]; hasWorkspace: boolean }

/**
 * Model and limits of a fork. With another model it is another call, so no answer of the old model is reused.
 */
export function ForkFields({ form, edit, errors, hasWorkspace }: Props) {
  const models = allowedModels(useSettings().data)
  const errorOf = (name: string) => errors.find(({ field }) => field === name)?.message
  const isListed = models.some(({ id }) => id === form.model)
  const text = (field: 'usd' | 'agents' | 'concurrency' | 'title', label: string, placeholder: string) => (
    <Field id={`fork-${field}`} label={label} error={errorOf(field)}>
      {(wired) => (
        <Input
          {...wired}
          autoComplete="off"
          placeholder={placeholder}
          value={form[field]}
          onChange={(event) => edit(field, event.target.value)}
        />
      )}
    </Field>
  )
  return (
    <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
      <Field id="fork-model" label="Default model" error={errorOf('model')}>
        {(wired) => (
          <Select {...wired} value={form.model} onChange={(event) => edit('model', event.target.value)}>
            {!isListed && <option value={form.model}>{modelName(form.model)}</option>}
            {models.map(({ id, priced }) => (
              <option key={id} value={id}>
                {modelName(id)}
                {priced ? '' : ' (price unknown)'}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field id="fork-effort" label="Effort" error={errorOf('effort')}>
        {(wired) => (
          <Select {...wired} value={form.effort} onChange={(event) => edit('effort', event.target.value)}>
            {form.effort === '' && <option value="">Model default</option>}
            {effortSchema.options.map((effort) => (
              <option key={effort} value={effort}>
                {effort}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field id="fork-speed" label="Speed of new calls" error={errorOf('speed')}>
        {(wired) => (
          <Select
            {...wired}
            value={form.speed}
            onChange={(event) => edit('speed', event.target.value === 'fast' ? 'fast' : 'standard')}
          >
            <option value="standard">Standard</option>
            <option value="fast">Fast</option>
          </Select>
        )}
      </Field>
      <Field id="fork-delivery" label="Delivery of new calls" error={errorOf('delivery')}>
        {(wired) => (
          <Select
            {...wired}
            value={form.delivery}
            onChange={(event) => edit('delivery', event.target.value === 'batch' ? 'batch' : 'live')}
          >
            <option value="live">Live</option>
            <option value="batch">Batch</option>
          </Select>
        )}
      </Field>
      {text('usd', 'Max cost ($)', 'no cap')}
      {text('agents', 'Max agents', '1000')}
      {text('concurrency', 'Max concurrency', 'no limit')}
      {text('title', 'Title', 'title of the original, plus “(fork)”')}
      {hasWorkspace && (
        <label className="flex items-center gap-2 self-end pb-1.5 text-xs text-ink-2">
          <input
            type="checkbox"
            checked={form.refreshWorkspace}
            onChange={(event) => edit('refreshWorkspace', event.target.checked)}
            className="size-4 accent-[var(--color-accent-fill)]"
          />
          Use current files
        </label>
      )}
    </div>
  )
}
