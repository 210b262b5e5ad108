import { Maximize2, Minimize2, X } from 'lucide-react'
import type { RefObject } from 'react'
import { Button } from '@/components/ui/actions/button'
import { cx } from '@/components/ui/class-names'
import type { RunViewName } from '@/lib/client/run/use-run-url'
import { SearchField } from './search-field'

type Props = {
  view: RunViewName
  hasResult: boolean
  hasQuestions: boolean
  hasChanges: boolean
  onView: (view: RunViewName) => void
  query: string
  onQuery: (query: string) => void
  searchRef: RefObject<HTMLInputElement | null>
  /** What of the search was not understood. */
  hints: readonly string[]
  isFiltering: boolean
  onClear: () => void
  /** Whether the view has the whole window. */
  isFull: boolean
  onFull: (isFull: boolean) => void
}

const views: readonly { name: RunViewName; label: string; key: string }[] = [
  { name: 'map', label: 'Map', key: '1' },
  { name: 'timeline', label: 'Timeline', key: '2' },
  { name: 'table', label: 'Table', key: '3' },
  { name: 'log', label: 'Log', key: '4' },
  { name: 'script', label: 'Script', key: '5' },
  { name: 'cost', label: 'Cost', key: '6' },
  { name: 'result', label: 'Result', key: '7' },
  { name: 'questions', label: 'Questions', key: '8' },
  { name: 'changes', label: 'Changes', key: '9' },
]

export function ViewBar({
  view,
  hasResult,
  hasQuestions,
  hasChanges,
  onView,
  query,
  onQuery,
  searchRef,
  hints,
  isFiltering,
  onClear,
  isFull,
  onFull,
}: Props) {
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b bg-surface px-4 py-1.5 sm:px-5">
      <nav
        aria-label="Views"
        className="fades-sideways -mx-1 flex min-w-0 max-w-full gap-0.5 overflow-x-auto px-1"
      >
        {views
          .filter(({ name }) => name !== 'result' || hasResult || view === 'result')
          .filter(({ name }) => name !== 'questions' || hasQuestions || view === 'questions')
          .filter(({ name }) => name !== 'changes' || hasChanges || view === 'changes')
          .map(({ name, label, key }) => (
            <button
              key={name}
              type="button"
              aria-current={view === name ? 'true' : undefined}
              title={`${label} (${key})`}
              onClick={() => onView(name)}
              className={cx(
                'h-7 shrink-0 rounded-md px-2.5 text-sm transition-colors hover:bg-hover hover:text-ink',
                view === name ? 'bg-hover font-medium text-ink' : 'text-ink-2',
              )}
            >
              {label}
            </button>
          ))}
      </nav>
      <div className="ml-auto flex min-w-0 items-center gap-2">
        {isFiltering && (
          <Button variant="quiet" size="sm" onClick={onClear}>
            <X aria-hidden="true" className="size-3.5" />
            <span className="max-sm:sr-only">Clear filter</span>
          </Button>
        )}
        <SearchField query={query} onQuery={onQuery} fieldRef={searchRef} hints={hints} />
        <Button
          variant="quiet"
          size="sm"
          aria-pressed={isFull}
          aria-label={isFull ? 'Leave full screen' : 'Full screen'}
          title={isFull ? 'Leave full screen (⇧F or Esc)' : 'Full screen (⇧F)'}
          onClick={() => onFull(!isFull)}
        >
          {isFull ? (
            <Minimize2 aria-hidden="true" className="size-4" />
          ) : (
            <Maximize2 aria-hidden="true" className="size-4" />
          )}
        </Button>
      </div>
    </div>
  )
}
