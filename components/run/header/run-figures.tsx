import type { ReactNode } from 'react'
import { Elapsed } from '@/components/ui/elapsed'
import { SpendMeter, SpendWords } from '@/components/ui/spend-meter'
import { useMoney } from '@/lib/client/hooks/money-context'
import type { RunHeader } from '@/lib/core/run/state'
import { type CacheUse, cacheWords } from '@/lib/view/agent/cache-use'
import type { RunSpend } from '@/lib/view/agent/run-spend'
import { formatUsd } from '@/lib/view/format/money'
import { formatCount, formatTokens } from '@/lib/view/format/numbers'
import { etaWords, type Forecast, spendForecast } from '@/lib/view/run/forecast'
import { ChangedFigure } from './changed-figure'

type Props = {
  run: RunHeader
  spend: RunSpend
  tokens: number
  tokensPerSecond: number | null
  forecast: Forecast | null
  cache: CacheUse | null
}

/** Time, pace and money. Money is spent, unsettled and reserved: three things, never one. */
export function RunFigures({ run, spend, tokens, tokensPerSecond, forecast, cache }: Props) {
  const money = useMoney()
  const heading = money(spendForecast(forecast, spend.cap))
  return (
    <div className="flex flex-wrap items-end gap-x-8 gap-y-2">
      <Figure label="Elapsed" width="min-w-16">
        <Elapsed run={run} />
      </Figure>
      {run.endedAt === null && (
        <Figure
          label="ETA"
          width="min-w-24"
          title="Based on the agents that have ended, at the current concurrency"
        >
          {etaWords(forecast)}
        </Figure>
      )}
      <Figure label="Tokens" width="min-w-14">
        {formatTokens(tokens)}
      </Figure>
      <Figure label="Tokens/s" width="min-w-14">
        {run.endedAt === null && tokensPerSecond !== null ? formatCount(Math.round(tokensPerSecond)) : '–'}
      </Figure>
      <Figure
        label="From cache"
        width="min-w-14"
        title="Share of input tokens read from the prompt cache, and the net saving: cheaper reads minus the cost of cache writes"
      >
        {money(cacheWords(cache))}
      </Figure>
      {run.files !== null && (
        <Figure label="Changed" width="min-w-24">
          <ChangedFigure run={run} />
        </Figure>
      )}
      <div className="min-w-64 max-w-xl flex-1">
        <div className="num flex flex-wrap items-baseline justify-between gap-x-3 text-xs">
          <span className="text-base font-medium">
            <SpendWords spend={spend} />
          </span>
          <span className="text-ink-3">
            {heading !== null && (
              <span className={forecast?.capInMs == null ? 'text-ink-2' : 'font-medium text-waiting'}>
                {heading} ·{' '}
              </span>
            )}
            {money(formatUsd(spend.reserved))} reserved
            {spend.unsettled > 0 && ` · ${money(formatUsd(spend.unsettled))} unsettled`}
          </span>
        </div>
        <div className="mt-1">
          <SpendMeter spend={spend} label="Spend" />
        </div>
      </div>
    </div>
  )
}

type FigureProps = { label: string; width: string; title?: string; children: ReactNode }

function Figure({ label, width, title, children }: FigureProps) {
  return (
    <div className={width} title={title}>
      <p className="eyebrow">{label}</p>
      <p className="num text-base font-medium">{children}</p>
    </div>
  )
}
