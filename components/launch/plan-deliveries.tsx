import { Button } from '@/components/ui/button'
import { cx } from '@/components/ui/class-names'
import type { Plan } from '@/lib/api/plan'
import type { Delivery } from '@/lib/core/run'
import { formatUsd } from '@/lib/view/money'
import { deliveryName, deliveryOfKind, playedSentence } from '@/lib/view/plan-view'
import { formatDuration } from '@/lib/view/time'

type Props = {
  plan: Plan
  isCounting: boolean
  delivery: Delivery
  onDeliver: (delivery: Delivery) => void
  /** Plays the launch on the simulator for the number of agents; null where that can say nothing. */
  onCount: (() => void) | null
}

/** The same work delivered in four ways, with a plain word of advice, and how to know better. */
export function PlanDeliveries({ plan, isCounting, delivery, onDeliver, onCount }: Props) {
  const played = playedSentence(plan)
  const chosen = plan.deliveries.find(({ kind }) => deliveryOfKind(kind) === delivery)
  return (
    <section aria-label="Ways to deliver it" className="flex flex-col gap-3 border-t pt-3">
      {plan.deliveries.length > 0 && (
        <>
          <dl className="num grid grid-cols-4 overflow-hidden rounded-md border text-center text-xs">
            {plan.deliveries.map(({ kind, costNanoUsd, seconds, note }) => {
              const own = deliveryOfKind(kind)
              const isChosen = own === delivery
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
                  <dd className="text-sm font-medium">{costNanoUsd === null ? 'unknown' : formatUsd(costNanoUsd)}</dd>
                  <dd className="text-ink-2">{formatDuration(seconds * 1000)}</dd>
                  {own !== null && (
                    <dd className="pt-1">
                      <button
                        type="button"
                        aria-pressed={isChosen}
                        aria-label={`Deliver it ${own === 'batch' ? 'in batches' : 'live'}`}
                        onClick={() => onDeliver(own)}
                        className={cx(
                          'rounded border px-2 py-0.5 text-2xs font-medium',
                          isChosen ? 'border-accent text-ink' : 'border-control bg-surface hover:bg-hover',
                        )}
                      >
                        {isChosen ? 'Chosen' : 'Choose'}
                      </button>
                    </dd>
                  )}
                </div>
              )
            })}
          </dl>
          {chosen?.note != null && <p className="text-xs text-ink-2">{chosen.note}</p>}
          <p className="text-xs text-ink-2">{plan.recommendation}</p>
        </>
      )}
      {played !== null && (
        <p role="status" className={`text-xs ${plan.rehearsal?.error == null ? 'text-ink-2' : 'text-failed'}`}>
          {played}
        </p>
      )}
      {onCount !== null && plan.rehearsal === null && (
        <Button size="sm" disabled={isCounting} onClick={onCount} className="self-start">
          {isCounting ? 'Counting on the simulator…' : 'Count the agents on the simulator'}
        </Button>
      )}
    </section>
  )
}
