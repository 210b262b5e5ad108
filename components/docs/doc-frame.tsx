import type { ReactNode } from 'react'
import { PageLink } from '@/components/ui/page-link'
import { pages } from '@/lib/client/http/pages'
import type { DocHeading, DocPage } from '@/lib/view/docs/doc-text'

type Props = {
  docs: readonly DocPage[]
  /** The page that is read; null on the list of all. */
  current: string | null
  headings: readonly DocHeading[]
  children: ReactNode
}

/** A page of the docs between the list of all pages and the list of its own parts. */
export function DocFrame({ docs, current, headings, children }: Props) {
  return (
    <div className="mx-auto flex w-full max-w-7xl flex-col gap-6 px-4 py-6 sm:px-6 lg:flex-row lg:gap-10">
      <nav aria-label="Docs" className="lg:w-44 lg:shrink-0">
        <ul className="flex flex-wrap gap-1 lg:sticky lg:top-18 lg:flex-col">
          {docs.map(({ slug, title }) => (
            <li key={slug}>
              <PageLink
                href={pages.doc(slug)}
                aria-current={slug === current ? 'page' : undefined}
                className={`block rounded-md px-2 py-1 text-sm hover:bg-hover ${slug === current ? 'bg-hover font-medium text-ink' : 'text-ink-2'}`}
              >
                {title}
              </PageLink>
            </li>
          ))}
        </ul>
      </nav>
      <div className="min-w-0 max-w-3xl flex-1">{children}</div>
      {headings.length > 1 && (
        <nav aria-label="On this page" className="max-xl:hidden xl:w-52 xl:shrink-0">
          <div className="sticky top-18">
            <p className="eyebrow">On this page</p>
            <ul className="mt-2 flex flex-col gap-1.5 text-sm">
              {headings.map(({ id, title }) => (
                <li key={id}>
                  <a href={`#${id}`} className="text-ink-2 hover:text-ink">
                    {title}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        </nav>
      )}
    </div>
  )
}
