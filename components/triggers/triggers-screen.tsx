'use client'

import { Pencil } from 'lucide-react'
import { useState } from 'react'
import { AutomationList } from '@/components/automations/automation-list'
import { AutomationRow } from '@/components/automations/automation-row'
import { PastLaunches } from '@/components/automations/past-launches'
import { Button, ButtonLink } from '@/components/ui/actions/button'
import { Dialog } from '@/components/ui/actions/dialog'
import { Ago } from '@/components/ui/elapsed'
import type { TriggerShown } from '@/lib/api/automations/triggers'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { useAccess } from '@/lib/client/queries/first/access'
import { useChangeTrigger, useDeleteTrigger, useTriggers } from '@/lib/client/queries/trigger-queries'
import { reaches } from '@/lib/core/base/role'
import { timeIn } from '@/lib/view/workflows/cadence'
import { waitSentence } from '@/lib/view/workflows/github-words'
import { outcomeWords, scheduledWhat } from '@/lib/view/workflows/schedule-words'
import { RenewSecret } from './renew-secret'
import { TriggerAddress } from './trigger-address'
import { TriggerForm } from './trigger-form'

/** Launches that signed webhooks make, with what was delivered. */
export function TriggersScreen() {
  const { data, error } = useTriggers()
  const access = useAccess().data
  const mayChange = reaches(access?.project?.role ?? access?.you?.role ?? 'viewer', 'admin')
  return (
    <AutomationList
      title="Triggers"
      all={data?.triggers}
      error={error}
      make={
        mayChange && (
          <ButtonLink href={pages.launch} variant="primary">
            New on the launch page
          </ButtonLink>
        )
      }
      none={{
        title: 'No triggers yet',
        how: mayChange ? (
          <>
            Fill in the launch form and press <em>Trigger…</em> under the plan: it is launched whenever
            another program, such as GitHub, delivers a signed webhook, with parts of its body as args.
          </>
        ) : (
          'An admin makes them on the launch page.'
        ),
      }}
      row={(trigger) => <TriggerRow key={trigger.id} trigger={trigger} mayChange={mayChange} />}
    />
  )
}

function TriggerRow({ trigger, mayChange }: { trigger: TriggerShown; mayChange: boolean }) {
  const { id, signedAs, mapping, github, deliveries } = trigger
  const change = useChangeTrigger(id)
  const remove = useDeleteTrigger(id)
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const form = signedAs === 'github' ? 'GitHub' : 'Standard Webhooks'
  return (
    <AutomationRow
      automation={trigger}
      what={`${form} · ${scheduledWhat(trigger)}`}
      change={change}
      remove={remove}
      mayChange={mayChange}
      about={
        <div className="flex flex-col gap-1 text-xs text-ink-2">
          <TriggerAddress trigger={trigger} />
          {github !== null && <p className="[overflow-wrap:anywhere]">{waitSentence(github)}</p>}
          {mapping.length > 0 && (
            <p className="[overflow-wrap:anywhere]">
              Args: {mapping.map(({ from, to }) => `${to} from ${from}`).join(', ')}
            </p>
          )}
          <Attention trigger={trigger} />
        </div>
      }
      past={
        <PastLaunches
          label="Last deliveries"
          past={deliveries.map(({ deliveryId, receivedAt, ...delivery }) => ({
            ...delivery,
            key: deliveryId,
            at: receivedAt,
            time: timeIn(receivedAt, timeZone),
            words: outcomeWords(delivery),
          }))}
        />
      }
      actions={
        <>
          <Edit trigger={trigger} />
          <RenewSecret trigger={trigger} />
        </>
      }
    />
  )
}

/** What somebody should know: nothing came yet, what came is not signed, an old secret still counts. */
function Attention({ trigger: { deliveries, unsigned, formerSecretUntil } }: { trigger: TriggerShown }) {
  return (
    <>
      {deliveries.length === 0 && unsigned === null && (
        <p className="text-ink-3">Nothing was delivered yet.</p>
      )}
      {unsigned !== null && (
        <p className="text-waiting">
          {unsigned.count === 1 ? 'A delivery was' : `${unsigned.count} deliveries were`} not taken, the last
          one <Ago at={unsigned.lastAt} />: {unsigned.why}.
        </p>
      )}
      {formerSecretUntil !== null && (
        <p>
          The secret before counts until <time dateTime={formerSecretUntil}>{formerSecretUntil}</time>.
        </p>
      )}
    </>
  )
}

function Edit({ trigger }: { trigger: TriggerShown }) {
  const [isOpen, setOpen] = useState(false)
  const change = useChangeTrigger(trigger.id)
  const { monthlyNanoUsd, launch, ...rest } = trigger
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        <Pencil aria-hidden="true" className="size-3.5" />
        Edit
      </Button>
      <Dialog title={`Edit ${trigger.name}`} size="middle" isOpen={isOpen} onOpenChange={setOpen}>
        <TriggerForm
          initial={{ ...rest, monthlyUsd: monthlyNanoUsd === null ? null : monthlyNanoUsd / 1e9 }}
          goal={launch?.goal ?? null}
          verb="Save"
          problem={change.error === null ? null : problemOf(change.error)}
          isSending={change.isPending}
          onSend={(settings) => change.mutate(settings, { onSuccess: () => setOpen(false) })}
        />
      </Dialog>
    </>
  )
}
