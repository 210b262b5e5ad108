import { Ellipsis } from 'lucide-react'
import { Button } from '@/components/ui/actions/button'
import { Menu, MenuItem } from '@/components/ui/actions/menu'
import { ScrollBox } from '@/components/ui/scroll-box'
import type { Price } from '@/lib/core/money/pricing'
import { perMillion, priceGroups, rateKinds } from '@/lib/view/costs/price-form'
import { modelName } from '@/lib/view/format/model-name'
import { formatTokens } from '@/lib/view/format/numbers'

type Props = {
  prices: readonly Price[]
  /** The present UTC day. */
  today: string
  isBusy: boolean
  onChange: (price: Price) => void
  onNext: (price: Price) => void
  onRemove: (price: Price) => void
}

const stateWords = { 'in force': 'in force', coming: 'not yet', past: 'until the next' } as const

/** Every dated price, by model, newest first. */
export function PriceTable({ prices, today, isBusy, onChange, onNext, onRemove }: Props) {
  return (
    <ScrollBox label="Price list" className="panel relative overflow-x-auto">
      <table className="num w-full min-w-[980px] text-sm">
        <thead>
          <tr className="border-b text-xs text-ink-2">
            <th scope="col" className="px-3 py-2 text-left font-medium">
              Model
            </th>
            <th scope="col" className="px-3 py-2 text-left font-medium">
              From
            </th>
            {rateKinds.map(({ kind, label }) => (
              <th key={kind} scope="col" className="px-3 py-2 text-right font-medium">
                {label}
              </th>
            ))}
            <th scope="col" className="px-3 py-2 text-left font-medium">
              Pricing tiers
            </th>
            <th scope="col" className="px-3 py-2 text-right font-medium">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        {priceGroups(prices, today).map(({ model, rows }) => (
          <tbody key={model} className="border-b last:border-b-0">
            {rows.map(({ price, state }, at) => (
              <tr key={price.effectiveFrom} className={state === 'past' ? 'text-ink-3' : ''}>
                <th scope="row" className="whitespace-nowrap px-3 py-1.5 text-left font-medium" title={model}>
                  {at === 0 ? modelName(model) : <span className="sr-only">{modelName(model)}</span>}
                </th>
                <td className="whitespace-nowrap px-3 py-1.5">
                  {price.effectiveFrom}
                  {rows.length > 1 && <span className="ml-1.5 text-xs text-ink-3">{stateWords[state]}</span>}
                </td>
                {rateKinds.map(({ kind }) => (
                  <td key={kind} className="px-3 py-1.5 text-right">
                    {perMillion(price.rates[kind])}
                  </td>
                ))}
                <td className="whitespace-nowrap px-3 py-1.5 text-xs text-ink-2">{tierWords(price)}</td>
                <td className="whitespace-nowrap px-3 py-1 text-right">
                  <Menu
                    label={`Price of ${modelName(model)} from ${price.effectiveFrom}`}
                    trigger={
                      <Button
                        size="sm"
                        variant="quiet"
                        aria-label={`Price of ${modelName(model)} from ${price.effectiveFrom}`}
                      >
                        <Ellipsis aria-hidden="true" className="size-4" />
                      </Button>
                    }
                  >
                    <MenuItem onSelect={() => onChange(price)}>Change…</MenuItem>
                    {at === 0 && <MenuItem onSelect={() => onNext(price)}>Schedule a price…</MenuItem>}
                    <MenuItem isDanger isDisabled={isBusy} onSelect={() => onRemove(price)}>
                      Remove
                    </MenuItem>
                  </Menu>
                </td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </ScrollBox>
  )
}

function tierWords({ longPrompt, fastMultiplier, geoPriced, batch }: Price): string {
  const tiers = [
    ...(fastMultiplier === null ? [] : [`fast ×${fastMultiplier}`]),
    ...(longPrompt === null
      ? []
      : [`above ${formatTokens(longPrompt.aboveTokens)}: ${perMillion(longPrompt.rates.input)} in`]),
    ...(batch ? [] : ['no batch']),
    ...(geoPriced ? ['US ×1.1'] : []),
  ]
  return tiers.join(', ')
}
