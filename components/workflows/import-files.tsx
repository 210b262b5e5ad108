'use client'

import { Upload } from 'lucide-react'
import { useRef } from 'react'
import { Button } from '@/components/ui/actions/button'

type Props = { isBusy: boolean; onFiles: (files: readonly File[]) => void }

/** Chooses script files to import. */
export function ImportButton({ isBusy, onFiles }: Props) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        accept=".js,.mjs,text/javascript"
        aria-label="Script files"
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          const chosen = [...(event.target.files ?? [])]
          // Emptied, so the same file can be chosen again once it is mended.
          event.target.value = ''
          onFiles(chosen)
        }}
      />
      <Button onClick={() => input.current?.click()} disabled={isBusy}>
        <Upload aria-hidden="true" className="size-3.5" />
        Import file
      </Button>
    </>
  )
}
