'use client'

import { useState } from 'react'
import { formatCount } from '@/lib/view/format/numbers'
import { cx } from './class-names'
import { LongText } from './long-text'

type Line = { kind: 'same' | 'added' | 'removed'; from: number | null; to: number | null; text: string }

const signs: Record<Line['kind'], string> = { same: ' ', added: '+', removed: '−' }
const words: Record<Line['kind'], string> = { same: '', added: 'added: ', removed: 'removed: ' }
const fills: Record<Line['kind'], string> = { same: '', added: 'bg-added', removed: 'bg-removed' }

/** More are drawn when somebody asks for them. */
const LINES_AT_ONCE = 1_000

/** Lines of a comparison, wrapped: prose has no columns to keep. */
export function DiffLines({ lines }: { lines: readonly Line[] }) {
  const [most, setMost] = useState(LINES_AT_ONCE)
  return (
    <div className="panel overflow-hidden font-mono text-xs leading-5">
      {lines.slice(0, most).map((line) => (
        <p key={`${line.from}.${line.to}`} className={cx('flex gap-2 px-2', fills[line.kind])}>
          <span aria-hidden="true" className="select-none text-ink-2">
            {signs[line.kind]}
          </span>
          <span className="min-w-0 whitespace-pre-wrap break-words">
            <span className="sr-only">{words[line.kind]}</span>
            <LongText text={line.text} first={2_000} />
          </span>
        </p>
      ))}
      {lines.length > most && (
        <button
          type="button"
          className="px-2 text-accent hover:underline"
          onClick={() => setMost(most + LINES_AT_ONCE)}
        >
          Show more of {formatCount(lines.length - most)} lines
        </button>
      )}
    </div>
  )
}
