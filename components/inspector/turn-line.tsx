import type { TranscriptTurn } from '@/lib/api/runs'
import { useMoney } from '@/lib/client/hooks/money-context'
import { allTokens } from '@/lib/view/agent/run-spend'
import { modelName } from '@/lib/view/format/model-name'
import { formatUsd } from '@/lib/view/format/money'
import { formatTokens } from '@/lib/view/format/numbers'
import { formatDuration } from '@/lib/view/format/time'

/** Where a turn ends: who spoke, for how long, and for how much. */
export function TurnLine({ turn }: { turn: TranscriptTurn }) {
  const money = useMoney()
  const took = formatDuration(Date.parse(turn.endedAt) - Date.parse(turn.startedAt))
  return (
    <div className="num flex items-center gap-2 text-2xs text-ink-3" title={turn.requestId ?? undefined}>
      <span className="h-px flex-1 bg-line" aria-hidden="true" />
      {modelName(turn.model)} · {turn.stopReason} · {formatTokens(allTokens(turn.usage))} ·{' '}
      {money(formatUsd(turn.costNanoUsd))}
      {turn.delivery === 'batch' && ' (batch, × ½)'} · {took}
    </div>
  )
}
