import { ChevronRight } from 'lucide-react'
import { cx } from '@/components/ui/class-names'
import { formatDuration } from '@/lib/view/format/time'
import type { ShownStep } from '@/lib/view/timeline/path-steps'

type Props = {
  steps: readonly ShownStep[]
  /** Share of the run's time that no agent took: the script, timers, questions. */
  restShare: number
  selected: string | null
  onSelect: (agentId: string) => void
}

/** The agents that decided how long the run took, joined in order, each with its share and what would shorten it. */
export function PathChain({ steps, restShare, selected, onSelect }: Props) {
  return (
    <div className="flex max-h-72 flex-col gap-2 overflow-y-auto border-b px-4 py-2.5 sm:px-5">
      <div aria-hidden="true" className="flex h-3 w-full gap-px overflow-hidden rounded-sm bg-hover">
        {steps.map(({ agentId, share }, at) => (
          <span
            key={agentId}
            className={at % 2 === 0 ? 'bg-accent' : 'bg-accent/60'}
            style={{ width: `${share * 100}%` }}
          />
        ))}
      </div>
      <ol aria-label="Critical path" className="flex flex-col">
        {steps.map((step) => (
          <li key={step.agentId} className="relative pl-5">
            <span
              aria-hidden="true"
              className="absolute -bottom-3 left-[7px] top-3 w-px bg-accent [li:last-child>&]:hidden"
            />
            <span
              aria-hidden="true"
              className="absolute left-1 top-3 size-2 rounded-full border-2 border-accent bg-surface"
            />
            <button
              type="button"
              aria-pressed={selected === step.agentId}
              onClick={() => onSelect(step.agentId)}
              className={cx(
                'flex w-full flex-wrap items-baseline gap-x-3 gap-y-0.5 rounded-md px-2 py-1.5 text-left text-sm transition-colors hover:bg-hover',
                selected === step.agentId && 'bg-accent-soft',
              )}
            >
              <span className="num w-12 shrink-0 font-semibold">{Math.round(step.share * 100)} %</span>
              <span className="num w-16 shrink-0 text-ink-2">{formatDuration(step.ms)}</span>
              <span dir="auto" className="min-w-0 font-medium">
                {step.label}
              </span>
              {step.phase !== null && <span className="text-xs text-ink-3">{step.phase}</span>}
              <span className="num basis-80 text-xs text-ink-2 sm:ml-auto sm:text-right">{step.hint}</span>
              <ChevronRight aria-hidden="true" className="size-3.5 shrink-0 self-center text-ink-3" />
            </button>
          </li>
        ))}
      </ol>
      {restShare > 0.01 && (
        <p className="num text-xs text-ink-3">
          {Math.round(restShare * 100)} % of the time no agent decided: the script itself, timers and
          questions.
        </p>
      )}
    </div>
  )
}
