import { PageLink } from '@/components/ui/page-link'
import { pages } from '@/lib/client/http/pages'
import { asValue } from '@/lib/view/format/search-words'

/** The tags of a run; each leads to the runs that have it. */
export function TagChips({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null
  return (
    <ul aria-label="Tags" className="flex flex-wrap gap-1 pt-1">
      {tags.map((tag) => (
        <li key={tag} className="min-w-0">
          <PageLink
            href={pages.runsWith({ q: `tag:${asValue(tag)}` })}
            dir="auto"
            title={`Runs tagged ${tag}`}
            className="block max-w-40 truncate rounded-sm bg-hover px-1.5 text-2xs text-ink-2 hover:text-ink hover:underline"
          >
            {tag}
          </PageLink>
        </li>
      ))}
    </ul>
  )
}
