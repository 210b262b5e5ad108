'use client'

import { useState } from 'react'
import { CopyButton } from '@/components/ui/actions/copy-button'
import { CodeBlock } from '@/components/ui/code-block'
import { HeadedSection } from '@/components/ui/heading'
import { LongText } from '@/components/ui/long-text'
import { Markdown } from '@/components/ui/markdown/markdown'
import { ErrorNote } from '@/components/ui/messages'
import type { Transcript } from '@/lib/api/runs'
import { useMoney } from '@/lib/client/hooks/money-context'
import type { LiveText } from '@/lib/client/run/live-text'
import { assertNever } from '@/lib/core/base/assert-never'
import { asPrompt, attemptsOf, ofAttempt } from '@/lib/view/agent/attempts'
import { type TranscriptPart, transcriptParts } from '@/lib/view/agent/transcript'
import { type AttemptChoice, AttemptDiff, AttemptPicker } from './attempt-picker'
import { Fold } from './fold'
import { LiveTurn } from './live-turn'
import { ToolCallView } from './tool-call-view'
import { TurnLine } from './turn-line'

type Props = { transcript: Transcript; live: LiveText | undefined; isRunning: boolean }

/** Everything that was said and done, in order, and below it what is being said now. */
export function TranscriptTab({ transcript, live, isRunning }: Props) {
  const attempts = attemptsOf(transcript)
  const latest = attempts.at(-1) ?? 1
  const [picked, setPicked] = useState<AttemptChoice | null>(null)
  const chosen = picked ?? latest
  const isLatest = chosen === latest
  const parts = chosen === 'compare' ? [] : transcriptParts(ofAttempt(transcript, chosen))
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        {attempts.length > 1 ? (
          <AttemptPicker attempts={attempts} chosen={chosen} onChoose={setPicked} />
        ) : (
          <span />
        )}
        <CopyButton text={asPrompt(transcript)} label="Copy as prompt" />
      </div>
      {transcript.system !== '' && (
        <Fold title="System prompt">
          <CodeBlock text={transcript.system} label="System" />
        </Fold>
      )}
      {transcript.tools.length > 0 && (
        <Fold title={`Tools: ${transcript.tools.map((tool) => tool.name).join(', ')}`}>
          <ul className="flex flex-col gap-1 text-sm">
            {transcript.tools.map((tool) => (
              <li key={tool.name}>
                <code className="font-mono text-xs">{tool.name}</code>
                <span className="text-ink-2"> {tool.description}</span>
              </li>
            ))}
          </ul>
        </Fold>
      )}
      <HeadedSection
        title="Prompt"
        headingClass="eyebrow mb-1"
        className="rounded-md border bg-sunken px-3 py-2.5"
      >
        <p className="text-sm">
          <LongText text={transcript.prompt} />
        </p>
      </HeadedSection>
      {parts.map((part) => (
        <Part key={part.key} part={part} />
      ))}
      {chosen === 'compare' && <AttemptDiff transcript={transcript} attempts={attempts} />}
      {isRunning && isLatest && <LiveTurn live={live} />}
      {!isRunning && isLatest && parts.length === 0 && (
        <p className="text-sm text-ink-3">No completed turns.</p>
      )}
    </div>
  )
}

function Part({ part }: { part: TranscriptPart }) {
  const money = useMoney()
  switch (part.kind) {
    case 'said':
      return (
        <HeadedSection
          title="User message"
          headingClass="eyebrow mb-1"
          className="rounded-md border border-waiting/50 px-3 py-2.5"
        >
          <p className="text-sm">
            <LongText text={part.text} />
          </p>
        </HeadedSection>
      )
    case 'thinking':
      return (
        <Fold title="Thinking">
          <p className="text-sm text-ink-2">
            <LongText text={part.text} />
          </p>
        </Fold>
      )
    case 'text':
      return <Markdown text={part.text} />
    case 'tool':
      return <ToolCallView call={part.call} />
    case 'other':
      return (
        <Fold title={`Block of type ${String(part.block.type)}`}>
          <CodeBlock text={JSON.stringify(part.block, null, 2)} label="Block" />
        </Fold>
      )
    case 'failed':
      return (
        <ErrorNote
          title={`Attempt at turn ${part.failed.turn} failed: ${part.failed.kind}`}
          detail={money(part.failed.message)}
        />
      )
    case 'turn':
      return <TurnLine turn={part.turn} />
    default:
      return assertNever(part)
  }
}
