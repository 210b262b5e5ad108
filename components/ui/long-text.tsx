'use client'

import { useState } from 'react'
import { formatCount } from '@/lib/view/format/numbers'
import { textPage, textPieces } from '@/lib/view/format/text-pieces'

type Props = {
  text: string
  /** Characters drawn before anybody asks for more. */
  first?: number
  className?: string
}

/**
 * Untrusted text of any length: its beginning, and a button for more. Laying out megabytes at once would
 * freeze the browser.
 */
export function LongText({ text, first = textPage, className = 'whitespace-pre-wrap break-words' }: Props) {
  const [more, setMore] = useState(0)
  const { pieces, left } = textPieces(text, first + more)
  const [only = ''] = pieces
  if (left === 0 && pieces.length <= 1) return <span className={className}>{only}</span>
  return (
    <span className={className}>
      {pieces.map((piece, at) => (
        <span key={at} className="block">
          {piece}
        </span>
      ))}
      {left > 0 && (
        <button
          type="button"
          className="block rounded-sm text-xs text-accent hover:underline"
          onClick={() => setMore(more + textPage)}
        >
          {left > textPage
            ? `Show ${formatCount(textPage)} more of ${formatCount(left)} characters`
            : `Show the other ${formatCount(left)} characters`}
        </button>
      )}
    </span>
  )
}
