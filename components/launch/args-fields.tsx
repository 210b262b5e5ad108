'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Input, Select, TextArea } from '@/components/ui/field'
import { type ArgField, argError, argValues, withArg } from '@/lib/view/args-form'
import { errorText, type FormProps } from './form-props'
import { Section } from './section'

type Props = FormProps & { fields: readonly ArgField[] | null }

/** What the script is given: a form where the workflow says what it takes, and always the same as JSON. */
export function ArgsFields({ form, edit, errorOf, fields }: Props) {
  const [wantsJson, setWantsJson] = useState(false)
  const values = argValues(form.args)
  const shown = wantsJson || values === null ? null : fields
  const wrong = fields === null ? null : argError(fields, form.args)
  return (
    <Section title="With what">
      {fields !== null && (
        <Button
          size="sm"
          className="self-start"
          disabled={values === null}
          onClick={() => setWantsJson(shown !== null)}
        >
          {shown === null ? 'Fill in a form' : 'Write JSON'}
        </Button>
      )}
      {shown === null || values === null ? (
        <Field
          id="args"
          label="Arguments, as JSON"
          hint="Passed to the script as args, exactly as given. Leave empty for none."
          error={errorText(errorOf('args'))}
        >
          {(wired) => (
            <TextArea
              {...wired}
              rows={form.args.split('\n').length > 3 ? 8 : 3}
              value={form.args}
              onChange={(event) => edit('args', event.target.value)}
              placeholder='{ "focus": "security" }'
            />
          )}
        </Field>
      ) : (
        <div className="grid gap-3 sm:grid-cols-2">
          {shown.map((field) => (
            <Field
              key={field.name}
              id={`arg-${field.name}`}
              label={field.label}
              hint={field.hint}
              error={wrong?.name === field.name ? wrong.message : undefined}
              className={field.kind === 'text' ? 'sm:col-span-2' : undefined}
            >
              {(wired) => {
                const value = values[field.name]
                const set = (typed: string | boolean) => edit('args', withArg(form.args, field, typed))
                if (field.kind === 'switch')
                  return (
                    <input
                      {...wired}
                      type="checkbox"
                      checked={value === true}
                      onChange={(event) => set(event.target.checked)}
                      className="size-4 accent-[var(--color-accent-fill)]"
                    />
                  )
                if (field.kind === 'choice')
                  return (
                    <Select {...wired} value={String(value ?? '')} onChange={(event) => set(event.target.value)}>
                      <option value="">
                        {field.placeholder === '' ? 'As the workflow decides' : field.placeholder}
                      </option>
                      {field.options.map((option) => (
                        <option key={option}>{option}</option>
                      ))}
                    </Select>
                  )
                return (
                  <Input
                    {...wired}
                    inputMode={field.kind === 'text' ? 'text' : 'decimal'}
                    placeholder={field.placeholder}
                    value={String(value ?? '')}
                    onChange={(event) => set(event.target.value)}
                  />
                )
              }}
            </Field>
          ))}
        </div>
      )}
    </Section>
  )
}
