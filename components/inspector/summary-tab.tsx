import type { ReactNode } from 'react'
import { CodeBlock } from '@/components/ui/code-block'
import { Ago } from '@/components/ui/elapsed'
import { HeadedSection } from '@/components/ui/heading'
import { LongText } from '@/components/ui/long-text'
import { Markdown } from '@/components/ui/markdown/markdown'
import { ErrorNote } from '@/components/ui/messages'
import { PageLink } from '@/components/ui/page-link'
import { StatusIcon } from '@/components/ui/status-icon'
import type { Transcript } from '@/lib/api/runs'
import { useMoney } from '@/lib/client/hooks/money-context'
import { pages } from '@/lib/client/http/pages'
import { useReplay } from '@/lib/client/run/replay-context'
import type { AgentPulse } from '@/lib/client/run/run-view'
import { useRunView } from '@/lib/client/run/use-run'
import type { AgentState } from '@/lib/core/agent/agent'
import type { Batch } from '@/lib/core/spec/batch'
import { callLimitLines } from '@/lib/view/agent/call-limits'
import { allTokens } from '@/lib/view/agent/run-spend'
import { patchStatusDisplay, patchWords } from '@/lib/view/changes/change-words'
import { modelName } from '@/lib/view/format/model-name'
import { formatUsd } from '@/lib/view/format/money'
import { formatCount, formatTokens, plural } from '@/lib/view/format/numbers'
import { plainLine } from '@/lib/view/format/plain-line'
import { formatDuration } from '@/lib/view/format/time'
import { batchOf, batchSentence, moreOutput } from '@/lib/view/run/batch-view'
import { FlaggedInputs } from './flagged-inputs'
import { ForkLink } from './fork-link'
import { MoreOutput } from './more-output'
import { ParentLink } from './parent-link'

type Props = {
  agent: AgentState
  pulse: AgentPulse | undefined
  transcript: Transcript | undefined
  isPage: boolean
}

export function SummaryTab({ agent, pulse, transcript, isPage }: Props) {
  const money = useMoney()
  const batches = useRunView((view) => view.state?.batches)
  const batch = batchOf(agent, batches ?? [])
  const status = useRunView((view) => view.state?.run.status ?? 'running')
  const capNanoUsd = useRunView((view) => view.state?.run.limits.nanoUsd ?? null)
  const offer = moreOutput(agent, status, transcript)
  const replay = useReplay()
  return (
    <div className="flex flex-col gap-5">
      {agent.failure !== null && (
        <ErrorNote
          title={money(agent.failure.message)}
          detail={[agent.failure.kind, agent.failure.status, agent.failure.requestId]
            .filter(Boolean)
            .join(' · ')}
        />
      )}
      {agent.flags.length > 0 && <Flags flags={agent.flags} />}
      {offer !== null && replay.atMs === null && (
        <MoreOutput agent={agent} offer={offer} capNanoUsd={capNanoUsd} />
      )}
      {agent.flaggedInputs.length > 0 && <FlaggedInputs ids={agent.flaggedInputs} />}
      <Answer agent={agent} line={pulse?.line} transcript={transcript} />
      <dl className="grid grid-cols-[8.5rem_minmax(0,1fr)] gap-x-3 gap-y-1.5 text-sm">
        <ModelRows agent={agent} />
        <Row label="Last activity">
          <Ago at={pulse?.lastByteAt ?? agent.lastActivityAt} />
        </Row>
        <Row label="Time">{times(agent)}</Row>
        <WorkRows agent={agent} pulse={pulse} />
        <PatchRow agent={agent} />
        {(agent.delivery === 'batch' || agent.inBatch.length > 0) && (
          <Row label="Delivery">
            {batch === null ? 'In batches, at half price' : <InBatch batch={batch} />}
          </Row>
        )}
        {transcript !== undefined &&
          callLimitLines(transcript.options).map(({ label, text }) => (
            <Row key={label} label={label}>
              {money(text)}
            </Row>
          ))}
        <OriginRows agent={agent} />
      </dl>
      {agent.parentId === null && <ForkLink agentId={agent.id} isPage={isPage} />}
    </div>
  )
}

function ModelRows({ agent }: { agent: AgentState }) {
  return (
    <>
      <Row label="Requested model">{agent.requestedModel ?? 'the run’s default'}</Row>
      <Row label="Actual model">
        <span title={agent.model}>{modelName(agent.model)}</span>
        {agent.turns === 0 && <span className="text-ink-3"> (no turn yet)</span>}
        {agent.fellBackFrom !== null && (
          <span className="text-ink-3"> (fallback: {modelName(agent.fellBackFrom)} declined)</span>
        )}
      </Row>
    </>
  )
}

/** What it did and used; after each sum, what is in flight and not yet booked. */
function WorkRows({ agent, pulse }: { agent: AgentState; pulse: AgentPulse | undefined }) {
  const money = useMoney()
  return (
    <>
      <Row label="Attempts">
        {plural(agent.attempt, 'attempt')}
        {agent.retries > 0 && `, ${plural(agent.retries, 'turn')} sent again`}
      </Row>
      <Row label="Turns">
        {plural(agent.turns, 'turn')}, {plural(agent.toolCalls, 'tool call')}
        {agent.compactions > 0 && `, context summarised ${plural(agent.compactions, 'time')}`}
      </Row>
      <Row label="Tokens">
        {formatTokens(allTokens(agent.usage))}
        {pulse !== undefined && (
          <span className="text-ink-3"> + {formatCount(pulse.outputTokens)} in flight</span>
        )}
      </Row>
      <Row label="Cost">
        {money(formatUsd(agent.costNanoUsd))}
        {agent.reservedNanoUsd > 0 && (
          <span className="text-ink-3"> · {money(formatUsd(agent.reservedNanoUsd))} reserved</span>
        )}
        {agent.unsettledNanoUsd > 0 && (
          <span className="text-ink-3"> · {money(formatUsd(agent.unsettledNanoUsd))} unsettled</span>
        )}
      </Row>
    </>
  )
}

/** What it changed, what became of that, and the way to see it. */
function PatchRow({ agent: { id, patch, patchStatus } }: { agent: AgentState }) {
  const runId = useRunView((view) => view.state?.run.id ?? null)
  if (patch === null || runId === null) return null
  return (
    <Row label="Files">
      <PageLink className="text-accent hover:underline" href={pages.changes(runId, id)}>
        {patchWords(patch)}
      </PageLink>
      <span className="text-ink-3"> · {patchStatusDisplay(patchStatus).word.toLowerCase()}</span>
    </Row>
  )
}

/** Where it comes from, as far as there is something to say. */
function OriginRows({ agent }: { agent: AgentState }) {
  const forkedFrom = useRunView((view) => view.state?.run.forkedFrom ?? null)
  const { reusedFrom } = agent
  return (
    <>
      {agent.parentId !== null && (
        <Row label="Started by">
          <ParentLink id={agent.parentId} />
        </Row>
      )}
      {agent.dependsOn.length > 0 && <Row label="Built from">{plural(agent.dependsOn.length, 'answer')}</Row>}
      {agent.callSite !== null && (
        <Row label="Called at">
          line {agent.callSite.line}, column {agent.callSite.column}
        </Row>
      )}
      {reusedFrom !== null && (
        <Row label="Reused from">
          <a className="text-accent hover:underline" href={pages.agent(reusedFrom.runId, reusedFrom.agentId)}>
            its answer in {forkedFrom?.runId === reusedFrom.runId ? forkedFrom.title : 'an earlier run'}
          </a>
        </Row>
      )}
    </>
  )
}

function InBatch({ batch }: { batch: Batch }) {
  const money = useMoney()
  return (
    <>
      Batch {batch.batchId.slice(1)}, since <Ago at={batch.submittedAt ?? batch.preparedAt} />:{' '}
      {money(batchSentence(batch))}
    </>
  )
}

function Answer({
  agent,
  line,
  transcript,
}: {
  agent: AgentState
  line: string | undefined
  transcript: Transcript | undefined
}) {
  if (agent.endedAt === null) {
    const text = line || agent.preview
    return text === '' ? null : (
      <HeadedSection title={line ? 'Live output' : 'Asked'} headingClass="eyebrow mb-1">
        <p className="text-sm text-ink-2">
          <LongText text={text} first={2_000} className="break-words" />
        </p>
      </HeadedSection>
    )
  }
  const result = transcript?.result ?? null
  return (
    <HeadedSection title="Answer" headingClass="eyebrow mb-1.5">
      {result === null && <p className="text-sm text-ink-2">{plainLine(agent.preview) || 'None.'}</p>}
      {typeof result === 'string' && <Markdown text={result} />}
      {result !== null && typeof result !== 'string' && (
        <CodeBlock text={JSON.stringify(result, null, 2)} label="Answer as JSON" />
      )}
    </HeadedSection>
  )
}

function Flags({ flags }: { flags: AgentState['flags'] }) {
  return (
    <ul className="flex flex-col gap-1.5 rounded-md border border-flagged/50 px-3 py-2.5 text-sm">
      {flags.map((flag) => (
        <li key={`${flag.kind}.${flag.reason}`} className="flex items-start gap-2">
          <StatusIcon icon="flagged" className="mt-1" />
          <span>
            <strong className="font-medium">{flag.kind}</strong>
            {flag.reason !== '' && (
              <span className="text-ink-2">
                : <LongText text={flag.reason} first={2_000} className="break-words" />
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{label}</dt>
      <dd className="num min-w-0 break-words">{children}</dd>
    </>
  )
}

function times(agent: AgentState): string {
  if (agent.startedAt === null) return 'not started'
  const waited = Date.parse(agent.startedAt) - Date.parse(agent.queuedAt)
  const ran = agent.endedAt === null ? null : Date.parse(agent.endedAt) - Date.parse(agent.startedAt)
  return `${formatDuration(waited)} queued${ran === null ? '' : `, ${formatDuration(ran)} running`}`
}
