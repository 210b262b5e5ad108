import { GitFork, Play } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/actions/button'
import { ErrorNote } from '@/components/ui/messages'
import type { ForkPreview } from '@/lib/api/fork'
import { useMoney } from '@/lib/client/hooks/money-context'
import { percent, plural } from '@/lib/view/format/numbers'
import type { FieldError } from '@/lib/view/launch/field-errors'
import { rangeWords, reusedWords, toRunWords } from '@/lib/view/launch/fork-form'
import { fieldLabels } from '@/lib/view/launch/launch-form'

type Props = {
  preview: ForkPreview | undefined
  state: 'new' | 'stale' | 'running' | 'ready' | 'wrong'
  errors: readonly FieldError[]
  isLaunching: boolean
  /** How far the fork may go before it asks; null before its preview. */
  approval: ReactNode
  onPreview: () => void
}

const notes: Record<Props['state'], string> = {
  new: 'The preview runs the fork on a simulator: known answers are reused, the rest are made up. Free.',
  stale: 'Something changed since the preview. Preview again to update the cost.',
  running: 'Running the fork on a simulator…',
  ready: '',
  wrong: 'Fix the marked fields, then preview.',
}

/** What a fork would reuse and what it would cost, and the button that launches it. */
export function ForkVerdict({ preview, state, errors, isLaunching, approval, onPreview }: Props) {
  return (
    <aside
      aria-label="Fork preview"
      className="flex flex-col gap-3 rounded-lg border bg-sunken p-4 lg:sticky lg:top-0"
    >
      {errors.map(({ field, message }) => (
        <ErrorNote
          key={`${field} ${message}`}
          title={field === null ? message : `${fieldLabels[field]}: ${message}`}
        />
      ))}
      <div aria-live="polite" className="num flex flex-col gap-3 text-sm">
        {preview === undefined ? (
          <p className="text-ink-2">{notes[state]}</p>
        ) : (
          <ForkCosts preview={preview} />
        )}
      </div>
      {approval}
      <div className="flex flex-col gap-2">
        <Button disabled={state === 'running' || state === 'wrong'} onClick={onPreview}>
          <Play aria-hidden="true" className="size-3.5" />
          {state === 'running' ? 'Previewing…' : 'Preview'}
        </Button>
        <Button type="submit" variant="primary" disabled={isLaunching || state === 'wrong'}>
          <GitFork aria-hidden="true" className="size-3.5" />
          {isLaunching ? 'Launching…' : 'Launch fork'}
        </Button>
      </div>
    </aside>
  )
}

function ForkCosts({ preview }: { preview: ForkPreview }) {
  const money = useMoney()
  const { reused, toRun } = preview
  const all = reused.calls + toRun.calls
  const range = money(rangeWords(preview))
  return (
    <>
      <p>
        <span className="block font-medium first-letter:uppercase">{money(reusedWords(preview))},</span>
        <span className="block font-medium">{money(toRunWords(preview))}</span>
        {range !== null && <span className="text-xs text-ink-3">{range}</span>}
      </p>
      <div
        role="img"
        aria-label={`${reused.calls} of ${plural(all, 'call')} reused`}
        className="flex h-1.5 overflow-hidden rounded-full bg-hover"
      >
        <span className="bg-reused" style={{ width: `${percent(reused.calls, all)}%` }} />
        <span className="bg-running" style={{ width: `${percent(toRun.calls, all)}%` }} />
      </div>
      {toRun.phases.length > 0 && (
        <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-1 text-xs">
          {toRun.phases.map(({ phase, calls }) => (
            <div key={phase} className="contents">
              <dt className="truncate text-ink-2">{phase}</dt>
              <dd className="text-right">{calls} to run</dd>
            </div>
          ))}
        </dl>
      )}
      {preview.error !== null && (
        <ErrorNote title="The script would fail" detail={money(preview.error.message)} />
      )}
      <p className="text-xs text-ink-3">{preview.basis}</p>
    </>
  )
}
