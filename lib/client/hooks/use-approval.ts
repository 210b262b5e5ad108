'use client'

import { useState } from 'react'
import type { ApprovedInput } from '@/lib/api/runs'
import { type ApprovedForm, readApproved, untouched } from '@/lib/view/questions/approval-form'

/** How far a run may go without asking, as a person types it over what was estimated. */
export type Approval = {
  form: ApprovedForm
  /** The plan's upper estimate; a field follows it until it is edited. */
  estimated: ApprovedForm
  onEdit: (change: Partial<ApprovedForm>) => void
  /** What cannot be sent as it was typed. */
  error: string | null
  /** What to send; undefined where nothing is approved, and beside an error. */
  approved: ApprovedInput | undefined
}

/** Approval limits of one form. */
export function useApproval(estimated: ApprovedForm): Approval {
  const [form, setForm] = useState(untouched)
  const read = readApproved(form, estimated)
  const isWrong = typeof read === 'string'
  return {
    form,
    estimated,
    onEdit: (change) => setForm((before) => ({ ...before, ...change })),
    error: isWrong ? read : null,
    approved: isWrong ? undefined : read,
  }
}
