import { Import } from 'lucide-react'
import type { Imported } from '@/lib/core/spec/imported'
import { importedMeaning, originWords } from '@/lib/view/runs/import-words'

/** Says where a run comes from, what its dollars are, and what of its files is missing. */
export function ImportedNote({ imported, agents }: { imported: Imported; agents: number }) {
  return (
    <p role="note" className="flex items-start gap-2 rounded-md bg-accent-soft px-3 py-2 text-sm">
      <Import aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-accent" />
      <span className="num min-w-0 break-words">
        <span className="font-medium">{originWords(imported, agents)} </span>
        <span className="text-ink-2">
          {importedMeaning}. Its dollars are worked out from its tokens, at the prices of their days.
        </span>
      </span>
    </p>
  )
}
