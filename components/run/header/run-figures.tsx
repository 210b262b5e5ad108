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

/** Time, pace and money in one line. Money is spent, unsettled and reserved: three things, never one. */
export function RunFigures({ run, spend, tokens, tokensPerSecond, forecast, cache }: Props) {
  const money = useMoney()
  const heading = money(spendForecast(forecast, spend.cap))
  const isAtWork = run.endedAt === null
  return (
    <div className="num flex min-h-7 min-w-0 flex-wrap items-center gap-x-5 gap-y-1 text-sm">
      <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
        <span className="text-base font-semibold">
          <SpendWords spend={spend} />
        </span>
        <span className="w-28 shrink-0 xl:w-40">
          <SpendMeter spend={spend} label="Spend" />
        </span>
        {(isAtWork || spend.unsettled > 0) && (
          <span className="text-xs text-ink-3">
            {money(formatUsd(spend.reserved))} reserved
            {spend.unsettled > 0 && ` · ${money(formatUsd(spend.unsettled))} unsettled`}
          </span>
        )}
        {heading !== null && (
          <span
            className={`text-xs ${forecast?.capInMs == null ? 'text-ink-2' : 'font-medium text-waiting'}`}
          >
            {heading}
          </span>
        )}
      </div>
      <Figure label="Elapsed">
        <Elapsed run={run} />
      </Figure>
      {isAtWork && (
        <Figure label="ETA" title="Based on the agents that have ended, at the current concurrency">
          {etaWords(forecast)}
        </Figure>
      )}
      <Figure label="Tokens">
        {formatTokens(tokens)}
        {isAtWork && tokensPerSecond !== null && (
          <span className="font-normal text-ink-3"> · {formatCount(Math.round(tokensPerSecond))}/s</span>
        )}
      </Figure>
      <Figure
        label="From cache"
        title="Share of input tokens read from the prompt cache, and the net saving: cheaper reads minus the cost of cache writes"
      >
        {money(cacheWords(cache))}
      </Figure>
      {run.files !== null && (
        <Figure label="Changed">
          <ChangedFigure run={run} />
        </Figure>
      )}
    </div>
  )
}

type FigureProps = { label: string; title?: string; children: ReactNode }

function Figure({ label, title, children }: FigureProps) {
  return (
    <p className="flex items-baseline gap-1.5 whitespace-nowrap" title={title}>
      <span className="text-xs text-ink-3">{label}</span>
      <span className="font-medium">{children}</span>
    </p>
  )
}
