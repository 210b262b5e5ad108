import { cx } from '@/components/ui/class-names'
import { Field, TextArea } from '@/components/ui/form/field'
import { errorText, type FormProps } from './form-props'

const modes = [
  {
    value: 'plan',
    label: 'Plan first',
    detail: 'A planner writes the script. You approve, change or stop it before anything else runs.',
  },
  {
    value: 'live',
    label: 'Decide as you go',
    detail: 'One agent starts others in waves. Each wave builds on the last one’s findings.',
  },
] as const

/** What is wanted, in words, and who divides it into agents. */
export function GoalFields({ form, edit, errorOf }: FormProps) {
  return (
    <>
      <Field
        id="goal"
        label="Goal"
        hint="The result you want. Name folders or files only if they matter."
        error={errorText(errorOf('goal'))}
      >
        {(wired) => (
          <TextArea
            {...wired}
            rows={5}
            holds="words"
            placeholder="Find every place where an error is swallowed, verify each, and write a report, worst first"
            value={form.goal}
            onChange={(event) => edit('goal', event.target.value)}
          />
        )}
      </Field>
      <fieldset>
        <legend className="sr-only">Mode</legend>
        <div className="grid gap-2 sm:grid-cols-2">
          {modes.map(({ value, label, detail }) => (
            <label
              key={value}
              className={cx(
                'flex cursor-pointer flex-col gap-1 rounded-lg border bg-surface p-3.5 transition-colors hover:border-control',
                'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
                form.mode === value && 'border-accent ring-1 ring-accent',
              )}
            >
              <span className="flex items-center gap-2">
                <input
                  type="radio"
                  name="mode"
                  checked={form.mode === value}
                  onChange={() => edit('mode', value)}
                  className="size-3.5 accent-[var(--color-accent-fill)] outline-none"
                />
                <span className="text-sm font-semibold">{label}</span>
              </span>
              <span className="text-xs text-ink-2">{detail}</span>
            </label>
          ))}
        </div>
      </fieldset>
    </>
  )
}
