'use client'

import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { emptyForm, type FieldName, type LaunchForm } from '@/lib/view/launch-form'

const fromUrl: readonly FieldName[] = [
  'workflow',
  'workspace',
  'model',
  'effort',
  'concurrency',
  'usd',
  'tokens',
  'agents',
  'minutes',
  'args',
  'title',
]

export type EditForm = <K extends FieldName>(field: K, value: LaunchForm[K]) => void

/** The launch form, filled from the address it was opened with; after that it belongs to the person. */
export function useLaunchForm(): { form: LaunchForm; edit: EditForm } {
  const params = useSearchParams()
  const [form, setForm] = useState<LaunchForm>(() => {
    const filled = fromUrl.flatMap((field) => {
      const value = params.get(field)
      return value === null ? [] : [[field, value] as const]
    })
    return { ...emptyForm, ...Object.fromEntries(filled) }
  })
  return { form, edit: (field, value) => setForm((before) => ({ ...before, [field]: value })) }
}
