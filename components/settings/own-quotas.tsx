'use client'

import { useOwnQuotas } from '@/lib/client/queries/quota-queries'
import { sentenceList } from '@/lib/view/format/numbers'
import { QuotaUse } from './quota-use'
import { SettingsPanel } from './settings-page'

/** One's own quotas, and who can raise them; nothing where there are none. */
export function OwnQuotas() {
  const { data } = useOwnQuotas()
  if (data === undefined || data.quotas.length === 0) return null
  const { quotas, admins } = data
  return (
    <SettingsPanel
      title="Your quotas"
      about={
        admins.length === 0
          ? 'What your runs may use. At a quota they pause.'
          : `What your runs may use. At a quota they pause; ${sentenceList(admins)} can raise it.`
      }
    >
      <ul className="grid gap-4 sm:grid-cols-2">
        {quotas.map((quota) => (
          <li key={quota.id} className="flex min-w-0 flex-col gap-1">
            <span className="text-xs text-ink-3">
              {quota.subject.kind === 'project' ? `Project ${quota.subject.name}` : 'Yours'}
            </span>
            <QuotaUse quota={quota} />
          </li>
        ))}
      </ul>
    </SettingsPanel>
  )
}
