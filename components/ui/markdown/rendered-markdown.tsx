import ReactMarkdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { type HtmlNode, placeHeadings } from '@/lib/view/agent/heading-levels'
import { filePlace } from '@/lib/view/run/file-place'
import { useHeadingLevel } from '../heading'
import { PlaceLink } from '../place-link'

const components: Components = {
  // Pictures would be fetched from an address of the model's choice, and reveal the reader to it.
  img: ({ alt }) => <span className="text-ink-3">[image{alt ? `: ${alt}` : ''}]</span>,
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  // A place in a file of the run is opened by a press.
  code: ({ children, className }) => {
    const place = typeof children === 'string' ? filePlace(children) : null
    const code = <code className={className}>{children}</code>
    return place === null ? code : <PlaceLink place={place}>{code}</PlaceLink>
  },
  // Code and tables may be wider than the page; their boxes then scroll, and must be reachable by keyboard.
  pre: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <pre tabIndex={0}>{children}</pre>
  ),
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <table tabIndex={0}>{children}</table>
  ),
}

/** Its headings continue the outline of the page that it stands on. */
const headingsUnder = (under: number) => (tree: HtmlNode) => placeHeadings(tree, under)

/** Markdown as elements: no raw HTML, no pictures from elsewhere. */
export default function RenderedMarkdown({ text }: { text: string }) {
  const under = useHeadingLevel()
  return (
    <div className="prose-answer text-sm">
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[[headingsUnder, under]]}
        skipHtml
        components={components}
      >
        {text}
      </ReactMarkdown>
    </div>
  )
}
