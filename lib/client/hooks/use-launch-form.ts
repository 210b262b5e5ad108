'use client'

import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import type { RunInput } from '@/lib/api/runs'
import {
  emptyForm,
  type FieldName,
  fieldNames,
  fromInput,
  type LaunchForm,
} from '@/lib/view/launch/launch-form'
import { beyondFromText, permissionFields, permissionsFromText } from '@/lib/view/permissions/permission-form'

const fromUrl: readonly FieldName[] = [
  'workflow',
  'workspace',
  'model',
  'models',
  'effort',
  'concurrency',
  'usd',
  'tokens',
  'agents',
  'minutes',
  'minSuccess',
  'breaker',
  'args',
  'title',
  'goal',
]

export type EditForm = <K extends FieldName>(field: K, value: LaunchForm[K]) => void

/** The launch form, filled once from the address it was opened with, or with a launch that is kept. */
export function useLaunchForm(
  input: RunInput | null,
  source: LaunchForm['source'],
  kept?: LaunchForm,
): { form: LaunchForm; edit: EditForm; edited: ReadonlySet<FieldName> } {
  const params = useSearchParams()
  const [edited, setEdited] = useState<ReadonlySet<FieldName>>(
    () => new Set(kept === undefined ? saidIn(params) : fieldNames),
  )
  const [form, setForm] = useState<LaunchForm>(() => {
    if (kept !== undefined) return kept
    const filled = fromUrl.flatMap((field) => {
      const value = params.get(field)
      return value === null ? [] : [[field, value] as const]
    })
    return {
      ...emptyForm,
      ...(input === null ? {} : fromInput(input)),
      ...Object.fromEntries(filled),
      ...modeOf(params.get('mode')),
      ...deliveryOf(params.get('delivery')),
      ...(params.get('workspaceNotes') === 'left-out' ? { workspaceNotes: 'left-out' as const } : {}),
      ...permissionsOf(params.get('allow')),
      source,
    }
  })
  const edit: EditForm = (field, value) => {
    setForm((before) => ({ ...before, [field]: value }))
    setEdited((before) => (before.has(field) ? before : new Set(before).add(field)))
  }
  return { form, edit, edited }
}

/** What nothing is suggested for any more. */
function saidIn(params: { get(name: string): string | null }): FieldName[] {
  return params.get('allow') === null ? [] : ['permissions']
}

function deliveryOf(asked: string | null): Partial<LaunchForm> {
  return asked === 'live' || asked === 'batch' ? { delivery: asked } : {}
}

function permissionsOf(allowed: string | null): Partial<LaunchForm> {
  return allowed === null
    ? {}
    : { permissions: permissionFields(permissionsFromText(allowed), beyondFromText(allowed)) }
}

function modeOf(asked: string | null): Partial<LaunchForm> {
  return asked === 'live' || asked === 'plan' ? { mode: asked } : {}
}
