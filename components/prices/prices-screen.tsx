'use client'

import { useState } from 'react'
import { CostsTabs } from '@/components/costs/costs-tabs'
import { Button } from '@/components/ui/actions/button'
import { ErrorNote } from '@/components/ui/messages'
import { Loading } from '@/components/ui/states/loading'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { usePrices, useSavePrices } from '@/lib/client/queries/money-queries'
import { utcDay } from '@/lib/core/base/utc-day'
import type { Price } from '@/lib/core/money/pricing'
import { emptyPrice, formOf, type PriceForm } from '@/lib/view/costs/price-form'
import { modelName } from '@/lib/view/format/model-name'
import { sentenceList } from '@/lib/view/format/numbers'
import { PriceDialog } from './price-dialog'
import { PriceHistory } from './price-history'
import { PriceTable } from './price-table'
import { RepricingList } from './repricing-list'
import { RepricingPanel } from './repricing-panel'

type Editing = { first: PriceForm; replaces: Price | null }

/** What tokens cost, since when, and who said so. */
export function PricesScreen() {
  const { data, error } = usePrices()
  const save = useSavePrices()
  const [editing, setEditing] = useState<Editing | null>(null)
  const [today] = useState(() => utcDay(Date.now()))
  const remove = (price: Price) => {
    if (data === undefined) return
    const before = data.prices
    const prices = before.filter((one) => one !== price)
    save.mutate(
      { prices, basedOn: data.version, note: 'removed' },
      {
        onSuccess: (saved) =>
          notify(
            `The price of ${modelName(price.model)} from ${price.effectiveFrom} was removed. Later responses use the one before it; recorded costs do not change.`,
            {
              action: {
                label: 'Undo',
                act: () => save.mutate({ prices: before, basedOn: saved.version, note: 'restored' }),
              },
            },
          ),
      },
    )
  }
  return (
    <div className="mx-auto flex w-full max-w-[1240px] flex-col gap-5 px-4 py-5 sm:px-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h1 className="text-xl font-semibold tracking-tight">Prices</h1>
          <p className="text-sm text-ink-2">
            Dollars per million tokens. Each response is recorded at the price of its UTC day.
          </p>
        </div>
        <Button
          variant="primary"
          disabled={data === undefined}
          onClick={() => setEditing({ first: emptyPrice(today), replaces: null })}
        >
          Add a price
        </Button>
      </div>
      <CostsTabs />
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {save.error !== null && editing === null && (
        <ErrorNote title={problemOf(save.error).title} detail={problemOf(save.error).detail} />
      )}
      {data === undefined && error === null && <Loading label="Reading the price list…" />}
      {data !== undefined && data.unpricedModels.length > 0 && (
        <ErrorNote
          title={`No known price: ${sentenceList(data.unpricedModels)}`}
          detail="Their cost is missing from totals and not limited by caps. Add a price, then reprice past usage."
          action={
            <Button
              size="sm"
              onClick={() =>
                setEditing({
                  first: { ...emptyPrice(today), model: data.unpricedModels[0] ?? '' },
                  replaces: null,
                })
              }
            >
              Add it
            </Button>
          }
        />
      )}
      {data !== undefined && (
        <>
          <PriceTable
            prices={data.prices}
            today={today}
            isBusy={save.isPending}
            onChange={(price) => setEditing({ first: formOf(price), replaces: price })}
            onNext={(price) => setEditing({ first: formOf(price, today), replaces: null })}
            onRemove={remove}
          />
          <RepricingPanel models={[...new Set(data.prices.map(({ model }) => model))]} today={today} />
          <RepricingList />
          <PriceHistory history={data.history} />
        </>
      )}
      {editing !== null && data !== undefined && (
        <PriceDialog list={data} {...editing} onDone={() => setEditing(null)} />
      )}
    </div>
  )
}
