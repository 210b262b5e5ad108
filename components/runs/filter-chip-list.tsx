import { X } from 'lucide-react'
import { filterChips, withoutWord } from '@/lib/view/runs/run-search'

/** The filters that were typed, each to be taken away by itself. */
export function FilterChipList({ q, onSearch }: { q: string; onSearch: (text: string) => void }) {
  const chips = filterChips(q)
  if (chips.length === 0) return null
  return (
    <ul aria-label="Filters in use" className="flex flex-wrap gap-1.5">
      {chips.map(({ index, source, label }) => (
        <li
          key={`${index} ${source}`}
          className="inline-flex max-w-full items-center gap-1 rounded-full bg-accent-soft py-0.5 pl-2.5 pr-1 text-xs text-accent"
        >
          <span dir="auto" className="truncate">
            {label}
          </span>
          <button
            type="button"
            aria-label={`Remove the filter ${label}`}
            onClick={() => onSearch(withoutWord(q, index))}
            className="flex size-5 items-center justify-center rounded-full hover:bg-hover"
          >
            <X aria-hidden="true" className="size-3" />
          </button>
        </li>
      ))}
    </ul>
  )
}
