'use client'

import { lazy, Suspense } from 'react'
import { patiently } from '@/lib/client/http/patiently'
import type { EditorProps } from './editor-props'

// Most pages show no source; they do not pay for the editor.
const CodeMirror = lazy(patiently(() => import('./code-mirror')))

/**
 * A script with line numbers, colours, search, and its mistakes where they are. Plain text until the editor
 * is there.
 */
export function SourceEditor(props: EditorProps & { className?: string }) {
  const { className = 'h-80', ...editor } = props
  return (
    <div
      className={`overflow-hidden rounded-md border border-control bg-surface has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-accent has-[[aria-invalid=true]]:border-failed ${className}`}
    >
      <Suspense fallback={<PlainText {...editor} />}>
        <CodeMirror {...editor} />
      </Suspense>
    </div>
  )
}

function PlainText({
  id,
  value,
  onChange,
  labelledBy,
  describedBy,
  isInvalid,
  isReadOnly,
  placeholder,
}: EditorProps) {
  return (
    <textarea
      id={id}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      aria-invalid={isInvalid}
      readOnly={isReadOnly}
      placeholder={placeholder}
      spellCheck={false}
      value={value}
      onChange={(event) => onChange?.(event.target.value)}
      className="h-full w-full resize-none bg-transparent px-3 py-2 font-mono text-xs leading-5 outline-none"
    />
  )
}
