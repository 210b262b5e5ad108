import { Field, Input } from '@/components/ui/form/field'
import { useIsSimulated } from '@/lib/client/hooks/money-context'
import type { Approval } from '@/lib/client/hooks/use-approval'

type Props = {
  /** Begins the ids of its fields, where another may be on the page. */
  id?: string
  approval: Approval
}

/**
 * How far the run may go before it asks: the upper end of the plan's estimate, unless somebody sets another
 * limit.
 */
export function ApprovalFields({ id = 'launch', approval: { form, estimated, onEdit, error } }: Props) {
  const simulated = useIsSimulated()
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="sr-only">Approval limits</legend>
      <div className="grid grid-cols-2 gap-2">
        <Field id={`${id}-approved-agents`} label="Ask again above (agents)" error={error ?? undefined}>
          {(wired) => (
            <Input
              {...wired}
              inputMode="numeric"
              placeholder={estimated.agents || 'never asks'}
              value={form.agents}
              onChange={(event) => onEdit({ agents: event.target.value })}
            />
          )}
        </Field>
        <Field
          id={`${id}-approved-usd`}
          label={simulated ? 'Ask again above ($, simulated)' : 'Ask again above ($)'}
        >
          {(wired) => (
            <Input
              {...wired}
              inputMode="decimal"
              placeholder={estimated.usd || 'never asks'}
              value={form.usd}
              onChange={(event) => onEdit({ usd: event.target.value })}
            />
          )}
        </Field>
      </div>
    </fieldset>
  )
}
