'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { ErrorNote } from '@/components/ui/messages'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { useResetPassword } from '@/lib/client/queries/people-queries'
import { DoorCard } from './door-card'
import { TextField } from './text-field'

/** Sets a new password by the link of an admin. Its token stands after the #, which no server is sent. */
export function ResetScreen() {
  const [password, setPassword] = useState('')
  const reset = useResetPassword()
  const isBusy = reset.isPending || reset.isSuccess
  const submit = () => {
    if (password === '' || isBusy) return
    const token = window.location.hash.slice(1) || 'none'
    reset.mutate({ token, password }, { onSuccess: () => window.location.replace(pages.overview) })
  }
  return (
    <DoorCard
      title="Set a new password"
      about="It signs you in here and ends every other session of yours. The link works once."
      onSubmit={submit}
    >
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        hint="12 characters or more."
        value={password}
        onChange={setPassword}
      />
      {reset.error !== null && (
        <ErrorNote title="The password was not set" detail={problemOf(reset.error).detail} />
      )}
      <Button type="submit" variant="primary" size="lg" disabled={password === '' || isBusy}>
        {isBusy ? 'Setting it…' : 'Set the password'}
      </Button>
    </DoorCard>
  )
}
