import type { Metadata } from 'next'
import { DocFrame } from '@/components/docs/doc-frame'
import { PageLink } from '@/components/ui/page-link'
import { pages } from '@/lib/client/http/pages'
import { listDocs } from '@/lib/server/docs/read-docs'

export const metadata: Metadata = { title: 'Docs' }

export default function DocsPage() {
  const docs = listDocs()
  return (
    <DocFrame docs={docs} current={null} headings={[]}>
      <h1 className="text-xl font-semibold">Docs</h1>
      <ul className="mt-4 flex flex-col gap-4">
        {docs.map(({ slug, title, about }) => (
          <li key={slug}>
            <PageLink href={pages.doc(slug)} className="font-medium text-accent underline underline-offset-2">
              {title}
            </PageLink>
            <p className="mt-0.5 text-ink-2">{about}</p>
          </li>
        ))}
      </ul>
    </DocFrame>
  )
}
