import { HeadedSection } from '@/components/ui/heading'
import { LongText } from '@/components/ui/long-text'
import { Markdown } from '@/components/ui/markdown/markdown'
import { StatusIcon } from '@/components/ui/status-icon'
import type { LiveText } from '@/lib/client/run/live-text'
import { sliceText } from '@/lib/core/base/cut-text'
import { textPage } from '@/lib/view/format/text-pieces'

/** The turn in flight. Gone when it commits, replaced by what was recorded. */
export function LiveTurn({ live }: { live: LiveText | undefined }) {
  return (
    <HeadedSection
      aria-label="Live output"
      title={
        <>
          <StatusIcon icon="running" size={12} />
          In flight, not yet saved
        </>
      }
      headingClass="eyebrow mb-1 flex items-center gap-1.5"
      className="rounded-md border border-running/50 px-3 py-2.5"
    >
      {live?.thinking && (
        <p className="mb-2 max-h-40 overflow-y-auto text-xs text-ink-3">
          <LongText text={tail(live.thinking)} />
        </p>
      )}
      {live?.text ? (
        <Markdown text={tail(live.text)} />
      ) : (
        <p className="text-sm text-ink-3">No output yet.</p>
      )}
    </HeadedSection>
  )
}

/** The text is redrawn with every piece that arrives, so only its end is shown. */
function tail(text: string): string {
  if (text.length <= textPage) return text
  return `… ${sliceText(text, text.length - textPage, text.length)}`
}
