import type { Element, Nodes } from 'hast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import { parseUrl } from '@/lib/core/wire/parse-url'
import { escapeHtml } from '@/lib/view/export/escape'
import { isLightMarkdown } from '@/lib/view/format/text-pieces'

/** The same reading of Markdown as in the pages: raw HTML in it is dropped. */
const reader = unified().use(remarkParse).use(remarkGfm).use(remarkRehype)

/** Elements that are written; of any other only what it contains. */
const written = new Set([
  ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'ul', 'ol', 'li'],
  ...['strong', 'em', 'del', 'code', 'pre', 'sup', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'a'],
])
const withoutEnd = new Set(['br', 'hr'])
/** What begins in the direction of its own words. */
const directed = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'li', 'th', 'td', 'pre', 'blockquote'])

/**
 * Markdown that others wrote as HTML that can do nothing: of all attributes only the address of a link is kept,
 * and only by http or https; pictures are named and not shown. Text that is too much for that stands as it is.
 */
export function untrustedMarkdownHtml(markdown: string): string {
  if (!isLightMarkdown(markdown)) return `<pre dir="auto">${escapeHtml(markdown)}</pre>`
  return htmlOf(reader.runSync(reader.parse(markdown)))
}

function htmlOf(node: Nodes): string {
  if (node.type === 'text') return escapeHtml(node.value)
  if (node.type === 'root') return node.children.map(htmlOf).join('')
  return node.type === 'element' ? elementHtml(node) : ''
}

function elementHtml({ tagName, properties, children }: Element): string {
  if (tagName === 'img') return `<span class="soft">${escapeHtml(imageWords(properties.alt))}</span>`
  if (tagName === 'input') return properties.checked === true ? '☑' : '☐'
  const inside = children.map(htmlOf).join('')
  if (!written.has(tagName)) return inside
  if (withoutEnd.has(tagName)) return `<${tagName}>`
  if (tagName === 'a') {
    const href = safeAddress(properties.href)
    return href === null
      ? inside
      : `<a href="${escapeHtml(href)}" rel="noopener noreferrer nofollow">${inside}</a>`
  }
  const scrolls = tagName === 'pre' || tagName === 'table' ? ' tabindex="0"' : ''
  const direction = directed.has(tagName) ? ' dir="auto"' : ''
  return `<${tagName}${direction}${scrolls}>${inside}</${tagName}>`
}

function imageWords(alt: unknown): string {
  return typeof alt === 'string' && alt !== '' ? `[image: ${alt}]` : '[image]'
}

function safeAddress(href: unknown): string | null {
  if (typeof href !== 'string') return null
  const protocol = parseUrl(href)?.protocol
  return protocol === 'http:' || protocol === 'https:' ? href : null
}
