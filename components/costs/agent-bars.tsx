'use client'

import { useMemo } from 'react'
import { PageLink } from '@/components/ui/page-link'
import { useMoney } from '@/lib/client/hooks/money-context'
import { pages } from '@/lib/client/http/pages'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useRunView } from '@/lib/client/run/use-run'
import { agentCosts } from '@/lib/view/costs/agent-costs'
import { formatUsd } from '@/lib/view/format/money'
import { formatCount, plural } from '@/lib/view/format/numbers'
import { seriesFill } from './series-fill'

/** Agents shown by name. */
const SHOWN = 15

/** The most expensive agents by model; each leads to its turns, one by one with their formulas. */
export function AgentBars() {
  const money = useMoney()
  const { id: runId } = useLiveRun()
  const agents = useRunView((view) => view.state?.agents ?? null)
  const { rows, models, rest } = useMemo(() => agentCosts(agents?.values() ?? [], SHOWN), [agents])
  if (rows.length === 0) return null
  return (
    <section aria-labelledby="agent-costs-title" className="panel flex flex-col gap-3 p-4">
      <div className="flex flex-wrap items-baseline justify-between gap-3">
        <h2 id="agent-costs-title" className="text-sm font-semibold">
          Agents by cost and model
        </h2>
        <ul aria-label="Models" className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
          {models.map((model, at) => (
            <li key={model} className="flex items-center gap-1.5">
              <span aria-hidden="true" className={`size-2.5 rounded-xs ${seriesFill(at)}`} />
              {model}
            </li>
          ))}
        </ul>
      </div>
      <ol className="num flex flex-col gap-1.5 text-sm">
        {rows.map(({ id, label, phase, model, nanoUsd, turns, share }) => (
          <li
            key={id}
            className="grid grid-cols-[minmax(0,12rem)_minmax(0,1fr)_4.5rem] items-center gap-3 max-sm:grid-cols-[minmax(0,1fr)_4.5rem]"
          >
            <PageLink
              href={pages.agentTurns(runId, id)}
              dir="auto"
              title={`${label}, ${phase}: its turns`}
              className="truncate hover:underline"
            >
              {label}
            </PageLink>
            <span className="flex min-w-0 items-center gap-2 max-sm:col-span-2 max-sm:row-start-2">
              <span
                aria-hidden="true"
                className={`h-3 min-w-0.5 shrink-0 rounded-xs ${seriesFill(models.indexOf(model))}`}
                style={{ width: `${share * 60}%` }}
              />
              <span className="truncate text-xs text-ink-3">
                {model}, {plural(turns, 'turn')}
              </span>
            </span>
            <span className="text-right font-medium">{money(formatUsd(nanoUsd))}</span>
          </li>
        ))}
      </ol>
      {rest.agents > 0 && (
        <p className="text-xs text-ink-3">
          Showing {SHOWN}; {formatCount(rest.agents)} more agents cost {money(formatUsd(rest.nanoUsd))}{' '}
          together.
        </p>
      )}
    </section>
  )
}
