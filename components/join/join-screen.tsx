'use client'

import { useSearchParams } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { Button, ButtonLink } from '@/components/ui/actions/button'
import { Field, Input } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { wayBack } from '@/lib/client/http/sign-in'
import { useJoin, useSettings } from '@/lib/client/queries/server-queries'
import { localActor } from '@/lib/core/base/actor'

/** Asks for the team's token and a name, then goes back to where one was. */
export function JoinScreen() {
  // Answered only where nothing is to be joined, or somebody has joined.
  const { data: settings } = useSettings()
  return settings === undefined ? <JoinForm /> : <NothingToJoin you={settings.you} />
}

function NothingToJoin({ you }: { you: string }) {
  return (
    <div className="mx-auto flex w-full max-w-md flex-1 flex-col justify-center px-4 py-10">
      <div className="panel flex flex-col items-start gap-3 p-6">
        <h1 className="text-xl font-semibold tracking-tight">
          {you === localActor.name ? 'There is no team to join' : 'You have joined'}
        </h1>
        <p className="text-sm text-ink-2">
          {you === localActor.name
            ? 'This Skein has no team token, so everybody who can open it may use it. A team begins with SKEIN_TEAM_TOKEN in the server’s environment.'
            : `Your launches, pauses and cancellations are recorded under the name ${you}.`}
        </p>
        <ButtonLink href={pages.overview} variant="primary">
          Open the overview
        </ButtonLink>
      </div>
    </div>
  )
}

function JoinForm() {
  const back = useSearchParams().get('back')
  const join = useJoin()
  const [token, setToken] = useState('')
  const [name, setName] = useState('')
  const isReady = token.trim() !== '' && name.trim() !== ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isReady || join.isPending) return
    // A full reload, so everything the page was refused before is asked for again.
    join.mutate(
      { token: token.trim(), name: name.trim() },
      { onSuccess: () => window.location.assign(wayBack(back, window.location.origin)) },
    )
  }
  return (
    <div className="mx-auto flex w-full max-w-md flex-1 flex-col justify-center px-4 py-10">
      <form onSubmit={submit} className="panel flex flex-col gap-4 p-6">
        <div>
          <h1 className="text-xl font-semibold tracking-tight">Join the team</h1>
          <p className="mt-1 text-sm text-ink-2">
            This Skein belongs to a team. The token is SKEIN_TEAM_TOKEN in the server’s environment.
          </p>
        </div>
        <Field id="token" label="Team token">
          {(wired) => (
            <Input
              {...wired}
              type="password"
              autoComplete="current-password"
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          )}
        </Field>
        <Field
          id="name"
          label="Your name"
          hint="Your launches, pauses and cancellations are recorded under this name."
        >
          {(wired) => (
            <Input
              {...wired}
              autoComplete="name"
              maxLength={60}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        {join.error !== null && <ErrorNote title="Could not join" detail={problemOf(join.error).detail} />}
        <Button
          type="submit"
          variant="primary"
          size="lg"
          disabled={!isReady || join.isPending || join.isSuccess}
        >
          {join.isPending || join.isSuccess ? 'Joining…' : 'Join'}
        </Button>
      </form>
    </div>
  )
}
