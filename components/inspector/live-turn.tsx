import { Markdown } from '@/components/ui/markdown'
import { StateMark } from '@/components/ui/state-mark'
import type { LiveText } from '@/lib/client/live-text'

/** The turn in the air. Gone when it commits, replaced by what was recorded. */
export function LiveTurn({ live }: { live: LiveText | undefined }) {
  return (
    <section aria-label="Being said now" className="rounded-md border border-running/50 px-3 py-2.5">
      <h3 className="eyebrow mb-1 flex items-center gap-1.5">
        <StateMark mark="running" size={12} />
        In the air, not yet recorded
      </h3>
      {live?.thinking && (
        <p className="mb-2 max-h-40 overflow-y-auto whitespace-pre-wrap break-words text-xs text-ink-3">
          {live.thinking}
        </p>
      )}
      {live?.text ? <Markdown text={live.text} /> : <p className="text-sm text-ink-3">Nothing has been said yet.</p>}
    </section>
  )
}
