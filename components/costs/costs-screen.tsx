'use client'

import { Download } from 'lucide-react'
import { parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useState } from 'react'
import { ButtonLink } from '@/components/ui/button'
import { Select } from '@/components/ui/field'
import { EmptyState, ErrorNote, Loading } from '@/components/ui/messages'
import { problemOf } from '@/lib/client/api'
import { api, pages } from '@/lib/client/paths'
import { useCosts } from '@/lib/client/queries'
import { crosstab, dayStacks, type Period, periodDays, periods } from '@/lib/view/costs'
import { CostTable } from './cost-table'
import { CostTiles } from './cost-tiles'
import { DayBars } from './day-bars'
import { DearestRuns } from './dearest-runs'

const stackings = ['model', 'workflow', 'phase', 'user'] as const
const crossings = ['phase,model', 'model,tokenKind', 'phase,tokenKind', 'workflow,model', 'user,workflow'] as const

const parsers = {
  period: parseAsStringLiteral(periods).withDefault('30d'),
  by: parseAsStringLiteral(stackings).withDefault('model'),
  cross: parseAsStringLiteral(crossings).withDefault('phase,model'),
  money: parseAsStringLiteral(['real', 'simulated']),
}

const periodNames: Record<Period, string> = {
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
  month: 'This month',
}
const groupNames = {
  model: 'model',
  workflow: 'workflow',
  phase: 'phase',
  user: 'person',
  tokenKind: 'token kind',
} as const
const crossName = (cross: (typeof crossings)[number]) => {
  const [down, across] = splitCross(cross)
  return `${groupNames[down]} × ${groupNames[across]}`
}

/** What was spent: a period, drawn by day, crossed as one likes, and its dearest runs. All of it is in the address. */
export function CostsScreen() {
  const [url, setUrl] = useQueryStates(parsers, { history: 'replace' })
  const [nowMs] = useState(() => Date.now())
  const period = { ...periodDays(url.period, nowMs), ...(url.money === null ? {} : { simulated: flag(url.money) }) }
  const daily = useCosts({ ...period, groupBy: `day,${url.by}` })
  const crossed = useCosts({ ...period, groupBy: url.cross })
  const runs = useCosts({ ...period, groupBy: 'run' })
  const error = daily.error ?? crossed.error ?? runs.error
  const [down, across] = splitCross(url.cross)
  return (
    <div className="mx-auto flex w-full max-w-[1240px] flex-col gap-5 px-4 py-5 sm:px-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h1 className="text-xl font-semibold tracking-tight">Costs</h1>
          <p className="text-sm text-ink-2">
            {daily.data === undefined
              ? 'Days are counted in UTC.'
              : `${daily.data.from} to ${daily.data.to}, days in UTC${daily.data.simulated ? '. Simulated money: what it would have cost.' : '.'}`}
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <div className="w-40">
            <Select
              aria-label="Period"
              value={url.period}
              onChange={(event) => void setUrl({ period: periods.find((one) => one === event.target.value) ?? null })}
            >
              {periods.map((one) => (
                <option key={one} value={one}>
                  {periodNames[one]}
                </option>
              ))}
            </Select>
          </div>
          <div className="w-40">
            <Select
              aria-label="Money"
              value={url.money ?? (daily.data?.simulated ? 'simulated' : 'real')}
              onChange={(event) => void setUrl({ money: event.target.value === 'real' ? 'real' : 'simulated' })}
            >
              <option value="real">Real money</option>
              <option value="simulated">Simulated</option>
            </Select>
          </div>
          <ButtonLink href={api.costsCsv({ ...period, groupBy: `day,${url.by}` })} download>
            <Download aria-hidden="true" className="size-4" />
            CSV
          </ButtonLink>
        </div>
      </div>
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {error === null && daily.data === undefined && <Loading label="Adding up…" />}
      {daily.data !== undefined && <CostTiles costs={daily.data} />}
      {daily.data !== undefined && daily.data.totals.turns === 0 && (
        <div className="panel">
          <EmptyState
            title="Nothing was spent in this period"
            action={
              <ButtonLink href={pages.launch} look="primary">
                Launch a run
              </ButtonLink>
            }
          >
            Every model response is added up here by day, model, workflow, phase and person as it comes.
          </EmptyState>
        </div>
      )}
      {daily.data !== undefined && daily.data.totals.turns > 0 && (
        <DayBars
          {...dayStacks(daily.data, url.by)}
          picker={
            <div className="w-40">
              <Select
                aria-label="Stacked by"
                value={url.by}
                onChange={(event) => void setUrl({ by: stackings.find((one) => one === event.target.value) ?? null })}
              >
                {stackings.map((one) => (
                  <option key={one} value={one}>
                    by {groupNames[one]}
                  </option>
                ))}
              </Select>
            </div>
          }
        />
      )}
      {crossed.data !== undefined && crossed.data.totals.turns > 0 && (
        <CostTable
          table={crosstab(crossed.data.rows, down, across)}
          rowName={groupNames[down]}
          csvHref={api.costsCsv({ ...period, groupBy: url.cross })}
          picker={
            <div className="w-40">
              <Select
                aria-label="Crossed by"
                value={url.cross}
                onChange={(event) =>
                  void setUrl({ cross: crossings.find((one) => one === event.target.value) ?? null })
                }
              >
                {crossings.map((one) => (
                  <option key={one} value={one}>
                    {crossName(one)}
                  </option>
                ))}
              </Select>
            </div>
          }
        />
      )}
      {runs.data !== undefined && runs.data.rows.length > 0 && <DearestRuns rows={runs.data.rows} />}
    </div>
  )
}

type Group = keyof typeof groupNames

function splitCross(cross: (typeof crossings)[number]): [Group, Group] {
  switch (cross) {
    case 'phase,model':
      return ['phase', 'model']
    case 'model,tokenKind':
      return ['model', 'tokenKind']
    case 'phase,tokenKind':
      return ['phase', 'tokenKind']
    case 'workflow,model':
      return ['workflow', 'model']
    case 'user,workflow':
      return ['user', 'workflow']
  }
}

function flag(money: 'real' | 'simulated'): '0' | '1' {
  return money === 'simulated' ? '1' : '0'
}
