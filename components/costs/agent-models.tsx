'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { CsvButton } from '@/components/ui/actions/csv-button'
import { ErrorNote } from '@/components/ui/messages'
import { Loading } from '@/components/ui/states/loading'
import type { PeriodAsked } from '@/lib/api/costs'
import { useMoney } from '@/lib/client/hooks/money-context'
import { problemOf } from '@/lib/client/http/api'
import { useAgentCosts } from '@/lib/client/queries/money-queries'
import { agentCostsCsv } from '@/lib/view/costs/cost-csv'
import { crosstab, narrowed } from '@/lib/view/costs/spending-crosstab'
import { formatUsd } from '@/lib/view/format/money'
import { plural } from '@/lib/view/format/numbers'
import { SpendingCrosstab } from './spending-crosstab'

/** Which agents ran on which models. The turns of a period are read for it, so only where somebody asks. */
export function AgentModels({ period }: { period: PeriodAsked }) {
  const [isOpen, setOpen] = useState(false)
  const { data, error } = useAgentCosts(period, isOpen)
  const money = useMoney()
  if (!isOpen)
    return (
      <section aria-label="Agents by model" className="panel flex items-center justify-between gap-3 p-4">
        <h2 className="text-sm font-semibold">Agents by model</h2>
        <Button size="sm" onClick={() => setOpen(true)}>
          Show
        </Button>
      </section>
    )
  if (error !== null) return <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />
  if (data === undefined) return <Loading label="Reading the turns of the period…" />
  const { rows, omitted, unread } = data
  const table = crosstab(
    rows.map(({ agent, model, ...row }) => ({ ...row, key: { agent, model }, title: null })),
    'agent',
    'model',
  )
  return (
    <>
      <SpendingCrosstab
        table={narrowed(table)}
        rowName="agent type or label"
        hasOverlaps={false}
        pairs={{ shown: rows.length, omitted: 0 }}
        title="Agents by model"
        label="Agents by model"
        actions={
          <CsvButton
            label="Agents by model as CSV"
            name="agents-by-model.csv"
            text={() => agentCostsCsv(data)}
          />
        }
      />
      {omitted.rows + unread.runs > 0 && (
        <p className="text-xs text-ink-3">
          {money(
            [
              omitted.rows > 0 && `${plural(omitted.rows, 'more pair')}: ${formatUsd(omitted.costNanoUsd)}.`,
              unread.runs > 0 &&
                `Not in it, since they cost least or were deleted: ${plural(unread.runs, 'run')}, ${formatUsd(unread.costNanoUsd)}.`,
            ]
              .filter(Boolean)
              .join(' '),
          )}
        </p>
      )}
    </>
  )
}
