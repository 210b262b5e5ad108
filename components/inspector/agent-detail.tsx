'use client'

import type { ReactNode } from 'react'
import { cx } from '@/components/ui/class-names'
import { CodeBlock } from '@/components/ui/code-block'
import { UnderHeading } from '@/components/ui/heading'
import { ErrorNote } from '@/components/ui/messages'
import { ScrollBox } from '@/components/ui/scroll-box'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import { StatusIcon } from '@/components/ui/status-icon'
import type { Transcript } from '@/lib/api/runs'
import { useMoney } from '@/lib/client/hooks/money-context'
import { problemOf } from '@/lib/client/http/api'
import { useTranscript } from '@/lib/client/queries/run-queries'
import type { LiveText } from '@/lib/client/run/live-text'
import { useReplay } from '@/lib/client/run/replay-context'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useNow } from '@/lib/client/run/use-now'
import { useAgent, useLiveText, usePulse, useRunView, useWatch } from '@/lib/client/run/use-run'
import { type InspectorTab, inspectorTabs, useRunUrl } from '@/lib/client/run/use-run-url'
import { type AgentState, isEnded } from '@/lib/core/agent/agent'
import { describeAgent, displayStatusOf } from '@/lib/view/agent/status-display'
import { AgentActions } from './agent-actions'
import { SummaryTab } from './summary-tab'
import { TranscriptTab } from './transcript-tab'
import { UsageTab } from './usage-tab'

const labels: Record<InspectorTab, string> = {
  summary: 'Summary',
  transcript: 'Transcript',
  usage: 'Usage',
  raw: 'Raw',
}

type Props = { agentId: string; actions: ReactNode; isPage?: boolean }

/**
 * Everything about one agent: its state from the fold, its words from the transcript, and what it is saying
 * now.
 */
export function AgentDetail({ agentId, actions, isPage = false }: Props) {
  const money = useMoney()
  const { id } = useLiveRun()
  const isWhole = useRunView((view) => view.isWhole)
  const agent = useAgent(agentId)
  const pulse = usePulse(agentId)
  const live = useLiveText(agentId)
  const [{ tab }, setUrl] = useRunUrl()
  const replay = useReplay()
  const isOpen = agent !== undefined && !isEnded(agent)
  const now = useNow(isOpen)
  useWatch(isOpen ? agentId : null)
  const version =
    agent === undefined ? '' : [agent.status, agent.attempt, agent.turns, agent.toolCalls].join('.')
  const transcript = useTranscript(id, agentId, version)
  if (!isWhole) return <Loading label="Loading agents…" />
  if (agent === undefined) {
    return (
      <EmptyState title="No such agent in this run" level={isPage ? 'h1' : 'h2'} action={actions}>
        It may not exist yet, or the address is mistyped.
      </EmptyState>
    )
  }
  return (
    <UnderHeading level={isPage ? 1 : 2}>
      <header className="flex flex-col gap-1.5 border-b px-4 pt-3">
        <AgentTitle agent={agent} isPage={isPage} actions={actions} />
        <p aria-live="polite" className="break-words text-sm text-ink-2">
          {money(describeAgent(agent, now || Date.parse(agent.lastActivityAt)))}
        </p>
        {isOpen && replay.atMs === null && <AgentActions agent={agent} />}
        <Tabs shown={tab} onShow={(next) => void setUrl({ tab: next })} />
      </header>
      <ScrollBox label={labels[tab]} className="min-h-0 flex-1 overflow-y-auto px-4 py-4">
        {tab === 'summary' ? (
          <SummaryTab agent={agent} pulse={pulse} transcript={transcript.data} isPage={isPage} />
        ) : (
          <>
            {transcript.isPending && <Loading label="Loading the transcript…" />}
            {transcript.error !== null && <Refused error={transcript.error} />}
            {transcript.data !== undefined && (
              <TranscriptPart
                tab={tab}
                agent={agent}
                transcript={transcript.data}
                live={live}
                isReplayed={replay.atMs !== null}
              />
            )}
          </>
        )}
      </ScrollBox>
    </UnderHeading>
  )
}

function AgentTitle({ agent, isPage, actions }: { agent: AgentState; isPage: boolean; actions: ReactNode }) {
  const Heading = isPage ? 'h1' : 'h2'
  return (
    <div className="flex items-start gap-2">
      <StatusIcon icon={displayStatusOf(agent)} size={16} className="mt-1" />
      <div className="min-w-0 flex-1">
        <Heading className={cx('break-words font-semibold', isPage ? 'text-lg' : 'text-base')}>
          {agent.label}
        </Heading>
        <p className="text-xs text-ink-3">{agent.phase ?? 'no phase'}</p>
      </div>
      {actions}
    </div>
  )
}

function Tabs({ shown, onShow }: { shown: InspectorTab; onShow: (tab: InspectorTab) => void }) {
  return (
    <nav aria-label="About this agent" className="-mb-px flex gap-4">
      {inspectorTabs.map((name) => (
        <button
          key={name}
          type="button"
          aria-current={shown === name ? 'true' : undefined}
          onClick={() => onShow(name)}
          className={cx(
            'border-b-2 pb-1.5 pt-1 text-sm transition-colors hover:text-ink',
            shown === name ? 'border-accent font-medium text-ink' : 'border-transparent text-ink-2',
          )}
        >
          {labels[name]}
        </button>
      ))}
    </nav>
  )
}

type PartProps = {
  tab: Exclude<InspectorTab, 'summary'>
  agent: AgentState
  transcript: Transcript
  live: LiveText | undefined
  isReplayed: boolean
}

/** What is read from the transcript, which knows no replay. */
function TranscriptPart({ tab, agent, transcript, live, isReplayed }: PartProps) {
  const parts = {
    transcript: () => <TranscriptTab transcript={transcript} live={live} isRunning={!isEnded(agent)} />,
    usage: () => <UsageTab transcript={transcript} agent={agent} />,
    raw: () => <CodeBlock text={JSON.stringify({ ...transcript, agent }, null, 2)} label="Agent as JSON" />,
  }
  return (
    <>
      {isReplayed && (
        <p className="mb-3 rounded-md bg-accent-soft px-3 py-2 text-xs">
          The transcript is complete up to now; the status above is from the replayed moment.
        </p>
      )}
      {parts[tab]()}
    </>
  )
}

function Refused({ error }: { error: Error }) {
  const { title, detail } = problemOf(error)
  return <ErrorNote title={title} detail={detail} />
}
