'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { ErrorNote } from '@/components/ui/messages'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { useAcceptInvitation } from '@/lib/client/queries/people-queries'
import { DoorCard } from './door-card'
import { TextField } from './text-field'

/** Makes an account by the link of an invitation. Its token stands after the #, which no server is sent. */
export function InvitationScreen() {
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const accept = useAcceptInvitation()
  const isReady = name.trim() !== '' && email.trim() !== '' && password !== ''
  const isBusy = accept.isPending || accept.isSuccess
  const submit = () => {
    if (!isReady || isBusy) return
    const token = window.location.hash.slice(1) || 'none'
    accept.mutate(
      { token, name: name.trim(), email: email.trim(), password },
      { onSuccess: () => window.location.replace(pages.overview) },
    )
  }
  return (
    <DoorCard
      title="Make your account"
      about="What you do here is recorded under your name. The link works once."
      onSubmit={submit}
    >
      <TextField label="Your name" autoComplete="name" value={name} onChange={setName} />
      <TextField label="E-mail" type="email" autoComplete="username" value={email} onChange={setEmail} />
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        hint="12 characters or more."
        value={password}
        onChange={setPassword}
      />
      {accept.error !== null && (
        <ErrorNote title="No account was made" detail={problemOf(accept.error).detail} />
      )}
      <Button type="submit" variant="primary" size="lg" disabled={!isReady || isBusy}>
        {isBusy ? 'Making it…' : 'Make the account'}
      </Button>
    </DoorCard>
  )
}
