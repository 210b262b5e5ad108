'use client'

import { ShownOnce } from '@/components/settings/shown-once'
import { CopyButton } from '@/components/ui/actions/copy-button'
import type { TriggerShown } from '@/lib/api/automations/triggers'

/** Where a trigger is delivered to, as whoever delivers has to write it. */
export function TriggerAddress({ trigger: { path } }: { trigger: Pick<TriggerShown, 'path'> }) {
  const address = typeof location === 'undefined' ? path : `${location.origin}${path}`
  return (
    <div className="flex flex-wrap items-center gap-2 text-xs">
      <code className="min-w-0 break-all font-mono text-ink-2">{address}</code>
      <CopyButton text={address} label="Copy the address" word="Copy" />
    </div>
  )
}

/** What whoever delivers has to be given, the secret this once. */
export function TriggerHandover({ trigger, secret }: { trigger: TriggerShown; secret: string }) {
  return (
    <div className="flex flex-col gap-3 text-sm">
      <p>
        {trigger.signedAs === 'github'
          ? 'In the settings of the repository, under Webhooks: give this address, the content type application/json, and this secret.'
          : 'Give the sender this address and this secret. It posts JSON and signs it as Standard Webhooks says.'}
      </p>
      <TriggerAddress trigger={trigger} />
      <ShownOnce label="This is the secret." text={secret} />
    </div>
  )
}
