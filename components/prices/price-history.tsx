import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import type { Prices } from '@/lib/api/prices'
import { priceChanges } from '@/lib/view/costs/price-form'
import { modelName } from '@/lib/view/format/model-name'

const SHOWN = 12

/** Every change, newest first; shipped prices are listed once. */
export function PriceHistory({ history }: { history: Prices['history'] }) {
  const [showsAll, setShowsAll] = useState(false)
  const edits = history.filter(({ origin }) => origin === 'edited')
  const shipped = history.length - edits.length
  const shown = showsAll ? history : edits.slice(0, SHOWN)
  return (
    <section aria-labelledby="history-title" className="panel flex flex-col gap-2 p-4">
      <h2 id="history-title" className="text-sm font-semibold">
        History
      </h2>
      {edits.length === 0 && (
        <p className="text-sm text-ink-2">
          No local changes. The {shipped} rows are built in, from the public price list.
        </p>
      )}
      <ul className="num divide-y text-sm">
        {shown.map(({ id, model, effectiveFrom, price, before, setAt, setBy, note, origin }) => (
          <li key={id} className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 py-1.5">
            <time dateTime={setAt} className="w-36 shrink-0 whitespace-nowrap text-xs text-ink-3">
              {setAt.slice(0, 16).replace('T', ' ')} UTC
            </time>
            <span className="font-medium">
              {modelName(model)} from {effectiveFrom}
            </span>
            <span className="min-w-0 flex-1 text-ink-2">{priceChanges(before, price)}</span>
            <span className="text-xs text-ink-3">
              {origin === 'shipped' ? 'shipped' : setBy.name}
              {note !== '' && `: ${note}`}
            </span>
          </li>
        ))}
      </ul>
      {history.length > shown.length || showsAll ? (
        <Button size="sm" variant="quiet" className="self-start" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Only local changes' : 'Show full history'}
        </Button>
      ) : null}
    </section>
  )
}
