import { memo } from 'react'
import ReactMarkdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'

const components: Components = {
  // Pictures would be fetched from wherever the model says, and tell that place who reads.
  img: ({ alt }) => <span className="text-ink-3">[image{alt ? `: ${alt}` : ''}]</span>,
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
}

/** What a model wrote, as Markdown: no raw HTML, no pictures from elsewhere. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  return (
    <div className="prose-answer text-sm">
      <ReactMarkdown remarkPlugins={[remarkGfm]} skipHtml components={components}>
        {text}
      </ReactMarkdown>
    </div>
  )
})
