/** A page of the docs: its file is `docs/{slug}.md`, its address `/docs/{slug}`. */
export type DocPage = { slug: string; title: string; about: string }

/** A heading of the second level, by which a page is divided. */
export type DocHeading = { id: string; title: string }

/** The anchor of a heading, as GitHub makes it too, so links in the files lead to the same place in both. */
export function headingId(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s+/g, '-')
}

/** The headings of the second level of a page; what stands in code is none. */
export function headingsOf(markdown: string): DocHeading[] {
  const prose = markdown.replace(/^```.*?^```$/gms, '')
  return [...prose.matchAll(/^## (.+)$/gm)].map(([, title = '']) => {
    const plain = title.replaceAll('`', '').trim()
    return { id: headingId(plain), title: plain }
  })
}

/** The title and the first paragraph of a page, as plain words. */
export function openingOf(markdown: string): { title: string; about: string } {
  const [head = '', paragraph = ''] = markdown.split(/\n{2,}/)
  const plain = (text: string) =>
    text
      .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
      .replace(/[`*]/g, '')
      .replace(/\s+/g, ' ')
      .trim()
  return { title: plain(head.replace(/^# /, '')), about: plain(paragraph) }
}

/** Where a link in the docs leads in the product: from `dialect.md#agent` to `/docs/dialect#agent`. */
export function docHref(href: string): string {
  const [, slug = '', anchor = ''] = /^([a-z-]+)\.md(#.*)?$/.exec(href) ?? []
  return slug === '' ? href : `/docs/${slug}${anchor}`
}
