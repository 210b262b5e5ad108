'use client'

import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { ErrorNote } from '@/components/ui/messages'
import type { Repricing } from '@/lib/api/prices'
import { problemOf } from '@/lib/client/http/api'
import { useRepricings, useUndoRepricing } from '@/lib/client/queries/money-queries'
import { modelName } from '@/lib/view/format/model-name'
import { formatUsd, moneyWords } from '@/lib/view/format/money'
import { formatCount, plural } from '@/lib/view/format/numbers'

/** Every repricing of past usage, and whether it was taken back. */
export function RepricingList() {
  const { data, error } = useRepricings()
  const undo = useUndoRepricing()
  const failed = error ?? undo.error
  if (failed !== null) return <ErrorNote title={problemOf(failed).title} detail={problemOf(failed).detail} />
  if (data === undefined || data.repricings.length === 0) return null
  return (
    <section aria-labelledby="acts-title" className="panel flex flex-col gap-2 p-4">
      <h2 id="acts-title" className="text-sm font-semibold">
        Repricing history
      </h2>
      <ul className="num divide-y text-sm">
        {data.repricings.map((act) => (
          <li key={act.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-1.5">
            <time dateTime={act.at} className="w-36 shrink-0 whitespace-nowrap text-xs text-ink-3">
              {act.at.slice(0, 16).replace('T', ' ')} UTC
            </time>
            <span className="min-w-0 flex-1">
              {act.undoes === null ? '' : 'Undone: '}
              {act.asked.from} to {act.asked.to}
              {act.asked.model !== null && `, ${modelName(act.asked.model)}`}:{' '}
              {moneyWords(act.asked.simulated)(formatUsd(act.beforeNanoUsd))} →{' '}
              {moneyWords(act.asked.simulated)(formatUsd(act.afterNanoUsd))}
              <span className="block text-xs text-ink-3">{stateOf(act)}</span>
            </span>
            {act.status === 'applied' && act.undoneBy === null && act.undoes === null && (
              <Confirm
                title="Undo this repricing?"
                verb="Undo repricing"
                isDanger={false}
                onConfirm={() => undo.mutate(act.id)}
                trigger={
                  <Button size="sm" disabled={undo.isPending}>
                    {undo.isPending ? 'Undoing…' : 'Undo'}
                  </Button>
                }
              >
                {plural(act.doneTurns, 'response')} return to their previous cost.
              </Confirm>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function stateOf({ status, turns, runs, doneTurns, skippedTurns, by, undoneBy }: Repricing): string {
  const whole = `${plural(turns, 'response')} of ${plural(runs, 'run')}, by ${by.name}`
  if (status !== 'applied') return `${whole}: ${formatCount(doneTurns)} done so far`
  const skipped =
    skippedTurns > 0 ? `; ${formatCount(skippedTurns)} skipped, because their runs had continued` : ''
  return `${whole}${skipped}${undoneBy === null ? '' : '; undone since'}`
}
