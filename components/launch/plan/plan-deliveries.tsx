import { Button } from '@/components/ui/actions/button'
import { cx } from '@/components/ui/class-names'
import type { Plan } from '@/lib/api/plan'
import { useMoney } from '@/lib/client/hooks/money-context'
import { formatUsd } from '@/lib/view/format/money'
import { formatDuration } from '@/lib/view/format/time'
import { type DeliveryChoice, deliveryChoiceLabel } from '@/lib/view/launch/delivery-choice'
import { deliveryName, shownDeliveries, trialSentence } from '@/lib/view/plan/plan-view'

type Props = {
  plan: Plan
  isCounting: boolean
  delivery: DeliveryChoice
  onDelivery: (delivery: DeliveryChoice) => void
  /** Runs the launch on the simulator for its agents and their prompts; null where that can say nothing. */
  onCount: ((byProvider: boolean) => void) | null
}

/** The same work with four kinds of delivery, a recommendation, and a way to improve the estimate. */
export function PlanDeliveries({ plan, isCounting, delivery, onDelivery, onCount }: Props) {
  const money = useMoney()
  const trial = money(trialSentence(plan))
  const chosen = plan.deliveries.find(({ kind }) => kind === delivery)
  return (
    <section aria-label="Delivery options" className="flex flex-col gap-3 border-t pt-3">
      {plan.deliveries.length > 0 && (
        <>
          <dl className="num grid auto-cols-fr grid-flow-col overflow-hidden rounded-md border text-center text-xs">
            {shownDeliveries(plan.deliveries).map(({ kind, costNanoUsd, seconds, note }) => {
              const isChosen = kind === delivery
              return (
                <div
                  key={kind}
                  title={note ?? undefined}
                  className={cx(
                    'flex flex-col gap-0.5 border-l px-1 py-2 first:border-l-0',
                    isChosen && 'bg-accent-soft',
                  )}
                >
                  <dt className="text-ink-2">{deliveryName(kind)}</dt>
                  <dd className="text-sm font-medium">
                    {costNanoUsd === null ? 'unknown' : money(formatUsd(costNanoUsd))}
                  </dd>
                  <dd className="text-ink-2">{formatDuration(seconds * 1000)}</dd>
                  <dd className="pt-1">
                    <button
                      type="button"
                      aria-pressed={isChosen}
                      aria-label={deliveryChoiceLabel(kind)}
                      onClick={() => onDelivery(kind)}
                      className={cx(
                        'rounded border px-2 py-0.5 text-2xs font-medium',
                        isChosen ? 'border-accent text-ink' : 'border-control bg-surface hover:bg-hover',
                      )}
                    >
                      {isChosen ? 'Chosen' : 'Choose'}
                    </button>
                  </dd>
                </div>
              )
            })}
          </dl>
          {chosen?.note != null && <p className="text-xs text-ink-2">{chosen.note}</p>}
          <p className="text-xs text-ink-2">{plan.recommendation}</p>
        </>
      )}
      {trial !== null && (
        <p role="status" className={`text-xs ${plan.dryRun?.error == null ? 'text-ink-2' : 'text-failed'}`}>
          {trial}
        </p>
      )}
      {onCount !== null && plan.dryRun === null && (
        <Button size="sm" disabled={isCounting} onClick={() => onCount(false)} className="self-start">
          {isCounting ? 'Counting…' : 'Dry-run to count agents (free)'}
        </Button>
      )}
      {onCount !== null && plan.dryRun !== null && !plan.simulated && (
        <div className="flex flex-col items-start gap-1">
          <Button size="sm" disabled={isCounting} onClick={() => onCount(true)}>
            {isCounting ? 'Counting…' : 'Count prompt tokens with the provider'}
          </Button>
          <p className="text-xs text-ink-3">Sends one prompt per phase to be counted, not answered. Free.</p>
        </div>
      )}
    </section>
  )
}
