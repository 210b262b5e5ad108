import type { EditForm } from '@/lib/client/hooks/use-launch-form'
import { type FieldError, placeOf } from '@/lib/view/launch/field-errors'
import type { FieldName, LaunchForm } from '@/lib/view/launch/launch-form'

/** What every part of the form is given. */
export type FormProps = {
  form: LaunchForm
  edit: EditForm
  errorOf: (field: FieldName) => FieldError | undefined
}

/** An error as one line, with its place first. */
export function errorText(error: FieldError | undefined): string | undefined {
  if (error === undefined) return undefined
  const place = placeOf(error)
  return place === null
    ? error.message
    : `${place.charAt(0).toUpperCase()}${place.slice(1)}: ${error.message}`
}
