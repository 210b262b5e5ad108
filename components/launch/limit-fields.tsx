import { Field, Input, Select } from '@/components/ui/field'
import type { FieldName } from '@/lib/view/launch/launch-form'
import { errorText, type FormProps } from './form-props'
import { Section } from './section'

const numbers: readonly {
  field: 'usd' | 'tokens' | 'agents' | 'minutes'
  label: string
  hint: string
  placeholder: string
}[] = [
  { field: 'usd', label: 'Dollars', hint: 'Empty lifts the cap.', placeholder: 'no cap' },
  { field: 'agents', label: 'Agents', hint: 'The script throws above it.', placeholder: '1000' },
  { field: 'tokens', label: 'Tokens', hint: 'All kinds together.', placeholder: 'no cap' },
  { field: 'minutes', label: 'Minutes', hint: 'Wall clock, pauses excluded.', placeholder: 'no cap' },
]

const ofAgents = [
  { field: 'agentUsd', label: 'Dollars an agent', hint: 'A call may ask for less, not for more.' },
  { field: 'agentTokens', label: 'Tokens an agent', hint: 'At its cap an agent fails, the run goes on.' },
  { field: 'agentMinutes', label: 'Minutes an agent', hint: 'Of its work, pauses excluded.' },
] as const

/** Where it stops. What a turn can cost at most is reserved before it is sent, so a cap is a cap. */
export function LimitFields({ form, edit, errorOf }: FormProps) {
  const text = (field: FieldName) => errorText(errorOf(field))
  return (
    <Section title="Where it stops" hint="A turn leaves only when its worst case fits under the cap.">
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
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
              <option value="pause">Pause, so that it can be raised</option>
              <option value="end">End the run</option>
            </Select>
          )}
        </Field>
        <Field
          id="minSuccess"
          label="Success needed, %"
          hint="Fewer answered, and the run counts as failed."
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
          label="Pause after alike failures"
          hint="Agents that fail the same way while fewer turns are answered; 0 never pauses."
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
              <option value="auto">At once</option>
              <option value="ask">After somebody approves</option>
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
