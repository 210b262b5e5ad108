import { Ago } from '@/components/ui/elapsed'
import { StatusIcon } from '@/components/ui/status-icon'
import { useIsSimulated } from '@/lib/client/hooks/money-context'
import type { Checkpoint } from '@/lib/core/run/checkpoint'
import { askedMoney, closingSentence } from '@/lib/view/questions/question'

/** A closed question: who answered it, with what, and when. */
export function ClosedQuestion({ checkpoint }: { checkpoint: Exclude<Checkpoint, { status: 'open' }> }) {
  const simulated = useIsSimulated()
  return (
    <p className="flex min-w-0 items-start gap-2 py-1 text-sm">
      <StatusIcon icon={checkpoint.status === 'answered' ? 'succeeded' : 'cancelled'} className="mt-[3px]" />
      <span className="min-w-0 break-words">
        <span className="font-medium">{askedMoney(checkpoint, simulated)(checkpoint.title)}</span>{' '}
        <span className="text-ink-2">{closingSentence(checkpoint, simulated)}</span>{' '}
        <span className="text-xs text-ink-3">
          <Ago at={checkpoint.closedAt} />
        </span>
      </span>
    </p>
  )
}
