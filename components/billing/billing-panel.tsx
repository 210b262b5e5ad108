'use client'

import { useState } from 'react'
import { TextField } from '@/components/account/text-field'
import { SecretForm } from '@/components/settings/projects/secret-form'
import { Failed, Moment, SettingsPanel, Waiting } from '@/components/settings/settings-page'
import { Button } from '@/components/ui/actions/button'
import { Select } from '@/components/ui/form/field'
import type { BillingNames, BillingShown } from '@/lib/api/billing/billed'
import { problemOf } from '@/lib/client/http/api'
import {
  useBilling,
  useBillingNames,
  useForgetAdminKey,
  useSetAdminKey,
  useSetBillingMapping,
} from '@/lib/client/queries/billing/billing-queries'
import { useAccess } from '@/lib/client/queries/first/access'
import { reaches } from '@/lib/core/base/role'
import { readIds } from '@/lib/view/costs/billed-words'

/** The Admin key of the organisation that pays, for those who may see what all projects cost. */
export function BillingPanel() {
  const { data } = useAccess()
  return reaches(data?.you?.role ?? 'viewer', 'admin') ? <Billing /> : null
}

function Billing() {
  const { data, error } = useBilling()
  // An admin who is not in every project may not know of it; that is no fault to show.
  if (error !== null && problemOf(error).status === 403) return null
  return (
    <SettingsPanel
      title="What was billed"
      about="With an Admin key of your organisation, Costs shows what runs cost by Skein's count beside what Anthropic billed, and why the two differ. The key is kept sealed and never shown again; it only reads."
    >
      <Waiting data={data} error={error} />
      {data !== undefined && (
        <>
          <Present present={data} />
          <Key isSet={data.isSet} />
          {data.isSet && <Mapping key={JSON.stringify(data.projects)} billing={data} />}
        </>
      )}
    </SettingsPanel>
  )
}

function Present({ present: { hint, setAt, setBy, baseUrl } }: { present: BillingShown }) {
  if (hint === null || setAt === null)
    return (
      <p className="text-sm text-ink-2">
        None is set. An admin of the organisation makes one in the Claude Console, under Settings, Admin keys;
        accounts without an organisation have none.
      </p>
    )
  return (
    <p className="text-sm text-ink-2">
      Ends in <code>{hint}</code>, set by {setBy} at <Moment at={setAt} />. Asked at <code>{baseUrl}</code>.
    </p>
  )
}

function Key({ isSet }: { isSet: boolean }) {
  const set = useSetAdminKey()
  const forget = useForgetAdminKey()
  return (
    <SecretForm
      name="Admin key"
      label={isSet ? 'Another Admin key' : 'Admin key'}
      isSet={isSet}
      onSet={(key, done) => set.mutate(key, { onSuccess: done })}
      isPending={set.isPending}
      question="Forget the Admin key?"
      consequence="What was read by it is forgotten too. Delete the key in the Claude Console as well."
      onForget={() => forget.mutate(null)}
      error={set.error ?? forget.error}
    />
  )
}

type Typed = { project: string; name: string; keys: string; workspaces: string }

function Mapping({ billing }: { billing: BillingShown }) {
  const names = useBillingNames(billing.isSet).data ?? null
  const [rows, setRows] = useState<Typed[]>(() =>
    billing.projects.map(({ project, name, keyIds, workspaceIds }) => ({
      ...{ project, name },
      keys: keyIds.join(', '),
      workspaces: workspaceIds.join(', '),
    })),
  )
  const set = useSetBillingMapping()
  const change = (project: string, next: Partial<Typed>) =>
    setRows(rows.map((row) => (row.project === project ? { ...row, ...next } : row)))
  return (
    <form
      aria-label="Keys and workspaces of projects"
      className="flex flex-col gap-3 border-t pt-3"
      onSubmit={(event) => {
        event.preventDefault()
        set.mutate({
          projects: rows.map(({ project, keys, workspaces }) => ({
            ...{ project, keyIds: readIds(keys), workspaceIds: readIds(workspaces) },
          })),
        })
      }}
    >
      <p className="max-w-3xl text-xs text-ink-3">
        Say which API keys and workspaces of the organisation are of which project, and tokens of other
        programs are told from those of runs. Dollars are reported by workspace, tokens by key too.
        {names?.problem != null && ` Their names could not be listed: ${names.problem}`}
      </p>
      {rows.map((row) => (
        <fieldset key={row.project} className="grid gap-3 sm:grid-cols-2">
          <legend className="text-sm font-medium">{row.name}</legend>
          <Ids
            label={`API keys of ${row.name}`}
            value={row.keys}
            names={names?.keys ?? []}
            onChange={(keys) => change(row.project, { keys })}
          />
          <Ids
            label={`Workspaces of ${row.name}`}
            value={row.workspaces}
            names={names?.workspaces ?? []}
            onChange={(workspaces) => change(row.project, { workspaces })}
          />
        </fieldset>
      ))}
      <div>
        <Button type="submit" disabled={set.isPending}>
          Save
        </Button>
      </div>
      <Failed error={set.error} />
    </form>
  )
}

type IdsProps = {
  label: string
  value: string
  names: BillingNames['keys']
  onChange: (value: string) => void
}

/** Ids as text, each named under it where it is known; known ones are added from a list. */
function Ids({ label, value, names, onChange }: IdsProps) {
  const ids = readIds(value)
  const known = names.filter(({ id }) => ids.includes(id)).map(({ id, name }) => `${name} (${id})`)
  const others = names.filter(({ id }) => !ids.includes(id))
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <TextField
        label={label}
        autoComplete="off"
        hint={known.length > 0 ? known.join(', ') : 'Ids, apart by commas'}
        value={value}
        onChange={onChange}
      />
      {others.length > 0 && (
        <Select
          aria-label={`Add to ${label}`}
          value=""
          onChange={({ target }) => onChange([...ids, target.value].join(', '))}
        >
          <option value="">Add…</option>
          {others.map(({ id, name }) => (
            <option key={id} value={id}>
              {name === '' ? id : `${name} (${id})`}
            </option>
          ))}
        </Select>
      )}
    </div>
  )
}
