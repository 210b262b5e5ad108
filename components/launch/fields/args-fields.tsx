'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Field, TextArea } from '@/components/ui/form/field'
import { SchemaFields } from '@/components/ui/form/schema-fields'
import { type ArgField, argError, argValues, withArg } from '@/lib/view/questions/args-form'
import { errorText, type FormProps } from './form-props'
import { Section } from './section'

type Props = FormProps & { fields: readonly ArgField[] | null }

/** The script's arguments: a form where the workflow declares them, and always as JSON too. */
export function ArgsFields({ form, edit, errorOf, fields }: Props) {
  const [wantsJson, setWantsJson] = useState(false)
  const values = argValues(form.args)
  const shown = wantsJson || values === null ? null : fields
  const wrong = fields === null ? null : argError(fields, form.args)
  return (
    <Section title="Inputs">
      {shown === null || values === null ? (
        <Field
          id="args"
          label="Arguments, as JSON"
          hint="Passed to the script as args, unchanged. Leave empty for none."
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
        <SchemaFields
          fields={shown}
          values={values}
          onValue={(field, typed) => edit('args', withArg(form.args, field, typed))}
          errorOf={(name) => (wrong?.name === name ? wrong.message : undefined)}
          prefix="arg"
          choices="select"
          noChoice="Workflow default"
        />
      )}
      {fields !== null && (
        <Button
          variant="quiet"
          size="sm"
          className="-ml-2 self-start"
          disabled={values === null}
          onClick={() => setWantsJson(shown !== null)}
        >
          {shown === null ? 'Fill in a form' : 'Edit inputs as JSON'}
        </Button>
      )}
    </Section>
  )
}
