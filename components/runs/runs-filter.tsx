import { Input, Select } from '@/components/ui/form/field'
import { SearchHints } from '@/components/ui/search-hints'
import { runStatuses } from '@/lib/core/spec/run'
import { runStatusDisplay } from '@/lib/view/agent/status-display'
import { parseRunSearch, searchSyntax, withoutStatus } from '@/lib/view/run/run-search'

type Props = {
  status: string
  q: string
  onStatus: (status: string, q: string) => void
  onSearch: (text: string) => void
}

const active = 'draft,queued,running,paused'

/** A status to pick and a field that understands filters. A status typed into the field is the one shown. */
export function RunsFilter({ status, q, onStatus, onSearch }: Props) {
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
        <Input
          type="search"
          aria-label="Search runs"
          aria-describedby="runs-search-note"
          placeholder="Title, or user:ada tag:nightly cost>5 agents>100"
          value={q}
          onChange={(event) => onSearch(event.target.value)}
          className="max-w-xl"
        />
      </div>
      <div id="runs-search-note" aria-live="polite" className="text-xs">
        <SearchHints hints={hints}>
          <p className="text-ink-3">
            Filters: <span className="font-mono">{searchSyntax}</span>, where is: takes real, simulated or
            dry-run.
          </p>
        </SearchHints>
      </div>
    </search>
  )
}
