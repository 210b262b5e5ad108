import { Search } from 'lucide-react'
import type { RefObject } from 'react'
import { SearchHints } from '@/components/ui/search-hints'
import { agentSearchSyntax } from '@/lib/view/agent/agent-search'

type Props = {
  query: string
  onQuery: (query: string) => void
  fieldRef: RefObject<HTMLInputElement | null>
  hints: readonly string[]
}

/** Words and filters in one field. Its syntax is shown while it has the focus; mistakes are shown at once. */
export function SearchField({ query, onQuery, fieldRef, hints }: Props) {
  return (
    <search className="group/search relative min-w-0">
      <Search aria-hidden="true" className="absolute left-2 top-1.5 size-4 text-ink-3" />
      <input
        ref={fieldRef}
        type="search"
        aria-label="Search agents"
        aria-describedby="agent-search-note"
        placeholder="state:failed cost>0.1 text  /"
        value={query}
        onChange={(event) => onQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
        className="h-7 w-full min-w-0 max-w-72 rounded-md border border-line-strong bg-surface pl-8 pr-2 text-sm sm:w-72"
      />
      <div
        id="agent-search-note"
        aria-live="polite"
        className={`absolute right-0 top-8 z-30 w-80 max-w-[90vw] rounded-md border bg-raised px-3 py-2 text-xs shadow-pop ${
          hints.length === 0 ? 'hidden group-focus-within/search:block' : ''
        }`}
      >
        <SearchHints hints={hints}>
          <p className="text-ink-2">
            Searches labels, models, prompts and answers. Filters:{' '}
            <span className="font-mono text-ink">{agentSearchSyntax}</span>, as in{' '}
            <span className="font-mono text-ink">state:failed,stalled phase:review cost&gt;0.05</span>. Use
            quotes for phrases.
          </p>
        </SearchHints>
      </div>
    </search>
  )
}
