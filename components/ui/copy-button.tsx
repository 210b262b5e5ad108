'use client'

import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Button } from './button'

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [said, setSaid] = useState<string | null>(null)
  const copy = () => {
    const done = (word: string) => {
      setSaid(word)
      setTimeout(() => setSaid(null), 1500)
    }
    // The clipboard is refused without https or permission; the reader is told instead of left guessing.
    navigator.clipboard?.writeText(text).then(
      () => done('Copied'),
      () => done('Not allowed here'),
    ) ?? done('Not allowed here')
  }
  return (
    <Button look="quiet" size="sm" onClick={copy} aria-label={said ?? label}>
      {said === 'Copied' ? (
        <Check aria-hidden="true" className="size-3.5" />
      ) : (
        <Copy aria-hidden="true" className="size-3.5" />
      )}
      <span aria-live="polite">{said ?? 'Copy'}</span>
    </Button>
  )
}
