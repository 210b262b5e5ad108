import type { Transcript } from '@/lib/api/runs'
import { useMoney } from '@/lib/client/hooks/money-context'
import type { AgentState } from '@/lib/core/agent/agent'
import { usageSheet } from '@/lib/view/agent/usage-lines'
import { modelName } from '@/lib/view/format/model-name'
import { formatUsd } from '@/lib/view/format/money'
import { formatCount, plural } from '@/lib/view/format/numbers'

/** Tokens and dollars of one agent, by kind and by turn. */
export function UsageTab({ transcript, agent }: { transcript: Transcript; agent: AgentState }) {
  const money = useMoney()
  const sheet = usageSheet(transcript)
  const canSplit = sheet.lines.some((line) => line.costNanoUsd !== null)
  return (
    <div className="flex flex-col gap-6">
      <table className="num w-full text-sm">
        <caption className="eyebrow pb-1 text-left">By token kind, completed turns</caption>
        <thead className="text-left">
          <tr className="border-b">
            <th className="py-1.5 font-medium">Kind</th>
            <th className="py-1.5 text-right font-medium">Tokens</th>
            <th className="py-1.5 text-right font-medium">Cost</th>
          </tr>
        </thead>
        <tbody>
          {sheet.lines.map((line) => (
            <tr key={line.label} className="border-b">
              <td className="py-1.5 text-ink-2">{line.label}</td>
              <td className="py-1.5 text-right">{formatCount(line.tokens)}</td>
              <td className="py-1.5 text-right">{canSplit ? money(formatUsd(line.costNanoUsd)) : '–'}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr className="font-medium">
            <td className="py-1.5">Total</td>
            <td className="py-1.5 text-right">
              {formatCount(sheet.lines.reduce((sum, line) => sum + line.tokens, 0))}
            </td>
            <td className="py-1.5 text-right">{money(formatUsd(sheet.totalNanoUsd))}</td>
          </tr>
        </tfoot>
      </table>
      {!canSplit && sheet.turns > 0 && (
        <p className="text-xs text-ink-3">No split by kind: some turns have no known price.</p>
      )}
      {sheet.batched > 0 && (
        <p className="text-sm text-ink-2">
          {sheet.batched === sheet.turns
            ? 'Every turn'
            : `${sheet.batched} of ${plural(sheet.turns, 'turn')}`}{' '}
          came in a batch: tokens × list price × ½.
        </p>
      )}
      {agent.unsettledNanoUsd > 0 && (
        <p className="text-sm text-ink-2">
          {money(formatUsd(agent.unsettledNanoUsd))} is unsettled: interrupted turns probably cost that much.
        </p>
      )}
      <table className="num w-full text-sm">
        <caption className="eyebrow pb-1 text-left">By turn</caption>
        <thead className="text-left">
          <tr className="border-b">
            <th className="py-1.5 font-medium">Turn</th>
            <th className="py-1.5 font-medium">Model</th>
            <th className="py-1.5 text-right font-medium">In</th>
            <th className="py-1.5 text-right font-medium">Out</th>
            <th className="py-1.5 text-right font-medium">Cost</th>
          </tr>
        </thead>
        <tbody>
          {transcript.turns.map((turn) => (
            <tr key={`${turn.attempt}.${turn.index}`} className="border-b last:border-0">
              <td className="py-1.5 text-ink-2">
                {turn.index}
                {turn.attempt > 1 && ` (attempt ${turn.attempt})`}
                {turn.delivery === 'batch' && ' · batch'}
              </td>
              <td className="py-1.5">{modelName(turn.model)}</td>
              <td className="py-1.5 text-right">
                {turn.isMetered
                  ? formatCount(
                      turn.usage.inputTokens + turn.usage.cacheReadTokens + turn.usage.cacheWriteTokens,
                    )
                  : 'not reported'}
              </td>
              <td className="py-1.5 text-right">
                {turn.isMetered ? formatCount(turn.usage.outputTokens) : 'not reported'}
              </td>
              <td className="py-1.5 text-right">{money(formatUsd(turn.costNanoUsd))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
