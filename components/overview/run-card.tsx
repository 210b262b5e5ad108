import { FolderChip } from '@/components/runs/folder-chip'
import { DryRunBadge } from '@/components/ui/dry-run-badge'
import { Elapsed } from '@/components/ui/elapsed'
import { PageLink } from '@/components/ui/page-link'
import { PhaseBar } from '@/components/ui/phase-bar'
import { RunBadge } from '@/components/ui/run-badge'
import { SpendMeter, SpendWords } from '@/components/ui/spend-meter'
import type { OverviewRun } from '@/lib/api/first/overview'
import { MoneyProvider, useMoney } from '@/lib/client/hooks/money-context'
import { pages } from '@/lib/client/http/pages'
import { agentCount, endedCount } from '@/lib/core/agent/agent-status'
import { phaseGroups } from '@/lib/view/agent/phase-groups'
import { runSpendOf } from '@/lib/view/agent/run-spend'
import { formatUsd } from '@/lib/view/format/money'
import { formatCount } from '@/lib/view/format/numbers'
import { sourceName } from '@/lib/view/format/source-name'
import { etaWords } from '@/lib/view/run/forecast'
import { launcherName } from '@/lib/view/runs/launcher-name'
import { phaseProgress } from '@/lib/view/timeline/phase-progress'

/** Phases a card has room for; the rest are one line. */
const shownPhases = 5

/** A run on the overview, in the money it spends. */
export function RunCard({ run, asks }: { run: OverviewRun; asks: boolean }) {
  return (
    <MoneyProvider simulated={run.simulated}>
      <Card run={run} asks={asks} />
    </MoneyProvider>
  )
}

function Card({ run, asks }: { run: OverviewRun; asks: boolean }) {
  const money = useMoney()
  const spend = runSpendOf(run.totals, run.capNanoUsd)
  const counts = run.totals.agents
  const phases = phaseGroups(run.phases).of(run.phases).map(phaseProgress)
  return (
    <PageLink
      href={pages.run(run.id)}
      className="panel group @container flex h-full flex-col gap-3 p-4 transition-colors hover:border-line-strong"
    >
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h3 className="truncate text-lg font-semibold">{run.title}</h3>
          <p className="flex min-w-0 items-center gap-1.5 text-xs text-ink-3">
            {run.isDryRun && <DryRunBadge />}
            <FolderChip title={run.title} workspace={run.workspace} />
            <span className="truncate">
              {[sourceName(run.orchestrator, run.workflow), launcherName(run.launchedBy)]
                .filter(Boolean)
                .join(' · ')}
              {run.simulated && !run.isDryRun && ' · simulator'}
            </span>
          </p>
        </div>
        <RunBadge status={run.status} asks={asks} className="text-xs" />
      </div>
      {run.reason && <p className="line-clamp-2 text-xs text-ink-2">{money(run.reason)}</p>}
      <div className="flex flex-col gap-1.5">
        {phases.slice(0, shownPhases).map((phase) => (
          <div
            key={phase.title}
            className="grid grid-cols-[minmax(0,7rem)_1fr_4.5rem] items-center gap-2 text-xs"
          >
            <span className="truncate text-ink-2">{phase.title}</span>
            <PhaseBar segments={phase.segments} label={phase.title} />
            <span className="num text-right text-ink-3">
              {phase.total === 0 ? 'Not started' : `${formatCount(phase.ended)}/${formatCount(phase.total)}`}
            </span>
          </div>
        ))}
        {phases.length > shownPhases && (
          <p className="text-xs text-ink-3">and {phases.length - shownPhases} more phases</p>
        )}
      </div>
      <dl className="mt-auto grid grid-cols-3 gap-x-3 gap-y-2 border-t pt-3 @md:grid-cols-6">
        <Figure
          label="Done"
          value={`${formatCount(endedCount(counts))}/${formatCount(agentCount(counts))}`}
        />
        <Figure label="ETA" value={etaWords(run.usageRate?.left ?? null)} />
        <div>
          <dt className="eyebrow">Elapsed</dt>
          <dd className="text-base font-medium">
            <Elapsed run={run} />
          </dd>
        </div>
        <Figure label="Tokens/s" value={rateWords(run.usageRate?.tokensPerSecond, formatCount)} />
        <Figure label="$/min" value={money(rateWords(run.usageRate?.nanoUsdPerMinute, formatUsd))} />
        <div className="text-right">
          <dt className="eyebrow">{run.isDryRun ? 'Would cost' : 'Spent'}</dt>
          <dd className="num text-base font-medium">
            <SpendWords spend={spend} />
          </dd>
        </div>
      </dl>
      <SpendMeter spend={spend} label="Spend" />
    </PageLink>
  )
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div className="min-w-0">
      <dt className="eyebrow">{label}</dt>
      <dd className="num truncate text-base font-medium">{value}</dd>
    </div>
  )
}

function rateWords(rate: number | null | undefined, format: (rate: number) => string): string {
  return rate == null ? '–' : format(rate)
}
