import { cx } from '@/components/ui/class-names'
import { deliverySchema } from '@/lib/core/spec/run'
import { deliveryMeanings } from '@/lib/view/run/batch-view'
import type { FormProps } from './form-props'

/** How turns are delivered, and what that means for cost and time. A script may choose for single agents. */
export function DeliveryField({ form, edit }: Pick<FormProps, 'form' | 'edit'>) {
  return (
    <fieldset>
      <legend className="mb-1 text-xs font-medium text-ink-2">Delivery</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {deliverySchema.options.map((value) => {
          const { label, detail } = deliveryMeanings[value]
          return (
            <label
              key={value}
              className={cx(
                'flex cursor-pointer flex-col gap-1 rounded-lg border bg-surface p-3 transition-colors hover:border-control',
                'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
                form.delivery === value && 'border-accent ring-1 ring-accent',
              )}
            >
              <span className="flex items-center gap-2">
                <input
                  type="radio"
                  name="delivery"
                  checked={form.delivery === value}
                  onChange={() => edit('delivery', value)}
                  className="size-3.5 accent-[var(--color-accent-fill)] outline-none"
                />
                <span className="text-sm font-medium">{label}</span>
              </span>
              <span className="text-xs text-ink-2">{detail}</span>
            </label>
          )
        })}
      </div>
    </fieldset>
  )
}
