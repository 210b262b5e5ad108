import { useId } from 'react'
import { Field, Input } from '@/components/ui/form/field'

type Props = {
  label: string
  value: string
  onChange: (value: string) => void
  hint?: string
  type?: 'text' | 'email' | 'password'
  autoComplete?: string
  className?: string
}

/** One line of text with its label. */
export function TextField({ label, value, onChange, hint, className, ...rest }: Props) {
  const id = useId()
  return (
    <Field
      id={id}
      label={label}
      {...(hint === undefined ? {} : { hint })}
      {...(className ? { className } : {})}
    >
      {(wired) => (
        <Input {...wired} {...rest} value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  )
}
