import { Button } from '@/components/ui/actions/button'
import { formatCount } from '@/lib/view/format/numbers'

type Props = {
  page: number
  perPage: number
  total: number
  hasNext: boolean
  onPage: (page: number) => void
}

export function PageTurner({ page, perPage, total, hasNext, onPage }: Props) {
  const first = (page - 1) * perPage + 1
  const last = Math.min(total, page * perPage)
  return (
    <nav aria-label="Pages of runs" className="flex items-center justify-between pt-3 text-sm text-ink-3">
      <p className="num" aria-live="polite">
        {formatCount(first)}–{formatCount(last)} of {formatCount(total)}
      </p>
      {total > perPage && (
        <div className="flex gap-2">
          <Button size="sm" disabled={page <= 1} onClick={() => onPage(page - 1)}>
            Previous
          </Button>
          <Button size="sm" disabled={!hasNext} onClick={() => onPage(page + 1)}>
            Next
          </Button>
        </div>
      )}
    </nav>
  )
}
