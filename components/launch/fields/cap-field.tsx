import { Field, Input } from '@/components/ui/form/field'
import { errorText, type FormProps } from './form-props'
import { Section } from './section'

/** The most a run may cost; it is never passed. */
export function CapField({ form, edit, errorOf }: FormProps) {
  return (
    <Section title="At most how much">
      <Field
        id="usd"
        label="Max cost ($)"
        hint="Never exceeded: a turn is sent only if its worst-case cost fits under it. Empty: no cap."
        error={errorText(errorOf('usd'))}
        className="sm:max-w-64"
      >
        {(wired) => (
          <Input
            {...wired}
            inputMode="decimal"
            autoComplete="off"
            placeholder="no cap"
            value={form.usd}
            onChange={(event) => edit('usd', event.target.value)}
          />
        )}
      </Field>
    </Section>
  )
}
