/** Elements that have no end, and so no depth. */
const endless = new Set(
  'area base br col embed hr img input link meta param source track wbr p li dt dd td th tr option'.split(
    ' ',
  ),
)

const tag = /<(\/?)([a-z][a-z0-9-]*)/gi

/** How many elements a page begins, and about how deeply they are nested. */
export type HtmlShape = { elements: number; nesting: number }

/** The shape of a page: told in one pass, before any parser builds a tree of it. */
export function shapeOf(html: string): HtmlShape {
  let [elements, depth, nesting] = [0, 0, 0]
  for (const [, end, name = ''] of html.matchAll(tag)) {
    if (end !== '/') elements += 1
    if (endless.has(name.toLowerCase())) continue
    depth = Math.max(0, depth + (end === '/' ? -1 : 1))
    nesting = Math.max(nesting, depth)
  }
  return { elements, nesting }
}

const named: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  amp: '&',
}

/** The text between the tags of a page in lines, without any other form. */
export function withoutTags(html: string): string {
  return html
    .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<\/?(p|div|section|article|li|tr|h[1-6]|br|table|ul|ol)\b[^<>]*>/gi, '\n')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(lt|gt|quot|apos|nbsp|amp);/g, (whole, name) => named[name] ?? whole)
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim()
}
