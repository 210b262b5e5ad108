import type { ReactNode } from 'react'
import { Select } from '@/components/ui/form/field'
import { SearchHints } from '@/components/ui/search-hints'
import { runStatuses } from '@/lib/core/spec/run-status'
import { runStatusDisplay } from '@/lib/view/agent/status-display'
import { parseRunSearch, searchSyntax, withoutStatus } from '@/lib/view/runs/run-search'
import { FilterChipList } from './filter-chip-list'
import { SearchBox } from './search-box'

type Props = {
  status: string
  q: string
  onStatus: (status: string, q: string) => void
  onSearch: (text: string) => void
  /** What else changes the list, beside the field. */
  children: ReactNode
}

const active = 'draft,queued,running,paused'

/** A status to pick and a field that understands filters. A status typed into the field is the one shown. */
export function RunsFilter({ status, q, onStatus, onSearch, children }: Props) {
  const { statuses, hints } = parseRunSearch(q)
  const shown = statuses.join(',') || status
  return (
    <search className="flex flex-col gap-1.5">
      <div className="flex flex-wrap gap-2">
        <div className="w-52">
          <Select
            aria-label="Status"
            value={shown}
            onChange={(event) => onStatus(event.target.value, statuses.length > 0 ? withoutStatus(q) : q)}
          >
            <option value="">Any status</option>
            <option value={active}>Not ended</option>
            {statuses.length > 1 && shown !== active && (
              <option value={shown}>{shown.replaceAll(',', ', ')}</option>
            )}
            {runStatuses.map((one) => (
              <option key={one} value={one}>
                {runStatusDisplay(one).label}
              </option>
            ))}
          </Select>
        </div>
        <SearchBox q={q} onSearch={onSearch} noteId="runs-search-note" />
        {children}
      </div>
      <FilterChipList q={q} onSearch={onSearch} />
      <div id="runs-search-note" aria-live="polite" className="text-xs">
        <SearchHints hints={hints}>
          <p className="sr-only">
            Filters: {searchSyntax}, where is: takes real, simulated or dry-run. Arrow keys choose among what
            is offered.
          </p>
        </SearchHints>
      </div>
    </search>
  )
}
