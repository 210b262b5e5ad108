'use client'

import { useMemo, useRef } from 'react'
import type { EditorHandle } from '@/components/editor/editor-props'
import { SourceEditor } from '@/components/editor/source-editor'
import { cx } from '@/components/ui/class-names'
import type { SourceProblem } from '@/lib/api/workflows'

type Props = {
  id: string
  label: string
  value: string
  onValue: (value: string) => void
  problem: SourceProblem | null
  className?: string
  onReady?: (handle: EditorHandle | null) => void
}

/** A script as an answer. Its mistake is marked in place; the note below leads to it. */
export function ScriptAnswer({ id, label, value, onValue, problem, className = 'h-80', onReady }: Props) {
  const handle = useRef<EditorHandle | null>(null)
  const { message, line, column } = problem ?? { message: '', line: null, column: null }
  const problems = useMemo(() => (line === null ? [] : [{ message, line, column }]), [message, line, column])
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span id={`${id}-label`} className="text-xs font-medium text-ink-2">
        {label}
      </span>
      <SourceEditor
        id={id}
        className={className}
        value={value}
        onChange={onValue}
        problems={problems}
        labelledBy={`${id}-label`}
        describedBy={`${id}-note`}
        isInvalid={problem !== null}
        onReady={(made) => {
          handle.current = made
          onReady?.(made)
        }}
      />
      <p
        id={`${id}-note`}
        aria-live="polite"
        className={cx('min-h-[1.125rem] text-xs', problem === null ? 'text-ink-3' : 'text-failed')}
      >
        {problem === null && 'You can edit it. Esc, then Tab, leaves the editor.'}
        {problem !== null && line === null && message}
        {problem !== null && line !== null && (
          <button
            type="button"
            className="text-left underline underline-offset-2"
            onClick={() => handle.current?.goTo(line, column ?? 1)}
          >
            {/^line \d/i.test(message) ? message : `Line ${line}, column ${column ?? 1}: ${message}`}
          </button>
        )}
      </p>
    </div>
  )
}
