import { LayoutGrid, Rows3 } from 'lucide-react'
import { PhaseBar } from '@/components/ui/phase-bar'
import { useMoney } from '@/lib/client/hooks/money-context'
import { formatUsd } from '@/lib/view/format/money'
import { formatCount } from '@/lib/view/format/numbers'
import type { PhaseProgress } from '@/lib/view/timeline/phase-progress'

type Props = {
  progress: PhaseProgress
  detail: string | null
  toggle: { isOpen: boolean; onToggle: () => void } | null
}

export function GroupHead({ progress, detail, toggle }: Props) {
  const money = useMoney()
  return (
    <header
      className="flex h-16 shrink-0 flex-col justify-center gap-1.5 overflow-hidden px-3.5"
      title={detail ?? undefined}
    >
      <div className="flex items-center gap-2">
        <h2 dir="auto" className="map-sm max-w-3/4 shrink-0 truncate font-semibold">
          {progress.title}
        </h2>
        <span className="map-xs num min-w-0 flex-1 truncate text-right text-ink-3">
          {progress.total > 0 && (
            <span data-room="some">{`${formatCount(progress.ended)}/${formatCount(progress.total)}`}</span>
          )}
          {progress.spentNanoUsd > 0 && (
            <span data-room="all">{` · ${money(formatUsd(progress.spentNanoUsd))}`}</span>
          )}
        </span>
        {toggle !== null && (
          <button
            type="button"
            onClick={toggle.onToggle}
            aria-expanded={toggle.isOpen}
            aria-label={
              toggle.isOpen ? `Draw ${progress.title} as cells` : `Open ${progress.title} into cards`
            }
            title={toggle.isOpen ? 'Draw as cells' : 'Open into cards'}
            className="nopan -mr-1.5 rounded-sm p-1 text-ink-3 hover:bg-hover hover:text-ink"
          >
            {toggle.isOpen ? (
              <LayoutGrid aria-hidden="true" className="size-3.5" />
            ) : (
              <Rows3 aria-hidden="true" className="size-3.5" />
            )}
          </button>
        )}
      </div>
      <PhaseBar segments={progress.segments} label={progress.title} height={4} />
    </header>
  )
}
