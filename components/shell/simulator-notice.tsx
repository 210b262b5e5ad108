'use client'

import { FlaskConical } from 'lucide-react'
import { useHealth } from '@/lib/client/queries/server-queries'

/** On every screen while the built-in simulator answers: nothing here was written by a model. */
export function SimulatorNotice() {
  const { data } = useHealth()
  if (!data?.simulated) return null
  return (
    <aside
      aria-label="Simulator"
      className="flex items-center gap-2 border-b bg-accent-soft px-4 py-1 text-xs text-ink"
    >
      <FlaskConical aria-hidden="true" className="size-3.5 shrink-0 text-accent" />
      <p>
        <strong className="font-semibold">Simulator:</strong> no model is called, nothing is spent.
      </p>
    </aside>
  )
}
