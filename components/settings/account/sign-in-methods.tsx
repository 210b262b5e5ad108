'use client'

import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { TextField } from '@/components/account/text-field'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { ErrorNote } from '@/components/ui/messages'
import type { Account } from '@/lib/api/people'
import {
  useAddPasskey,
  useLinkProvider,
  useRemovePasskey,
  useUnlinkProvider,
} from '@/lib/client/hooks/use-passkeys'
import { notify } from '@/lib/client/http/notices'
import { pages } from '@/lib/client/http/pages'
import { signInError } from '@/lib/view/format/sign-in-error'
import { Failed, Moment, SettingsPanel } from '../settings-page'

/** Passkeys, and the account at the provider, by which one signs in beside a password. */
export function SignInMethods({ account: { signInMethods } }: { account: Account }) {
  return (
    <SettingsPanel
      title="Passkeys"
      about="A passkey signs you in by your device: by a finger, a face or its PIN. Nothing that is secret leaves the device."
    >
      <PasskeyList passkeys={signInMethods.passkeys} />
      {signInMethods.takesPasskeys ? (
        <AddPasskey />
      ) : (
        <p className="text-sm text-ink-2">
          Browsers make passkeys for names under https:// and for localhost: whoever runs this server sets
          SKEIN_URL to such an address.
        </p>
      )}
      {signInMethods.provider !== null && (
        <Provider name={signInMethods.provider} isLinked={signInMethods.isLinked} />
      )}
    </SettingsPanel>
  )
}

function PasskeyList({ passkeys }: { passkeys: Account['signInMethods']['passkeys'] }) {
  const remove = useRemovePasskey()
  if (passkeys.length === 0) return <p className="text-sm text-ink-2">You have none yet.</p>
  return (
    <>
      <ul aria-label="Your passkeys" className="flex flex-col divide-y text-sm">
        {passkeys.map(({ id, name, createdAt, isSynced }) => (
          <li key={id} className="flex flex-wrap items-center gap-2 py-2">
            <span className="min-w-0 flex-1 break-words">
              {name}
              <span className="block text-xs text-ink-3">
                {isSynced ? 'on all devices of its account' : 'on one device'}
                {createdAt !== null && (
                  <>
                    {' · since '}
                    <Moment at={createdAt} />
                  </>
                )}
              </span>
            </span>
            <Confirm
              title={`Remove ${name}?`}
              verb="Remove"
              onConfirm={() => remove.mutate(id, { onSuccess: () => notify('The passkey was removed.') })}
              trigger={
                <Button variant="danger" aria-label={`Remove ${name}`} disabled={remove.isPending}>
                  Remove
                </Button>
              }
            >
              It signs nobody in from then on. Delete it on the device as well.
            </Confirm>
          </li>
        ))}
      </ul>
      <Failed error={remove.error} />
    </>
  )
}

function AddPasskey() {
  const [name, setName] = useState('')
  const add = useAddPasskey()
  return (
    <>
      <form
        aria-label="Add a passkey"
        className="flex max-w-xl flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          add.mutate(name.trim(), {
            onSuccess: () => {
              setName('')
              notify('The passkey was added.')
            },
          })
        }}
      >
        <TextField label="Name of the device" autoComplete="off" value={name} onChange={setName} />
        <Button type="submit" disabled={name.trim() === '' || add.isPending}>
          {add.isPending ? 'Waiting for the device…' : 'Add a passkey'}
        </Button>
      </form>
      <Failed error={add.error} />
    </>
  )
}

function Provider({ name, isLinked }: { name: string; isLinked: boolean }) {
  const link = useLinkProvider()
  const unlink = useUnlinkProvider()
  const failure = useSearchParams().get('error')
  return (
    <div className="flex flex-wrap items-center gap-3 border-t pt-3 text-sm">
      <p className="min-w-0 flex-1">
        {isLinked ? `You can sign in by ${name}.` : `Your account is not linked with one at ${name}.`}
      </p>
      {isLinked ? (
        <Button disabled={unlink.isPending} onClick={() => unlink.mutate()}>
          Unlink
        </Button>
      ) : (
        <Button
          disabled={link.isPending || link.isSuccess}
          onClick={() => link.mutate(pages.account, { onSuccess: ({ url }) => window.location.assign(url) })}
        >
          Link with {name}
        </Button>
      )}
      {failure !== null && !isLinked && <ErrorNote title="Not linked" detail={signInError(failure)} />}
      <Failed error={link.error ?? unlink.error} />
    </div>
  )
}
