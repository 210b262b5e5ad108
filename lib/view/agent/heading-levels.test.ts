import { expect, test } from 'vitest'
import { type HtmlNode, placeHeadings } from './heading-levels'

const heading = (level: number): HtmlNode => ({ type: 'element', tagName: `h${level}`, children: [] })

test.each([
  ['begins below what it stands under', 1, [1, 2, 2, 3], [2, 3, 3, 4]],
  ['skips no level on the way down', 1, [3, 6, 6], [2, 3, 3]],
  ['goes up as far as the text does', 2, [2, 4, 3, 2, 1], [3, 4, 4, 3, 3]],
  ['ends at the lowest level there is', 4, [1, 2, 3, 4], [5, 6, 6, 6]],
])('an outline %s', (_, under, written, placed) => {
  const tree: HtmlNode = { type: 'root', children: written.map(heading) }
  placeHeadings(tree, under)
  expect(tree.children?.map(({ tagName }) => tagName)).toEqual(placed.map((level) => `h${level}`))
})

test('headings inside of other blocks count too, and nothing else changes', () => {
  const quote: HtmlNode = { type: 'element', tagName: 'blockquote', children: [heading(4)] }
  const tree: HtmlNode = { type: 'root', children: [heading(1), quote, { type: 'text' }] }
  placeHeadings(tree, 1)
  expect(quote.tagName).toBe('blockquote')
  expect(quote.children?.[0]?.tagName).toBe('h3')
})
