import type { ReactNode } from 'react'
import type { Plan } from '@/lib/api/plan'
import { useMoney } from '@/lib/client/hooks/money-context'
import { formatCap, formatUsd, formatUsdRange } from '@/lib/view/format/money'
import { formatBytes, formatCount, formatTokens, plural } from '@/lib/view/format/numbers'
import { formatDuration } from '@/lib/view/format/time'
import { calibrationSentence, parallelismSentence } from '@/lib/view/plan/estimate-words'
import { agentRange } from '@/lib/view/plan/plan-view'

/** The figures of a plan. What is not known is said to be unknown. */
export function PlanNumbers({ plan }: { plan: Plan }) {
  const money = useMoney()
  const parallelism = money(parallelismSentence(plan))
  const calibration = money(calibrationSentence(plan))
  const { tokens, seconds } = plan
  return (
    <div className="num flex flex-col gap-2 text-sm">
      <dl className="flex flex-col gap-2">
        <Row label="Agents" value={plan.agents === null ? 'unknown until it runs' : agentRange(plan.agents)}>
          {plan.agents !== null &&
            plan.agents.low !== plan.agents.high &&
            `${formatCount(plan.agents.likely)} likely`}
        </Row>
        <Row
          label="Cost"
          value={plan.costNanoUsd === null ? 'no estimate yet' : money(formatUsdRange(plan.costNanoUsd))}
        >
          {plan.costNanoUsd !== null && `${money(formatUsd(plan.costNanoUsd.likely))} likely`}
        </Row>
        {tokens !== null && (
          <Row label="Tokens" value={`${formatTokens(tokens.low)}–${formatTokens(tokens.high)}`}>
            {`${formatTokens(tokens.likely)} likely`}
          </Row>
        )}
        {seconds !== null && (
          <Row
            label="Time"
            value={`${formatDuration(seconds.low * 1000)}–${formatDuration(seconds.high * 1000)}`}
          >
            {`${formatDuration(seconds.likely * 1000)} likely`}
          </Row>
        )}
        <Row label="Stops at" value={money(formatCap(plan.limits.nanoUsd))} />
        {plan.workspace !== null && (
          <Row
            label="Workspace"
            value={`${plural(plan.workspace.files, 'file')}, ${formatBytes(plan.workspace.bytes)}`}
          />
        )}
        {plan.workspaceNotes?.isTold && (
          <Row label="Notes for agents" value={`${formatTokens(plan.workspaceNotes.tokensEach)} tokens each`}>
            {plan.workspaceNotes.costNanoUsd !== null &&
              `${money(formatUsd(plan.workspaceNotes.costNanoUsd))} likely, included`}
          </Row>
        )}
      </dl>
      {parallelism !== null && <p className="text-xs text-ink-2">{parallelism}</p>}
      {calibration !== null && <p className="text-xs text-ink-2">{calibration}</p>}
      <p className="text-xs text-ink-3">{plan.basis}</p>
    </div>
  )
}

function Row({ label, value, children }: { label: string; value: string; children?: ReactNode }) {
  return (
    <div className="flex items-baseline justify-between gap-3">
      <dt className="text-ink-2">{label}</dt>
      <dd className="text-right">
        <span className="font-medium">{value}</span>
        {children && <span className="block text-xs text-ink-3">{children}</span>}
      </dd>
    </div>
  )
}
