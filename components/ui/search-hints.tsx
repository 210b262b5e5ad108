import type { ReactNode } from 'react'

/** What was not understood of a search, one sentence each; otherwise the syntax of the field. */
export function SearchHints({ hints, children }: { hints: readonly string[]; children: ReactNode }) {
  if (hints.length === 0) return children
  return hints.map((hint) => (
    <p key={hint} className="break-words text-ink-2">
      {hint}
    </p>
  ))
}
