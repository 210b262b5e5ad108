'use client'

import { useState } from 'react'
import { TextField } from '@/components/account/text-field'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import type { Account } from '@/lib/api/people'
import { notify } from '@/lib/client/http/notices'
import { pages } from '@/lib/client/http/pages'
import { useAccount, useChangePassword, useEndSession, useSignOut } from '@/lib/client/queries/people-queries'
import { SignInMethods } from './account/sign-in-methods'
import { OwnQuotas } from './own-quotas'
import { Failed, Moment, SettingsPage, SettingsPanel, Waiting } from './settings-page'

/** Oneself: the browsers one has signed in with, and one's password. */
export function AccountScreen() {
  const { data, error } = useAccount()
  return (
    <SettingsPage>
      <Waiting data={data} error={error} />
      {data !== undefined && (
        <>
          <Self account={data} />
          <OwnQuotas />
          <Sessions account={data} />
          <SignInMethods account={data} />
          {data.signInMethods.hasPassword && <Password />}
        </>
      )}
    </SettingsPage>
  )
}

function Self({ account: { person } }: { account: Account }) {
  const signOut = useSignOut()
  const leave = (where: 'here' | 'everywhere') =>
    signOut.mutate(where, { onSuccess: () => window.location.assign(pages.signIn) })
  return (
    <SettingsPanel title="Your account">
      <p className="text-sm">
        <span className="font-medium">{person.name}</span>{' '}
        <span className="text-ink-3">
          {person.email} · {person.role}
        </span>
      </p>
      <div className="flex flex-wrap gap-2">
        <Button disabled={signOut.isPending} onClick={() => leave('here')}>
          Sign out
        </Button>
        <Confirm
          title="Sign out everywhere?"
          verb="Sign out everywhere"
          keep="Stay"
          onConfirm={() => leave('everywhere')}
          trigger={<Button variant="danger">Sign out everywhere</Button>}
        >
          Every browser, this one too, has to sign in again. API keys go on working.
        </Confirm>
      </div>
      <Failed error={signOut.error} />
    </SettingsPanel>
  )
}

function Sessions({ account: { sessions } }: { account: Account }) {
  const end = useEndSession()
  return (
    <SettingsPanel
      title="Sessions"
      about="Browsers in which you have signed in. One that you end is out at once."
    >
      <ul className="flex flex-col divide-y text-sm">
        {sessions.map(({ id, isThis, browser, address, createdAt, expiresAt }) => (
          <li key={id} className="flex flex-wrap items-center gap-2 py-2">
            <span className="min-w-0 flex-1 break-words">
              {browser || 'An unnamed browser'}
              <span className="block text-xs text-ink-3">
                {isThis && 'this one · '}
                {address && `from ${address} · `}since <Moment at={createdAt} /> · until{' '}
                <Moment at={expiresAt} />
              </span>
            </span>
            {!isThis && (
              <Button
                disabled={end.isPending}
                onClick={() => end.mutate(id, { onSuccess: () => notify('The session has ended.') })}
              >
                End
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Failed error={end.error} />
    </SettingsPanel>
  )
}

function Password() {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const change = useChangePassword()
  const submit = () =>
    change.mutate(
      { current, next },
      {
        onSuccess: () => {
          setCurrent('')
          setNext('')
          notify('The password was changed; your other sessions have ended.')
        },
      },
    )
  return (
    <SettingsPanel title="Password" about="A new one ends your other sessions.">
      <form
        aria-label="Change the password"
        className="flex max-w-xl flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <TextField
          label="Current password"
          type="password"
          autoComplete="current-password"
          value={current}
          onChange={setCurrent}
        />
        <TextField
          label="New password (12 characters or more)"
          type="password"
          autoComplete="new-password"
          value={next}
          onChange={setNext}
        />
        <Button type="submit" disabled={current === '' || next === '' || change.isPending}>
          Change
        </Button>
      </form>
      <Failed error={change.error} />
    </SettingsPanel>
  )
}
