import { DiffTable } from '@/components/ui/diff-table'
import { ScrollBox } from '@/components/ui/scroll-box'
import type { WorkflowDiff } from '@/lib/api/workflows'
import { formatCount } from '@/lib/view/format/numbers'

/** What changed between two versions: only the changed lines and three around them. */
export function DiffView({ diff }: { diff: Pick<WorkflowDiff, 'added' | 'removed' | 'hunks' | 'isCut'> }) {
  if (diff.hunks.length === 0)
    return <p className="panel px-4 py-6 text-sm text-ink-2">These versions are the same.</p>
  return (
    <div className="flex flex-col gap-2">
      <p className="num text-xs text-ink-2">
        <span className="text-code-string">+{formatCount(diff.added)}</span>{' '}
        <span className="text-failed">−{formatCount(diff.removed)}</span> lines
        {diff.isCut && ', of which the first are shown'}
      </p>
      <ScrollBox label="Changes" className="panel relative max-h-[70vh] overflow-auto">
        <DiffTable hunks={diff.hunks} />
      </ScrollBox>
    </div>
  )
}
