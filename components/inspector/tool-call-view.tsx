import { CodeBlock } from '@/components/ui/code-block'
import { StatusIcon } from '@/components/ui/status-icon'
import type { ToolCall } from '@/lib/api/runs'
import { cutText } from '@/lib/core/base/cut-text'
import { isJsonObject } from '@/lib/core/base/json'
import { formatDuration } from '@/lib/view/format/time'
import { Fold } from './fold'

/** What the agent did, with what it gave and what it got. */
export function ToolCallView({ call }: { call: ToolCall }) {
  const iconIfFine = call.output === null ? 'running' : 'succeeded'
  const icon = call.isError === true ? 'failed' : iconIfFine
  return (
    <Fold
      title={
        <span className="flex items-center gap-1.5">
          <StatusIcon icon={icon} size={12} />
          <code className="font-mono text-ink">{call.name}</code>
          <span className="min-w-0 truncate font-mono text-ink-3">{gist(call)}</span>
          <span className="num ml-auto whitespace-nowrap text-ink-3">{took(call)}</span>
        </span>
      }
    >
      <div className="flex flex-col gap-2">
        <CodeBlock text={JSON.stringify(call.input, null, 2)} label="Input" maxHeight={220} />
        {call.shown.map(({ kind, title }) => (
          <p key={title} className="text-xs text-ink-3">
            {kind === 'image' ? 'Shown as an image' : 'Shown as pages'}: {title}
          </p>
        ))}
        {call.output === null ? (
          <p className="text-xs text-ink-3">No output yet.</p>
        ) : (
          <CodeBlock text={call.output} label={call.isError ? 'Error' : 'Output'} maxHeight={320} />
        )}
      </div>
    </Fold>
  )
}

/** The first short value of the input: mostly the file or the pattern. */
function gist(call: ToolCall): string {
  if (!isJsonObject(call.input)) return ''
  const first = Object.values(call.input).find((value) => typeof value === 'string')
  return typeof first === 'string' ? cutText(first, 80) : ''
}

function took(call: ToolCall): string {
  if (call.startedAt === null || call.endedAt === null) return ''
  return formatDuration(Date.parse(call.endedAt) - Date.parse(call.startedAt))
}
