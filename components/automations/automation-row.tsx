'use client'

import { Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { ErrorNote } from '@/components/ui/messages'
import type { TriggerShown } from '@/lib/api/automations/triggers'
import { useMoney } from '@/lib/client/hooks/money-context'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { formatCap, formatUsd } from '@/lib/view/format/money'

/** An act on a row that is sent off. */
type Act<Given> = {
  isPending: boolean
  error: Error | null
  mutate: (given: Given, told?: { onSuccess?: () => void; onError?: (error: Error) => void }) => void
}

type Props = {
  automation: Pick<
    TriggerShown,
    'name' | 'isOn' | 'offDetail' | 'owner' | 'monthlyNanoUsd' | 'monthSpentNanoUsd'
  >
  /** When or how it launches, and what. */
  what: string
  change: Act<{ isOn: boolean }>
  remove: Act<null>
  /** What is said while it is on. */
  about: ReactNode
  /** What became of its occasions. */
  past: ReactNode
  /** Buttons beside turning it off and deleting it. */
  actions: ReactNode
  /** Whether whoever looks may change it. */
  mayChange: boolean
}

/** A schedule or a trigger in its list: what it launches, what that came to, and the acts on it. */
export function AutomationRow({ automation, what, change, remove, about, past, actions, mayChange }: Props) {
  const money = useMoney()
  const { name, isOn, offDetail, owner, monthlyNanoUsd, monthSpentNanoUsd } = automation
  const ceiling = monthlyNanoUsd === null ? '' : ` of ${formatCap(monthlyNanoUsd)}`
  return (
    <li className="panel flex flex-col gap-2 p-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 dir="auto" className="min-w-0 text-sm font-semibold [overflow-wrap:anywhere]">
          {name}
        </h2>
        <span className="text-sm text-ink-2">{what}</span>
        <span className="num ml-auto text-xs text-ink-2">
          {money(`${formatUsd(monthSpentNanoUsd)}${ceiling} this month`)}
        </span>
      </div>
      {!isOn && <p className="text-xs text-waiting">Off. {offDetail}</p>}
      {about}
      {past}
      <div className="flex flex-wrap items-center gap-2">
        {mayChange && (
          <>
            <Button
              size="sm"
              aria-pressed={isOn}
              disabled={change.isPending}
              onClick={() =>
                change.mutate(
                  { isOn: !isOn },
                  { onSuccess: () => notify(`${name} is ${isOn ? 'off' : 'on'}`) },
                )
              }
            >
              {isOn ? 'Turn off' : 'Turn on'}
            </Button>
            {actions}
            <Delete name={name} remove={remove} />
          </>
        )}
        <span className="ml-auto text-xs text-ink-3">runs as {owner.name}</span>
      </div>
      {change.error !== null && (
        <ErrorNote title={problemOf(change.error).title} detail={problemOf(change.error).detail} />
      )}
    </li>
  )
}

function Delete({ name, remove }: { name: string; remove: Props['remove'] }) {
  return (
    <Confirm
      title={`Delete ${name}?`}
      verb="Delete"
      onConfirm={() =>
        remove.mutate(null, { onError: (error) => notify(problemOf(error).detail, { isError: true }) })
      }
      trigger={
        <Button size="sm" variant="danger" disabled={remove.isPending}>
          <Trash2 aria-hidden="true" className="size-3.5" />
          Delete
        </Button>
      }
    >
      Nothing is launched by it any more. Runs it launched stay, and one that goes on goes on.
    </Confirm>
  )
}
