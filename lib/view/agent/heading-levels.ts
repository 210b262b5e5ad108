/** As much of a tree of HTML as is looked at here. */
export type HtmlNode = { type: string; tagName?: string; children?: HtmlNode[] }

/** The lowest level that HTML has. */
const LOWEST = 6

/**
 * Gives the headings in a text that others wrote the levels they have on their page: below the heading of level
 * `under` that the text stands under, in the same order of rank, and none skipped on the way down. What the
 * page reads out as its outline then is one, whatever level the text begins with.
 */
export function placeHeadings(tree: HtmlNode, under: number): void {
  const open: number[] = []
  const visit = (node: HtmlNode) => {
    const level = levelOf(node)
    if (level !== null) {
      while ((open.at(-1) ?? 0) >= level) open.pop()
      open.push(level)
      node.tagName = `h${Math.min(LOWEST, under + open.length)}`
    }
    for (const child of node.children ?? []) visit(child)
  }
  visit(tree)
}

function levelOf({ type, tagName }: HtmlNode): number | null {
  const digit = type === 'element' ? /^h([1-6])$/.exec(tagName ?? '')?.[1] : undefined
  return digit === undefined ? null : Number(digit)
}
