import { formatCount } from '@/lib/view/format/numbers'

/** Lines that were added and removed, in their colours; a binary file has none. */
export function LineCounts({ added, removed }: { added: number | null; removed: number | null }) {
  if (added === null || removed === null) return <span className="text-2xs text-ink-3">binary</span>
  return (
    <span className="num shrink-0 whitespace-nowrap text-2xs">
      <span className="text-code-string">+{formatCount(added)}</span>{' '}
      <span className="text-failed">−{formatCount(removed)}</span>
    </span>
  )
}
