import { AgentLink } from '@/components/ui/agent-link'
import { LongText } from '@/components/ui/long-text'
import { StatusIcon } from '@/components/ui/status-icon'
import { plural } from '@/lib/view/format/numbers'

type LeftOut = { agentId: string; label: string; why: string | null }

/** Agents whose changes are not among those of the run, and why. */
export function NotMergedNote({ runId, agents }: { runId: string; agents: readonly LeftOut[] }) {
  return (
    <details className="border-b bg-surface px-4 py-2 text-sm sm:px-5" open={agents.length <= 3}>
      <summary className="flex cursor-pointer items-center gap-2">
        <StatusIcon icon="failed" />
        <span>
          The changes of {plural(agents.length, 'agent')} were <strong>not merged</strong>
        </span>
      </summary>
      <ul className="mt-1.5 flex max-h-48 flex-col gap-1 overflow-y-auto pl-6 text-xs text-ink-2">
        {agents.map(({ agentId, label, why }) => (
          <li key={agentId}>
            <AgentLink runId={runId} agentId={agentId} label={label} hasInspector />
            {why !== null && (
              <>
                {': '}
                <LongText text={why} first={1_000} className="break-words" />
              </>
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}

/** What checked the merged files, and what it came to. */
export function ChecksNote({ checks }: { checks: readonly { seq: number; text: string }[] }) {
  const last = checks.at(-1)
  if (last === undefined) return null
  return (
    <details className="border-b bg-surface px-4 py-2 text-xs text-ink-2 sm:px-5">
      <summary className="cursor-pointer">
        {plural(checks.length, 'check')} of the merged files; the last: {last.text.split('\n', 1)[0]}
      </summary>
      <pre className="mt-1.5 max-h-56 overflow-auto whitespace-pre-wrap rounded-md bg-sunken p-2 font-mono">
        {checks.map(({ text }) => text).join('\n')}
      </pre>
    </details>
  )
}
