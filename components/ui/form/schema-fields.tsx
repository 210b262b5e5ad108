import type { ReactNode } from 'react'
import type { Json, JsonObject } from '@/lib/core/base/json'
import type { ArgField } from '@/lib/view/questions/args-form'
import { shownValue } from '@/lib/view/questions/args-form'
import { Field, Input, Select } from './field'
import { ListInput } from './list-input'
import { RadioGroup } from './radio-group'

type Props = {
  fields: readonly ArgField[]
  values: JsonObject
  onValue: (field: ArgField, typed: string | boolean) => void
  errorOf: (name: string) => string | undefined
  /** Prefix of every id, so two forms can be on one page. */
  prefix: string
  /** Radio buttons for a form of few questions, selects for a long one. */
  choices: 'select' | 'radio'
  /** What a choice nobody makes means. */
  noChoice?: string
  /** Draws a script; without it a script is one line of text. */
  scriptField?: (field: ArgField, value: string, error: string | undefined) => ReactNode
}

/** The fields of a JSON Schema, each with its own control. */
export function SchemaFields({ fields, prefix, errorOf, ...rest }: Props) {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {fields.map((field) => (
        <SchemaField
          key={field.name}
          field={field}
          id={`${prefix}-${field.name}`}
          error={errorOf(field.name)}
          {...rest}
        />
      ))}
    </div>
  )
}

type OneProps = Omit<Props, 'fields' | 'prefix' | 'errorOf'> & {
  field: ArgField
  id: string
  error: string | undefined
}

function SchemaField({
  field,
  id,
  error,
  values,
  onValue,
  choices,
  noChoice = 'No choice',
  scriptField,
}: OneProps) {
  const value: Json | undefined = values[field.name]
  const set = (typed: string | boolean) => onValue(field, typed)
  if (field.kind === 'script' && scriptField !== undefined)
    return <div className="sm:col-span-2">{scriptField(field, shownValue(value), error)}</div>
  if (field.kind === 'choice' && choices === 'radio')
    return (
      <RadioGroup
        id={id}
        label={field.label}
        hint={field.hint}
        error={error}
        options={field.options.map((option) => ({ value: option, label: option }))}
        value={shownValue(value)}
        onValue={set}
      />
    )
  const isWide = field.kind === 'text' || field.kind === 'list' || field.kind === 'script'
  return (
    <Field
      id={id}
      label={field.label}
      hint={field.hint}
      error={error}
      className={isWide ? 'sm:col-span-2' : undefined}
    >
      {(wired) => {
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
            <Select {...wired} value={shownValue(value)} onChange={(event) => set(event.target.value)}>
              <option value="">{field.placeholder === '' ? noChoice : field.placeholder}</option>
              {field.options.map((option) => (
                <option key={option}>{option}</option>
              ))}
            </Select>
          )
        if (field.kind === 'list')
          return <ListInput wired={wired} value={value} placeholder={field.placeholder} onText={set} />
        return (
          <Input
            {...wired}
            inputMode={field.kind === 'whole' || field.kind === 'number' ? 'decimal' : 'text'}
            placeholder={field.placeholder}
            value={shownValue(value)}
            onChange={(event) => set(event.target.value)}
          />
        )
      }}
    </Field>
  )
}
