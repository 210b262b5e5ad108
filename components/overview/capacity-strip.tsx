import type { ReactNode } from 'react'
import { SpendMeter, SpendWords } from '@/components/ui/spend-meter'
import type { OverviewFrame } from '@/lib/api/first/overview'
import { MoneyProvider } from '@/lib/client/hooks/money-context'
import { runSpendOf } from '@/lib/view/agent/run-spend'
import { formatUsd, moneyWords } from '@/lib/view/format/money'
import { formatCount } from '@/lib/view/format/numbers'
import { HeadroomList } from './headroom-list'

/** What is left to use: slots, rate limits of the provider, and today's money. */
export function CapacityStrip({ frame }: { frame: OverviewFrame }) {
  const { slots, today } = frame
  const money = moneyWords(frame.simulated)
  const spend = runSpendOf({ ...today, costNanoUsd: today.spentNanoUsd }, today.capNanoUsd)
  return (
    <div className="grid gap-px overflow-hidden rounded-lg border bg-line md:grid-cols-3">
      <Cell title="Concurrency">
        <p className="num text-2xl font-semibold tracking-tight">
          {formatCount(slots.used)}
          <span className="text-base font-normal text-ink-3"> of {formatCount(slots.max)} in use</span>
        </p>
        <Bar share={slots.max === 0 ? 0 : slots.used / slots.max} />
        <p className="num text-xs text-ink-3">{formatCount(slots.waiting)} agents queued for a slot</p>
      </Cell>
      <Cell title="Rate limits">
        <HeadroomList families={frame.headroom} slots={slots.max} />
      </Cell>
      <MoneyProvider simulated={frame.simulated}>
        <Cell title={frame.simulated ? 'Simulated today' : 'Spent today'}>
          <p className="num text-2xl font-semibold tracking-tight">
            <SpendWords spend={spend} />
          </p>
          <SpendMeter spend={spend} label={frame.simulated ? 'Simulated today' : 'Spent today'} />
          <p className="num text-xs text-ink-3">
            {money(formatUsd(spend.reserved))} reserved
            {spend.unsettled > 0 && ` · ${money(formatUsd(spend.unsettled))} unsettled`}
          </p>
        </Cell>
      </MoneyProvider>
    </div>
  )
}

function Cell({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex min-w-0 flex-col gap-2 bg-surface p-4">
      <h2 className="eyebrow">{title}</h2>
      {children}
    </section>
  )
}

function Bar({ share }: { share: number }) {
  return (
    <div className="h-1.5 overflow-hidden rounded-full bg-hover">
      <div className="h-full bg-running" style={{ width: `${Math.min(1, share) * 100}%` }} />
    </div>
  )
}
