import { Input, Select } from '@/components/ui/field'
import { runStatuses } from '@/lib/core/run'
import { runFace } from '@/lib/view/states'

type Props = { status: string; q: string; onStatus: (status: string) => void; onSearch: (text: string) => void }

const active = 'draft,queued,running,paused'

export function RunsFilter({ status, q, onStatus, onSearch }: Props) {
  return (
    <search className="flex flex-wrap gap-2">
      <div className="w-52">
        <Select aria-label="Status" value={status} onChange={(event) => onStatus(event.target.value)}>
          <option value="">Any status</option>
          <option value={active}>Not ended</option>
          {runStatuses.map((one) => (
            <option key={one} value={one}>
              {runFace(one).label}
            </option>
          ))}
        </Select>
      </div>
      <Input
        type="search"
        aria-label="Search titles"
        placeholder="Search titles"
        value={q}
        onChange={(event) => onSearch(event.target.value)}
        className="max-w-72"
      />
    </search>
  )
}
