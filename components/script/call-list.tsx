import { Button } from '@/components/ui/actions/button'
import { cx } from '@/components/ui/class-names'
import { StatusIcon } from '@/components/ui/status-icon'
import { formatCount, plural } from '@/lib/view/format/numbers'
import type { ScriptCall } from '@/lib/view/workflows/script-calls'

type Props = {
  calls: readonly ScriptCall[]
  selected: string | null
  onSelect: (site: string) => void
  onShow: (call: ScriptCall) => void
}

/** Each call that ran, with its agents; reached by keyboard, and readable where the script is one line. */
export function CallList({ calls, selected, onSelect, onShow }: Props) {
  return (
    <section
      aria-labelledby="calls-title"
      className="flex w-full flex-col border-t lg:w-80 lg:border-l lg:border-t-0"
    >
      <h2 id="calls-title" className="px-4 py-2.5 text-sm font-semibold">
        {plural(calls.length, 'call')} created agents
      </h2>
      {calls.length === 0 && (
        <p className="px-4 text-sm text-ink-2">No agent() call of this source has run yet.</p>
      )}
      <ul className="min-h-0 flex-1 overflow-y-auto">
        {calls.map((call) => {
          const isOn = selected === call.site || selected === `${call.scope}@${call.line}`
          return (
            <li key={call.site} className={cx('border-t px-4 py-2', isOn && 'bg-accent-soft')}>
              <button
                type="button"
                aria-pressed={isOn}
                onClick={() => onSelect(call.site)}
                className="w-full text-left"
                title="Filter every view to the agents of this call"
              >
                <span className="num flex flex-wrap items-center gap-x-3 text-sm">
                  <span className="font-medium">{plural(call.total, 'agent')}</span>
                  <span className="text-xs text-ink-3">
                    line {call.line}
                    {call.scope !== '' && `, in ${call.scope}`}
                  </span>
                  {call.running > 0 && <Count icon="running" count={call.running} word="running" />}
                  {call.failed > 0 && <Count icon="failed" count={call.failed} word="failed" />}
                  {call.ended === call.total && call.failed === 0 && (
                    <Count icon="succeeded" count={call.ended} word="ended" />
                  )}
                </span>
                <code className="mt-0.5 block truncate font-mono text-xs text-ink-2">{call.snippet}</code>
              </button>
              <Button size="sm" variant="quiet" className="-ml-2" onClick={() => onShow(call)}>
                Show in the source
              </Button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Count({
  icon,
  count,
  word,
}: {
  icon: 'running' | 'failed' | 'succeeded'
  count: number
  word: string
}) {
  return (
    <span className="inline-flex items-center gap-1 text-xs">
      <StatusIcon icon={icon} size={12} />
      {formatCount(count)} {word}
    </span>
  )
}
