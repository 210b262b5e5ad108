import type { Element, ElementContent } from 'hast'
import ReactMarkdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { CodeBlock } from '@/components/ui/code-block'
import { PageLink } from '@/components/ui/page-link'
import { docHref, headingId } from '@/lib/view/docs/doc-text'

/** The words of an element, without its markup. */
function wordsOf(node: Element | undefined): string {
  const words = (one: ElementContent): string => {
    if (one.type === 'text') return one.value
    return one.type === 'element' ? one.children.map(words).join('') : ''
  }
  return (node?.children ?? []).map(words).join('')
}

/** What the language of a piece of code is called above it. */
const languages: Readonly<Record<string, string>> = { js: 'Workflow', sh: 'Shell', json: 'JSON' }

function languageOf(node: Element | undefined): string {
  const code = node?.children[0]
  const name = code?.type === 'element' ? code.properties.className : undefined
  const language = Array.isArray(name) ? String(name[0]).replace('language-', '') : ''
  return languages[language] ?? 'Text'
}

const components: Components = {
  h2: ({ node, children }) => <Heading level="h2" node={node} words={children} />,
  h3: ({ node, children }) => <Heading level="h3" node={node} words={children} />,
  pre: ({ node }) => <CodeBlock text={wordsOf(node).trimEnd()} label={languageOf(node)} maxHeight={640} />,
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: wider than a phone, it scrolls, and must be reachable by keyboard
    <table tabIndex={0}>{children}</table>
  ),
  a: ({ href = '', children }) => {
    const to = docHref(href)
    return to.startsWith('/') ? (
      <PageLink href={to}>{children}</PageLink>
    ) : (
      <a href={to} {...(to.startsWith('#') ? {} : { target: '_blank', rel: 'noopener noreferrer' })}>
        {children}
      </a>
    )
  },
}

/** A page of the docs as it is written: headings with anchors, code with a button that copies it. */
export function DocText({ text }: { text: string }) {
  return (
    <div className="prose-answer prose-doc text-base">
      <ReactMarkdown remarkPlugins={[remarkGfm]} skipHtml components={components}>
        {text}
      </ReactMarkdown>
    </div>
  )
}

type HeadingProps = { level: 'h2' | 'h3'; node: Element | undefined; words: React.ReactNode }

function Heading({ level: Level, node, words }: HeadingProps) {
  const id = headingId(wordsOf(node))
  return (
    <Level id={id} className="group scroll-mt-16">
      {words}{' '}
      <a
        href={`#${id}`}
        aria-label={`Link to ${wordsOf(node)}`}
        className="opacity-0 group-hover:opacity-100 focus-visible:opacity-100"
      >
        #
      </a>
    </Level>
  )
}
