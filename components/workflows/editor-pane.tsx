'use client'

import { type ReactNode, useRef } from 'react'
import type { EditorHandle } from '@/components/editor/editor-props'
import { SourceEditor } from '@/components/editor/source-editor'
import { cx } from '@/components/ui/class-names'
import type { SourceProblem, WorkflowCheck } from '@/lib/api/workflows'
import { useModifier } from '@/lib/client/hooks/use-modifier'
import { Outline } from './outline'

const none: readonly SourceProblem[] = []

type Props = {
  source: string
  onSource?: (source: string) => void
  onSave?: () => void
  check: WorkflowCheck | undefined
  /** Why the workflow cannot be saved, in words; null when it can. */
  obstacle: string | null
  children?: ReactNode
}

/** A script with its outline beside it, and below it what is wrong. */
export function EditorPane({ source, onSource, onSave, check, obstacle, children }: Props) {
  const handle = useRef<EditorHandle | null>(null)
  const isReadOnly = onSource === undefined
  const modifier = useModifier()
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_280px]">
      <div className="flex min-w-0 flex-col gap-2">
        <span id="source-label" className="sr-only">
          Source
        </span>
        <SourceEditor
          id="source"
          className="h-[min(64vh,720px)]"
          value={source}
          {...(onSource === undefined ? {} : { onChange: onSource })}
          {...(onSave === undefined ? {} : { onSave })}
          problems={check?.problems ?? none}
          labelledBy="source-label"
          describedBy="source-note"
          isInvalid={obstacle !== null}
          isReadOnly={isReadOnly}
          onReady={(made) => {
            handle.current = made
          }}
        />
        <p
          id="source-note"
          aria-live="polite"
          className={cx('min-h-[1.125rem] text-xs', obstacle === null ? 'text-ink-3' : 'text-failed')}
        >
          {obstacle ??
            (isReadOnly
              ? 'Read only.'
              : `Tab indents; Esc, then Tab, leaves the editor. ${modifier}S saves.`)}
        </p>
        {children}
      </div>
      <aside aria-label="Outline" className="panel max-h-[min(64vh,720px)] overflow-y-auto p-4">
        <Outline check={check} onGoTo={(line, column) => handle.current?.goTo(line, column)} />
      </aside>
    </div>
  )
}
