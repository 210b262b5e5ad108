'use client'

import type { ProviderKeyShown } from '@/lib/api/projects/projects'
import { useAccess } from '@/lib/client/queries/first/access'
import { useForgetProviderKey, useProviderKey, useSetProviderKey } from '@/lib/client/queries/project-queries'
import { reaches } from '@/lib/core/base/role'
import { Moment, SettingsPanel, Waiting } from '../settings-page'
import { SecretForm } from './secret-form'

/** The provider key of the project, for its admins; nothing where there are no accounts. */
export function ProviderKeyPanel() {
  const { data } = useAccess()
  if (data?.mode !== 'team' || data.project === null || !reaches(data.project.role, 'admin')) return null
  return <ProviderKey project={data.project.name} />
}

function ProviderKey({ project }: { project: string }) {
  const { data, error } = useProviderKey()
  const set = useSetProviderKey()
  const forget = useForgetProviderKey()
  return (
    <SettingsPanel
      title="Provider key"
      about={`Runs of the project ${project} ask the provider by it, in place of the key of this installation. It is kept sealed and never shown again.`}
    >
      <Waiting data={data} error={error} />
      {data !== undefined && <Present present={data} />}
      <SecretForm
        name="Provider key"
        label={data?.isSet ? 'Another key' : 'Key'}
        isSet={data?.isSet === true}
        onSet={(key, done) => set.mutate(key, { onSuccess: done })}
        isPending={set.isPending}
        question="Forget the provider key?"
        consequence="Runs that begin from now on ask by the key of this installation. Runs at work keep theirs to their end."
        onForget={() => forget.mutate(null)}
        error={set.error ?? forget.error}
      />
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
