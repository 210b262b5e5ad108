'use client'

import { useState } from 'react'
import { TextField } from '@/components/account/text-field'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import type { ProviderKeyShown } from '@/lib/api/projects/projects'
import { useAccess } from '@/lib/client/queries/people-queries'
import { useForgetProviderKey, useProviderKey, useSetProviderKey } from '@/lib/client/queries/project-queries'
import { reaches } from '@/lib/core/base/role'
import { Failed, Moment, SettingsPanel, Waiting } from '../settings-page'

/** The provider key of the project, for its admins; nothing where there are no accounts. */
export function ProviderKeyPanel() {
  const { data } = useAccess()
  if (data?.mode !== 'team' || data.project === null || !reaches(data.project.role, 'admin')) return null
  return <ProviderKey project={data.project.name} />
}

function ProviderKey({ project }: { project: string }) {
  const { data, error } = useProviderKey()
  const [key, setKey] = useState('')
  const set = useSetProviderKey()
  const forget = useForgetProviderKey()
  return (
    <SettingsPanel
      title="Provider key"
      about={`Runs of the project ${project} ask the provider by it, in place of the key of this installation. It is kept sealed and never shown again.`}
    >
      <Waiting data={data} error={error} />
      {data !== undefined && <Present present={data} />}
      <form
        aria-label="Provider key"
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          set.mutate(key.trim(), { onSuccess: () => setKey('') })
        }}
      >
        <TextField
          label={data?.isSet ? 'Another key' : 'Key'}
          type="password"
          autoComplete="off"
          className="w-80"
          value={key}
          onChange={setKey}
        />
        <Button type="submit" variant="primary" disabled={key.trim() === '' || set.isPending}>
          Set
        </Button>
        {data?.isSet && (
          <Confirm
            title="Forget the provider key?"
            verb="Forget"
            onConfirm={() => forget.mutate(null)}
            trigger={<Button variant="danger">Forget</Button>}
          >
            Runs that begin from now on ask by the key of this installation. Runs at work keep theirs to their
            end.
          </Confirm>
        )}
      </form>
      <Failed error={set.error ?? forget.error} />
    </SettingsPanel>
  )
}

function Present({ present: { hint, setAt, setBy } }: { present: ProviderKeyShown }) {
  if (hint === null || setAt === null)
    return <p className="text-sm text-ink-2">None of its own: the key of this installation is used.</p>
  return (
    <p className="text-sm text-ink-2">
      Ends in <code>{hint}</code>, set by {setBy} at <Moment at={setAt} />.
    </p>
  )
}
