import { Field, Input, Select } from '@/components/ui/form/field'
import type { FieldName } from '@/lib/view/launch/launch-form'
import { errorText, type FormProps } from './form-props'
import { Section } from './section'

const numbers: readonly {
  field: 'tokens' | 'agents' | 'minutes'
  label: string
  hint: string
  placeholder: string
}[] = [
  { field: 'agents', label: 'Max agents', hint: 'agent() throws past this.', placeholder: '1000' },
  { field: 'tokens', label: 'Max tokens', hint: 'Input, output and cache combined.', placeholder: 'no cap' },
  { field: 'minutes', label: 'Max time (min)', hint: 'Wall clock, pauses excluded.', placeholder: 'no cap' },
]

const ofAgents = [
  { field: 'agentUsd', label: 'Max $ per agent', hint: 'A call may set less, not more.' },
  {
    field: 'agentTokens',
    label: 'Max tokens per agent',
    hint: 'At its cap an agent fails; the run continues.',
  },
  { field: 'agentMinutes', label: 'Max minutes per agent', hint: 'Working time, pauses excluded.' },
] as const

/** The limits of a run beside its dollars, and of its agents. */
export function LimitFields({ form, edit, errorOf }: FormProps) {
  const text = (field: FieldName) => errorText(errorOf(field))
  return (
    <Section title="Limits">
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        {numbers.map(({ field, label, hint, placeholder }) => (
          <Field key={field} id={field} label={label} hint={hint} error={text(field)}>
            {(wired) => (
              <Input
                {...wired}
                inputMode="decimal"
                placeholder={placeholder}
                value={form[field]}
                onChange={(event) => edit(field, event.target.value)}
              />
            )}
          </Field>
        ))}
      </div>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        {ofAgents.map(({ field, label, hint }) => (
          <Field key={field} id={field} label={label} hint={hint} error={text(field)}>
            {(wired) => (
              <Input
                {...wired}
                inputMode="decimal"
                placeholder="no cap"
                value={form[field]}
                onChange={(event) => edit(field, event.target.value)}
              />
            )}
          </Field>
        ))}
      </div>
      <div className="grid gap-3 sm:grid-cols-3">
        <Field id="onLimit" label="At a limit" error={text('onLimit')}>
          {(wired) => (
            <Select
              {...wired}
              value={form.onLimit}
              onChange={(event) => edit('onLimit', event.target.value === 'end' ? 'end' : 'pause')}
            >
              <option value="pause">Pause the run</option>
              <option value="end">End the run</option>
            </Select>
          )}
        </Field>
        <Field
          id="minSuccess"
          label="Minimum success rate (%)"
          hint="Below this the run is marked failed."
          error={text('minSuccess')}
        >
          {(wired) => (
            <Input
              {...wired}
              inputMode="decimal"
              value={form.minSuccess}
              onChange={(event) => edit('minSuccess', event.target.value)}
            />
          )}
        </Field>
        <Field
          id="breaker"
          label="Pause after N identical failures"
          hint="Failures with the same cause, while fewer turns succeed. 0 never pauses."
          error={text('breaker')}
        >
          {(wired) => (
            <Input
              {...wired}
              inputMode="numeric"
              value={form.breaker}
              onChange={(event) => edit('breaker', event.target.value)}
            />
          )}
        </Field>
        <Field id="approval" label="Start" error={text('approval')}>
          {(wired) => (
            <Select
              {...wired}
              value={form.approval}
              onChange={(event) => edit('approval', event.target.value === 'ask' ? 'ask' : 'auto')}
            >
              <option value="auto">Immediately</option>
              <option value="ask">After approval</option>
            </Select>
          )}
        </Field>
        <Field id="title" label="Title" error={text('title')}>
          {(wired) => (
            <Input
              {...wired}
              placeholder="the workflow’s name"
              value={form.title}
              onChange={(event) => edit('title', event.target.value)}
            />
          )}
        </Field>
      </div>
    </Section>
  )
}
