'use client'

import { useRouter } from 'next/navigation'
import { useRef } from 'react'
import type { LaunchInput } from '@/lib/api/runs'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { useLaunch } from '@/lib/client/queries/run-queries'
import { type FieldError, problemErrors } from '@/lib/view/launch/field-errors'

/** What becomes of the form that is sent. */
export type Sending = { send: (body: LaunchInput) => void; isSent: boolean; errors: FieldError[] }

/** Launches and goes to the run. Pressing twice, or again after a lost answer, launches once. */
export function useSendOnce(): Sending {
  const router = useRouter()
  const launch = useLaunch()
  const isSent = launch.isPending || launch.isSuccess
  /** One key for one body. */
  const key = useRef({ body: '', key: '' })
  const send = (body: LaunchInput) => {
    if (isSent) return
    const text = JSON.stringify(body)
    if (key.current.body !== text)
      key.current = { body: text, key: crypto.randomUUID?.() ?? `${Date.now()}.${Math.random()}` }
    launch.mutate(
      { body, key: key.current.key },
      { onSuccess: (launched) => router.push(pages.run(launched.id)) },
    )
  }
  return { send, isSent, errors: launch.error === null ? [] : problemErrors(problemOf(launch.error)) }
}
