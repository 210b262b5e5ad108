'use client'

import { Check, Link2 } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'

/** How long the button says what it did. */
const SAID_MS = 2_000

/** Copies the address: it holds the view, the filters, the agent and the moment, so others see the same. */
export function ShareButton() {
  const [said, setSaid] = useState<string | null>(null)
  const tell = (word: string) => {
    setSaid(word)
    setTimeout(() => setSaid(null), SAID_MS)
  }
  const copy = () => {
    // The clipboard is refused without https or permission; the reader is told what to do instead.
    navigator.clipboard?.writeText(location.href).then(
      () => tell('Link copied'),
      () => tell('Copy it from the address bar'),
    ) ?? tell('Copy it from the address bar')
  }
  return (
    <Button onClick={copy} title="Copies a link to this exact view">
      {said === null ? (
        <Link2 aria-hidden="true" className="size-3.5" />
      ) : (
        <Check aria-hidden="true" className="size-3.5" />
      )}
      <span aria-live="polite" className={said === null ? 'max-xl:sr-only' : undefined}>
        {said ?? 'Share'}
      </span>
    </Button>
  )
}
