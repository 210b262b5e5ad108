'use client'

import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Button } from './button'

type Props = {
  /** What is copied; a function where it is only made on demand. */
  text: string | (() => string)
  /** What is copied, for screen readers. */
  label: string
  /** What the button says; the label in short. */
  word?: string
}

export function CopyButton({ text, label, word = 'Copy' }: Props) {
  const [said, setSaid] = useState<string | null>(null)
  const copy = () => {
    const done = (word: string) => {
      setSaid(word)
      setTimeout(() => setSaid(null), 1500)
    }
    // The clipboard is refused without https or permission; the reader is told so.
    navigator.clipboard?.writeText(typeof text === 'string' ? text : text()).then(
      () => done('Copied'),
      () => done('Not allowed here'),
    ) ?? done('Not allowed here')
  }
  return (
    <Button variant="quiet" size="sm" onClick={copy} aria-label={said ?? label}>
      {said === 'Copied' ? (
        <Check aria-hidden="true" className="size-3.5" />
      ) : (
        <Copy aria-hidden="true" className="size-3.5" />
      )}
      <span aria-live="polite">{said ?? word}</span>
    </Button>
  )
}
