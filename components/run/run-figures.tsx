import type { ReactNode } from 'react'
import { Elapsed } from '@/components/ui/elapsed'
import { SpendMeter, SpendWords } from '@/components/ui/spend-meter'
import type { RunHeader } from '@/lib/core/state'
import { formatUsd } from '@/lib/view/money'
import { formatCount, formatTokens } from '@/lib/view/numbers'
import type { Spend } from '@/lib/view/spend'

type Props = { run: RunHeader; spend: Spend; tokens: number; tokensPerSecond: number | null; turns: number }

/** Time, pace and money. Money is spent, unsettled and held: three things, never one. */
export function RunFigures({ run, spend, tokens, tokensPerSecond, turns }: Props) {
  return (
    <div className="flex flex-wrap items-end gap-x-8 gap-y-2">
      <Figure label="Elapsed" width="min-w-16">
        <Elapsed run={run} />
      </Figure>
      <Figure label="Tokens" width="min-w-14">
        {formatTokens(tokens)}
      </Figure>
      <Figure label="Tokens/s" width="min-w-14">
        {run.endedAt === null && tokensPerSecond !== null ? formatCount(Math.round(tokensPerSecond)) : '–'}
      </Figure>
      <Figure label="Turns" width="min-w-12">
        {formatCount(turns)}
      </Figure>
      <div className="min-w-64 max-w-md flex-1">
        <div className="num flex flex-wrap items-baseline justify-between gap-x-3 text-xs">
          <span className="text-base font-medium">
            <SpendWords spend={spend} />
          </span>
          <span className="text-ink-3">
            {formatUsd(spend.held)} held · {formatUsd(spend.unsettled)} unsettled
          </span>
        </div>
        <div className="mt-1">
          <SpendMeter spend={spend} label="Spend" />
        </div>
      </div>
    </div>
  )
}

function Figure({ label, width, children }: { label: string; width: string; children: ReactNode }) {
  return (
    <div className={width}>
      <p className="eyebrow">{label}</p>
      <p className="num text-base font-medium">{children}</p>
    </div>
  )
}
