import { CopyButton } from './actions/copy-button'
import { LongText } from './long-text'

/** Text as it is, scrolling inside its own box. */
export function CodeBlock({
  text,
  label,
  maxHeight = 320,
}: {
  text: string
  label: string
  maxHeight?: number
}) {
  return (
    <div className="rounded-md border bg-sunken">
      <div className="flex items-center justify-between border-b pl-3 pr-1">
        <span className="eyebrow">{label}</span>
        <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <pre tabIndex={0} className="overflow-auto px-3 py-2 font-mono text-xs leading-5" style={{ maxHeight }}>
        <LongText text={text} className="" />
      </pre>
    </div>
  )
}
