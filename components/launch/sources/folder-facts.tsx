'use client'

import { useDebounced } from '@/lib/client/hooks/use-debounced'
import { problemOf } from '@/lib/client/http/api'
import { useFolderLook } from '@/lib/client/queries/folder-queries'
import { folderWords } from '@/lib/view/launch/folder-words'

/** Waits until somebody has stopped typing, in milliseconds. */
const TYPING_MS = 400

/** What is known of the chosen folder: size, languages, git state. Announced once it is known. */
export function FolderFacts({ path }: { path: string }) {
  const settled = useDebounced(path.trim(), TYPING_MS)
  const { data, error } = useFolderLook(settled)
  if (!settled.startsWith('/')) return null
  return (
    <div role="status" aria-label="What is in the folder" className="text-xs text-ink-3">
      {error !== null && <p className="text-failed">{problemOf(error).detail}</p>}
      {error === null && data === undefined && <p>Looking at the folder…</p>}
      {error === null && data !== undefined && <Facts {...folderWords(data)} isCut={data.isCut} />}
    </div>
  )
}

type FactsProps = { facts: readonly string[]; changes: string | null; isCut: boolean }

function Facts({ facts, changes, isCut }: FactsProps) {
  return (
    <>
      {facts.length > 0 && (
        <p className="flex flex-wrap gap-x-2">
          {facts.map((fact) => (
            <span key={fact} className="min-w-0 break-words">
              {fact}
            </span>
          ))}
        </p>
      )}
      {changes !== null && <p className="text-ink-2">{changes}</p>}
      {isCut && <p>The folder answers slowly: this is what is known of it so far.</p>}
    </>
  )
}
