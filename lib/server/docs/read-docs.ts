import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DocPage, openingOf } from '@/lib/view/docs/doc-text'

/** The pages of the docs, in the order in which they are listed. */
export const docSlugs = [
  'workflows',
  'runs',
  'dialect',
  'agents',
  'costs',
  'team',
  'github',
  'configuration',
  'simulator',
  'shortcuts',
  'api',
  'measuring',
] as const

/** The text of a page. Read while pages are built, from the checkout that is being built. */
export function readDoc(slug: (typeof docSlugs)[number]): string {
  return readFileSync(join(process.cwd(), 'docs', `${slug}.md`), 'utf8')
}

/** The page of this name; undefined where there is none. */
export function docSlugOf(name: string): (typeof docSlugs)[number] | undefined {
  return docSlugs.find((slug) => slug === name)
}

/** All pages with their titles and what they are about. */
export function listDocs(): DocPage[] {
  return docSlugs.map((slug) => ({ slug, ...openingOf(readDoc(slug)) }))
}
