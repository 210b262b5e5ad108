'use client'

import { useId, useState } from 'react'
import { TextField } from '@/components/account/text-field'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { Field, Select } from '@/components/ui/form/field'
import type { ApiKeyShown } from '@/lib/api/people'
import { useAccess } from '@/lib/client/queries/first/access'
import { useApiKeys, useMakeKey, useRevokeKey } from '@/lib/client/queries/people-queries'
import { lesserRole, type Role } from '@/lib/core/base/role'
import { RoleSelect } from './role-select'
import { Failed, Moment, SettingsPage, SettingsPanel, Waiting } from './settings-page'
import { ShownOnce } from './shown-once'

/** Keys with which programs ask: made, listed, revoked. */
export function KeysScreen() {
  const { data, error } = useApiKeys()
  return (
    <SettingsPage>
      <SettingsPanel
        title="API keys"
        about={
          <>
            A program sends its key as <code>Authorization: Bearer skein_…</code>. It does what its role
            allows, never more than you may, and what it does is recorded under its name and yours.
          </>
        }
      >
        <Waiting data={data} error={error} />
        {data !== undefined && (
          <>
            {data.keys.length === 0 && <p className="text-sm text-ink-2">No keys yet.</p>}
            <ul className="flex flex-col divide-y">
              {data.keys.map((key) => (
                <KeyRow key={key.id} shown={key} />
              ))}
            </ul>
            <NewKey />
          </>
        )}
      </SettingsPanel>
    </SettingsPage>
  )
}

function KeyRow({ shown }: { shown: ApiKeyShown }) {
  const revoke = useRevokeKey()
  const { id, name, hint, role, launchOnly, owner, createdAt, expiresAt, lastUsedAt, revokedAt } = shown
  return (
    <li className="flex flex-wrap items-center gap-2 py-2 text-sm">
      <span className="min-w-0 flex-1 break-words">
        <span className="font-medium">{name}</span> <code className="text-xs text-ink-3">skein_…{hint}</code>{' '}
        <span className="text-ink-3">
          {role}
          {launchOnly && ', only launches'} · {owner}
        </span>
        <span className="block text-xs text-ink-3">
          made <Moment at={createdAt} /> · {lastUsedAt === null ? 'never used' : 'last used '}
          {lastUsedAt !== null && <Moment at={lastUsedAt} />}
          {expiresAt !== null && ' · until '}
          {expiresAt !== null && <Moment at={expiresAt} />}
        </span>
      </span>
      {revokedAt === null ? (
        <Confirm
          title={`Revoke ${name}?`}
          verb="Revoke"
          onConfirm={() => revoke.mutate(id)}
          trigger={<Button variant="danger">Revoke</Button>}
        >
          Programs that use it are refused from now on. Runs that it launched go on.
        </Confirm>
      ) : (
        <span className="text-xs text-ink-3">
          revoked <Moment at={revokedAt} />
        </span>
      )}
      <Failed error={revoke.error} />
    </li>
  )
}

const lives = [
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: 'a year' },
  { days: null, label: 'until it is revoked' },
]

function NewKey() {
  const access = useAccess().data
  const own = access?.project?.role ?? access?.you?.role ?? 'viewer'
  const [name, setName] = useState('')
  const [wanted, setRole] = useState<Role>('launcher')
  const [days, setDays] = useState<number | null>(90)
  const [launchOnly, setLaunchOnly] = useState(false)
  const make = useMakeKey()
  const id = useId()
  const role = lesserRole(wanted, own)
  return (
    <>
      <form
        aria-label="Make an API key"
        className="flex flex-wrap items-end gap-3 border-t pt-3"
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate({ name: name.trim(), role, days, launchOnly }, { onSuccess: () => setName('') })
        }}
      >
        <TextField label="Name" autoComplete="off" value={name} onChange={setName} />
        <Field id={`${id}-role`} label="Role">
          {(wired) => <RoleSelect id={wired.id} value={role} most={own} onChange={setRole} />}
        </Field>
        <Field id={`${id}-days`} label="Good for">
          {(wired) => (
            <Select
              {...wired}
              value={String(days)}
              onChange={(event) =>
                setDays(lives.find((life) => String(life.days) === event.target.value)?.days ?? null)
              }
            >
              {lives.map((life) => (
                <option key={life.label} value={String(life.days)}>
                  {life.label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <label className="flex h-8 items-center gap-2 text-xs text-ink-2">
          <input
            type="checkbox"
            checked={launchOnly}
            onChange={(event) => setLaunchOnly(event.target.checked)}
          />
          Only launches runs and follows its own
        </label>
        <Button type="submit" variant="primary" disabled={name.trim() === '' || make.isPending}>
          Make
        </Button>
      </form>
      <Failed error={make.error} />
      {make.data !== undefined && <ShownOnce label="This is the key." text={make.data.key} />}
    </>
  )
}
