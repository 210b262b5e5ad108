'use client'

import { Download } from 'lucide-react'
import { type inferParserType, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useState } from 'react'
import { BilledPanel } from '@/components/billing/billed-panel'
import { Button, ButtonLink } from '@/components/ui/actions/button'
import { Arriving, useFirstAnswers } from '@/components/ui/arriving'
import { Select } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import type { Costs, CostsAsked } from '@/lib/api/costs'
import { costApi } from '@/lib/api/endpoints/cost-endpoints'
import { addressOf } from '@/lib/api/endpoints/endpoint'
import { MoneyProvider } from '@/lib/client/hooks/money-context'
import { problemOf } from '@/lib/client/http/api'
import { pages } from '@/lib/client/http/pages'
import { useCosts } from '@/lib/client/queries/money-queries'
import { dayStacks } from '@/lib/view/costs/day-stacks'
import { marginOf, withOmittedRows } from '@/lib/view/costs/omitted-rows'
import { daysWithData, dayTurns, type Period, periodDays, periods } from '@/lib/view/costs/periods'
import { type CrossName, crossNames, crosstab, narrowed } from '@/lib/view/costs/spending-crosstab'
import { formatUsd } from '@/lib/view/format/money'
import { AgentModels } from './agent-models'
import { CostNotes } from './cost-notes'
import { CostTiles } from './cost-tiles'
import { CostsTabs } from './costs-tabs'
import { DayBars } from './day-bars'
import { SpendingCrosstab } from './spending-crosstab'
import { TopRuns } from './top-runs'
import { WhatIfPanel } from './what-if-panel'

const stackings = ['model', 'workflow', 'phase', 'user', 'tag', 'run'] as const satisfies readonly CrossName[]
const sides = ['phase', 'model', 'tokenKind', 'workflow', 'run', 'user', 'tag', 'day'] as const

/** Whose money is shown; each is in none of the other's sums. */
const monies = ['real', 'simulated', 'imported'] as const
type Money = (typeof monies)[number]

const parsers = {
  period: parseAsStringLiteral(periods).withDefault('auto'),
  /** One day of the period, which all below the chart is about then. */
  day: parseAsString,
  by: parseAsStringLiteral(stackings).withDefault('model'),
  down: parseAsStringLiteral(sides).withDefault('phase'),
  across: parseAsStringLiteral(sides).withDefault('model'),
  money: parseAsStringLiteral(monies),
}

const periodNames: Record<Period, string> = {
  auto: 'Range with data',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
  month: 'This month',
  'last-month': 'Last month',
}

const csvOf = (query: CostsAsked) => addressOf(costApi.getCostsCsv, { query })

type Url = inferParserType<typeof parsers>
type SetUrl = (change: Partial<Url>) => void

/**
 * What was spent in a period: by day, by any two groups, and the most expensive runs. All choices are in the
 * address.
 */
export function CostsScreen() {
  const [url, set] = useQueryStates(parsers, { history: 'replace' })
  const setUrl: SetUrl = (change) => void set(change)
  const [nowMs] = useState(() => Date.now())
  const period: CostsAsked = {
    ...periodDays(url.period, nowMs),
    ...(url.money === null ? {} : asked(url.money)),
  }
  const daily = useGroupedCosts(period, ['day', url.by])
  const stacks = daily.data === undefined ? null : dayStacks({ ...daily.data, rows: daily.rows }, url.by)
  const hasData = ({ totalNanoUsd }: { totalNanoUsd: number }) => totalNanoUsd > 0
  const days = url.period === 'auto' ? daysWithData(stacks?.days ?? [], hasData) : (stacks?.days ?? [])
  // All but the chart is of the chosen day, where there is one.
  const focus: CostsAsked = url.day === null ? period : { ...period, from: url.day, to: url.day }
  const focused = useCosts({ ...focus, groupBy: `day,${url.by}` })
  const costs = focused.data
  const areThere = useFirstAnswers()
  const hasSpent = costs !== undefined && costs.totals.turns > 0
  return (
    <div className="mx-auto flex w-full max-w-[1240px] flex-col gap-5 px-4 py-5 sm:px-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h1 className="text-xl font-semibold tracking-tight">Costs</h1>
          <p className="text-sm text-ink-2 max-sm:min-h-[2lh]">
            {url.day === null && days.length > 0 && `${days[0]?.day} to ${days.at(-1)?.day}. `}
            {url.day !== null && `${url.day}. `}
            {dayTurns(new Date(nowMs).getTimezoneOffset())}
            {costs?.simulated === true && ' Simulated cost: what it would have been.'}
            {costs?.imported === true &&
              ' What imported runs had cost elsewhere; it counts against no cap and no budget here.'}
          </p>
        </div>
        <PeriodPicker
          url={url}
          setUrl={setUrl}
          money={costs === undefined ? 'real' : moneyOf(costs)}
          csvHref={csvOf({ ...focus, groupBy: `day,${url.by}` })}
        />
      </div>
      <CostsTabs />
      <Arriving isThere={areThere} label="Loading…" className="flex flex-col gap-5">
        {daily.error !== null && <Refused error={daily.error} />}
        {daily.error === null && costs === undefined && <Loading label="Loading…" />}
        <MoneyProvider simulated={costs?.simulated === true}>
          {costs !== undefined && <CostTiles costs={costs} />}
          {costs !== undefined && <ImportedNote costs={costs} onShow={() => setUrl({ money: 'imported' })} />}
          {url.day !== null && (
            <p className="flex flex-wrap items-center gap-2 text-sm">
              Everything but the chart is of {url.day}.
              <Button size="sm" onClick={() => setUrl({ day: null })}>
                Show the whole period
              </Button>
            </p>
          )}
          {daily.data?.totals.turns === 0 && <NoCosts />}
          {daily.data !== undefined && daily.data.totals.turns > 0 && (
            <DayBars
              names={stacks?.names ?? []}
              days={days}
              day={url.day}
              onDay={(day) => setUrl({ day })}
              picker={<StackPicker url={url} setUrl={setUrl} />}
            />
          )}
          {daily.error === null && <Crossed period={focus} url={url} setUrl={setUrl} />}
          {hasSpent && (
            <>
              <AgentModels period={focus} />
              <CostNotes period={focus} />
              <WhatIfPanel of={focus} />
            </>
          )}
          {daily.error === null && <MostExpensive period={focus} />}
        </MoneyProvider>
        {daily.error === null && <BilledPanel period={focus} />}
      </Arriving>
    </div>
  )
}

/** Any two sides of the same spending; nothing until there is some. */
function Crossed({ period, url, setUrl }: PickerProps & { period: CostsAsked }) {
  const { down, across } = url
  const { data, rows, error } = useGroupedCosts(period, [down, across])
  if (error !== null) return <Refused error={error} />
  if (data === undefined || data.totals.turns === 0) return null
  return (
    <SpendingCrosstab
      table={narrowed(crosstab(rows, down, across))}
      rowName={crossNames[down]}
      hasOverlaps={down === 'tag' || across === 'tag'}
      pairs={{ shown: data.rows.length, omitted: data.omitted.rows }}
      title="Breakdown"
      label="Crosstab"
      actions={
        <>
          <SidePicker url={url} setUrl={setUrl} />
          <ButtonLink
            href={csvOf({ ...period, groupBy: `${down},${across}` })}
            size="sm"
            download
            aria-label="This table as CSV"
          >
            <Download aria-hidden="true" className="size-4" />
          </ButtonLink>
        </>
      }
    />
  )
}

function MostExpensive({ period }: { period: CostsAsked }) {
  const { data, error } = useCosts({ ...period, groupBy: 'run' })
  if (error !== null) return <Refused error={error} />
  if (data === undefined || data.rows.length === 0) return null
  return (
    <TopRuns
      rows={data.rows}
      count={data.rows.length + data.omitted.rows}
      csvHref={csvOf({ ...period, groupBy: 'run' })}
    />
  )
}

function Refused({ error }: { error: Error }) {
  const { title, detail } = problemOf(error)
  return <ErrorNote title={title} detail={detail} />
}

/** Spending by two groups, and its rows with those that the answer left out summed up under “others”. */
function useGroupedCosts(period: CostsAsked, groups: readonly [CrossName, CrossName]) {
  const { data, error } = useCosts({ ...period, groupBy: groups.join(',') })
  const hasOmitted = (data?.omitted.rows ?? 0) > 0
  const margin = useCosts({ ...period, groupBy: marginOf(groups) }, hasOmitted)
  const rows = data === undefined ? [] : withOmittedRows(data, groups, margin.data?.rows)
  return { data, rows, error }
}

type PickerProps = { url: Url; setUrl: SetUrl }

function PeriodPicker({ url, setUrl, money, csvHref }: PickerProps & { money: Money; csvHref: string }) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="w-40">
        <Select
          aria-label="Period"
          value={url.period}
          onChange={({ target }) =>
            setUrl({ period: periods.find((one) => one === target.value) ?? 'auto', day: null })
          }
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
          value={url.money ?? money}
          onChange={({ target }) => setUrl({ money: monies.find((one) => one === target.value) ?? 'real' })}
        >
          <option value="real">Real money</option>
          <option value="simulated">Simulated</option>
          <option value="imported">Imported runs</option>
        </Select>
      </div>
      <ButtonLink href={csvHref} download>
        <Download aria-hidden="true" className="size-4" />
        CSV
      </ButtonLink>
    </div>
  )
}

function NoCosts() {
  return (
    <div className="panel">
      <EmptyState
        title="No costs in this period"
        action={
          <ButtonLink href={pages.launch} variant="primary">
            Launch a run
          </ButtonLink>
        }
      >
        Costs are shown here by day, model, workflow, phase and person.
      </EmptyState>
    </div>
  )
}

function StackPicker({ url, setUrl }: PickerProps) {
  return (
    <div className="w-40">
      <Select
        aria-label="Stacked by"
        value={url.by}
        onChange={({ target }) => setUrl({ by: stackings.find((one) => one === target.value) ?? 'model' })}
      >
        {stackings.map((one) => (
          <option key={one} value={one}>
            by {crossNames[one]}
          </option>
        ))}
      </Select>
    </div>
  )
}

function SidePicker({ url: { down, across }, setUrl }: PickerProps) {
  return (
    <>
      <Side label="Rows" value={down} other={across} onValue={(value) => setUrl({ down: value })} />
      <span aria-hidden="true" className="text-ink-3">
        ×
      </span>
      <Side label="Columns" value={across} other={down} onValue={(value) => setUrl({ across: value })} />
    </>
  )
}

type Side = (typeof sides)[number]
type SideProps = { label: string; value: Side; other: Side; onValue: (value: Side) => void }

/** One side of the crosstab. The group on the other side cannot be chosen. */
function Side({ label, value, other, onValue }: SideProps) {
  return (
    <div className="w-32">
      <Select
        aria-label={label}
        value={value}
        onChange={(event) => onValue(sides.find((one) => one === event.target.value) ?? value)}
      >
        {sides.map((one) => (
          <option key={one} value={one} disabled={one === other}>
            {crossNames[one]}
          </option>
        ))}
      </Select>
    </div>
  )
}

function asked(money: Money): Pick<CostsAsked, 'simulated' | 'imported'> {
  return money === 'imported' ? { imported: '1' } : { simulated: money === 'simulated' ? '1' : '0' }
}

function moneyOf({ simulated, imported }: Costs): Money {
  if (imported) return 'imported'
  return simulated ? 'simulated' : 'real'
}

/** Says what imported runs had cost, where the sums that are shown hold nothing of it. */
function ImportedNote({ costs, onShow }: { costs: Costs; onShow: () => void }) {
  if (costs.imported || costs.importedNanoUsd === 0) return null
  return (
    <p className="flex flex-wrap items-center gap-2 text-sm text-ink-2">
      Not in these figures: {formatUsd(costs.importedNanoUsd)} that imported runs had cost elsewhere.
      <Button size="sm" onClick={onShow}>
        Show them
      </Button>
    </p>
  )
}
