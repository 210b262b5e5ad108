import type { ReactNode } from 'react'

/** What of a search was not understood, a sentence each; while all of it was, what the field understands. */
export function SearchHints({ hints, children }: { hints: readonly string[]; children: ReactNode }) {
  if (hints.length === 0) return children
  return hints.map((hint) => (
    <p key={hint} className="break-words text-ink-2">
      {hint}
    </p>
  ))
}
