'use client'

import { useMemo } from 'react'
import { SourceEditor } from '@/components/editor/source-editor'
import { cx } from '@/components/ui/class-names'
import type { FieldError } from '@/lib/view/launch/field-errors'
import { errorText } from './form-props'
import { SaveAsWorkflow } from './save-as-workflow'

type Props = { script: string; onScript: (script: string) => void; error: FieldError | undefined }

/** A script that is pasted or written on the spot, and the way to keep it. */
export function ScriptField({ script, onScript, error }: Props) {
  const note = errorText(error)
  const problems = useMemo(
    () =>
      error?.line === undefined
        ? []
        : [{ message: error.message, line: error.line, column: error.column ?? null }],
    [error?.line, error?.column, error?.message],
  )
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span id="script-label" className="text-xs font-medium text-ink-2">
        Script
      </span>
      <SourceEditor
        id="script"
        value={script}
        onChange={onScript}
        problems={problems}
        labelledBy="script-label"
        describedBy="script-note"
        isInvalid={note !== undefined}
        placeholder="export const meta = { name: 'hello', description: 'Says hello' }"
      />
      <p id="script-note" className={cx('text-xs', note === undefined ? 'text-ink-3' : 'text-failed')}>
        {note ??
          'Plain JavaScript that begins with export const meta = { name, description }. Esc, then Tab, leaves the editor.'}
      </p>
      {script.trim() !== '' && note === undefined && <SaveAsWorkflow script={script} />}
    </div>
  )
}
