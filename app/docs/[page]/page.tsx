import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { DocFrame } from '@/components/docs/doc-frame'
import { DocText } from '@/components/docs/doc-text'
import { EndpointTables } from '@/components/docs/endpoint-tables'
import { endpointGroups } from '@/lib/api/endpoints/all-endpoints'
import { docSlugOf, docSlugs, listDocs, readDoc } from '@/lib/server/docs/read-docs'
import { headingsOf, openingOf } from '@/lib/view/docs/doc-text'

// Built once, from the files of this checkout: a request reads no file.
export const dynamicParams = false

type Props = { params: Promise<{ page: string }> }

export function generateStaticParams(): { page: string }[] {
  return docSlugs.map((page) => ({ page }))
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const slug = docSlugOf((await params).page)
  return slug === undefined ? {} : { title: openingOf(readDoc(slug)).title }
}

export default async function DocPage({ params }: Props) {
  const slug = docSlugOf((await params).page)
  if (slug === undefined) notFound()
  const text = readDoc(slug)
  const own = headingsOf(text)
  const headings = slug === 'api' ? [...own, { id: 'endpoints', title: 'Every endpoint' }] : own
  return (
    <DocFrame docs={listDocs()} current={slug} headings={headings}>
      <DocText text={text} />
      {slug === 'api' && <EndpointTables groups={endpointGroups} />}
    </DocFrame>
  )
}
