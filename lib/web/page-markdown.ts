import { Readability } from '@mozilla/readability'
import { parseHTML } from 'linkedom'
import TurndownService from 'turndown'
import { gfm } from 'turndown-plugin-gfm'
import { cutText } from '@/lib/core/base/cut-text'
import { parseUrl } from '@/lib/core/wire/parse-url'
import { shapeOf, withoutTags } from './html-tags'

/** What a page says, as Markdown, and what its head says of it. */
export type PageText = {
  markdown: string
  title: string | null
  byline: string | null
  language: string | null
  /** As the page writes it, mostly ISO 8601. */
  publishedAt: string | null
  /** Absolute addresses that its text links to, each once, in their order. */
  links: string[]
}

type Page = ReturnType<typeof parseHTML>['document']

/** Deeper pages are not drawn by anybody; readers that call themselves for each level would run out of stack. */
const MOST_NESTING = 400
/** A tree of so many takes three or four seconds of processor time to build, clean and write. */
const MOST_ELEMENTS = 50_000
const MOST_LINKS = 500
const MOST_HEAD_CHARACTERS = 300

/** What is no text, and what a person would not see. White on white is beyond this. */
const unseen =
  'script, style, noscript, template, iframe, object, svg, canvas, [hidden], [aria-hidden="true"], input[type="hidden"]'
const unseenStyle =
  /display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])/i

/**
 * All that a page shows, as Markdown. A page that is nested too deeply or has too many parts gives its text in
 * lines. `address` makes its links absolute. Runs where it can be ended: pages are hostile and parsers slow.
 */
export function wholePage(html: string, address: string | null): PageText {
  return readPage(html, address, (page) => page.body)
}

/** The article of a page without what stands around it; all that it shows where it is no article. */
export function articleOf(html: string, address: string | null): PageText {
  return readPage(html, address, (page) => articleIn(page) ?? page.body)
}

function readPage(html: string, address: string | null, partOf: (page: Page) => Element): PageText {
  const { elements, nesting } = shapeOf(html)
  if (nesting > MOST_NESTING || elements > MOST_ELEMENTS)
    return { ...nothingSaid, markdown: withoutTags(html) }
  const page = parseHTML(/<html[\s>]/i.test(html) ? html : `<html><body>${html}</body></html>`).document
  dropUnseen(page)
  const about = headOf(page)
  const part = partOf(page)
  const links = linksOf(part, address)
  return { ...about, links, markdown: toMarkdown(part) }
}

const nothingSaid = { title: null, byline: null, language: null, publishedAt: null, links: [] }

function dropUnseen(page: Page): void {
  for (const element of page.querySelectorAll(unseen)) element.remove()
  for (const element of page.querySelectorAll('[style]'))
    if (unseenStyle.test(element.getAttribute('style') ?? '')) element.remove()
}

function articleIn(page: Page): Element | null {
  // It takes the page apart, which is still needed whole where there is no article.
  const { document } = parseHTML(page.toString())
  const article = new Readability<Element>(document, { serializer: asElement }).parse()
  const length = article?.textContent?.trim().length ?? 0
  // A page of short lines, such as an index, is no article, and all of it is wanted.
  const isMost = length * 4 > (page.body.textContent ?? '').trim().length
  return article?.content != null && (length > 500 || isMost) ? article.content : null
}

/** Readability hands over the element that it made of the article. */
function asElement(node: Node): Element {
  // It gives no other kind of node, and its types do not say so.
  return node as Element
}

function toMarkdown(part: Element): string {
  const service = new TurndownService({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
  })
  service.use(gfm)
  // Pictures inside a page's address say nothing to a reader of text.
  service.addRule('picture', {
    filter: 'img',
    replacement: (_, node) => ('getAttribute' in node ? (node.getAttribute('alt') ?? '') : ''),
  })
  return (
    service
      // Its own parser, since its tables ask for more of a document than ours has.
      .turndown(part.innerHTML)
      .replace(/\n{3,}/g, '\n\n')
      .trim()
  )
}

function headOf(page: Page): Omit<PageText, 'markdown' | 'links'> {
  const meta = (...names: string[]): string | null => {
    for (const name of names) {
      const element = page.querySelector(
        `meta[property="${name}"], meta[name="${name}"], meta[itemprop="${name}"]`,
      )
      const said = spoken(element?.getAttribute('content'))
      if (said !== null) return said
    }
    return null
  }
  return {
    title: spoken(page.querySelector('title')?.textContent) ?? meta('og:title'),
    byline: meta('author', 'article:author', 'dc.creator'),
    language: spoken(page.documentElement?.getAttribute('lang')),
    publishedAt:
      meta('article:published_time', 'datePublished', 'date', 'dc.date') ??
      spoken(page.querySelector('time[datetime]')?.getAttribute('datetime')),
  }
}

function spoken(text: string | null | undefined): string | null {
  const words = text?.replace(/\s+/g, ' ').trim() ?? ''
  return words === '' ? null : cutText(words, MOST_HEAD_CHARACTERS)
}

function linksOf(part: Element, address: string | null): string[] {
  const links = new Set<string>()
  for (const anchor of part.querySelectorAll('a[href]')) {
    const href = anchor.getAttribute('href') ?? ''
    const url = links.size >= MOST_LINKS ? null : parseUrl(href, address ?? undefined)
    if (url === null) continue
    url.hash = ''
    if (['http:', 'https:'].includes(url.protocol)) links.add(url.href)
    if (address !== null) anchor.setAttribute('href', url.href)
  }
  return [...links]
}
