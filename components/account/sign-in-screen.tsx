'use client'

import { useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { ErrorNote } from '@/components/ui/messages'
import { PageLink } from '@/components/ui/page-link'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import { usePasskeySignIn } from '@/lib/client/hooks/use-passkeys'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { wayBack } from '@/lib/client/http/sign-in'
import { useAccess } from '@/lib/client/queries/first/access'
import { useBeginOidc, useSignIn } from '@/lib/client/queries/people-queries'
import { signInError } from '@/lib/view/format/sign-in-error'
import { DoorCard } from './door-card'
import { TextField } from './text-field'

/** Signs somebody in, by whatever way there is here, and goes back to where they were. */
export function SignInScreen() {
  const query = useSearchParams()
  const back = query.get('back')
  const access = useAccess()
  const isShared = access.data?.mode === 'token'
  useEffect(() => {
    if (isShared)
      window.location.replace(`${pages.join}?${new URLSearchParams(back === null ? {} : { back })}`)
  }, [isShared, back])
  if (access.error !== null)
    return <ErrorNote title={problemOf(access.error).title} detail={problemOf(access.error).detail} />
  if (access.data === undefined || isShared) return <Loading label="Loading…" />
  if (access.data.mode === 'local')
    return (
      <EmptyState title="Nobody signs in here">
        This Skein asks nobody who they are. <PageLink href={pages.overview}>Go to the overview</PageLink>
      </EmptyState>
    )
  const { provider, passkeys } = access.data
  return <SignInForm {...{ back, provider, passkeys }} failure={query.get('error')} />
}

type FormProps = {
  back: string | null
  provider: string | null
  /** Whether one can sign in with a passkey. */
  passkeys: boolean
  failure: string | null
}

function SignInForm({ back, provider, passkeys, failure }: FormProps) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useSignIn()
  const begin = useBeginOidc()
  const passkey = usePasskeySignIn()
  const isReady = email.trim() !== '' && password !== ''
  const isBusy = [signIn, begin, passkey].some(({ isPending, isSuccess }) => isPending || isSuccess)
  const error = signIn.error ?? begin.error ?? passkey.error
  const submit = () => {
    if (!isReady || isBusy) return
    // A full reload, so everything the page was refused before is asked for again.
    signIn.mutate(
      { email: email.trim(), password },
      { onSuccess: () => window.location.assign(wayBack(back, window.location.origin)) },
    )
  }
  return (
    <DoorCard
      title="Sign in"
      about="Accounts are made by invitation: open the link that you were given."
      onSubmit={submit}
    >
      {provider !== null && (
        <Button
          size="lg"
          disabled={isBusy}
          onClick={() =>
            begin.mutate(wayBack(back, window.location.origin), {
              onSuccess: ({ url }) => window.location.assign(url),
            })
          }
        >
          Continue with {provider}
        </Button>
      )}
      {passkeys && (
        <Button
          size="lg"
          disabled={isBusy}
          onClick={() =>
            passkey.mutate(undefined, {
              onSuccess: () => window.location.assign(wayBack(back, window.location.origin)),
            })
          }
        >
          {passkey.isPending ? 'Waiting for the device…' : 'Sign in with a passkey'}
        </Button>
      )}
      <TextField label="E-mail" type="email" autoComplete="username" value={email} onChange={setEmail} />
      <TextField
        label="Password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
      {failure !== null && error === null && (
        <ErrorNote title="Not signed in" detail={signInError(failure)} />
      )}
      {error !== null && <ErrorNote title="Not signed in" detail={problemOf(error).detail} />}
      <Button type="submit" variant="primary" size="lg" disabled={!isReady || isBusy}>
        {signIn.isPending || signIn.isSuccess ? 'Signing in…' : 'Sign in'}
      </Button>
    </DoorCard>
  )
}
