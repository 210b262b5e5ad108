'use client'

import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { ErrorNote } from '@/components/ui/messages'
import { saveFile } from '@/lib/client/http/save-file'
import { useLiveRun } from '@/lib/client/run/run-context'
import { percent } from '@/lib/view/format/numbers'

type Props = {
  /** Whether agents are called by their labels. */
  hasNames: boolean
  onClose: () => void
}

/** Makes the film of the run as soon as it is drawn, saves it as a file, and can be stopped meanwhile. */
export function FilmExport({ hasNames, onClose }: Props) {
  const { id, history, store } = useLiveRun()
  const [share, setShare] = useState(0)
  const [outcome, setOutcome] = useState<'saved' | Error | null>(null)
  const name = `skein-${id}-replay.svg`
  useEffect(() => {
    const stopping = new AbortController()
    const { signal } = stopping
    const make = async () => {
      try {
        const { makeFilm } = await import('@/lib/client/run/make-film')
        const film = await makeFilm({ history, store }, { hasNames, signal, onProgress: setShare })
        signal.throwIfAborted()
        saveFile(name, film, 'image/svg+xml')
        setOutcome('saved')
      } catch (error) {
        if (!signal.aborted) setOutcome(error instanceof Error ? error : new Error(String(error)))
      }
    }
    void make()
    return () => stopping.abort()
  }, [history, store, hasNames, name])
  if (outcome instanceof Error)
    return <ErrorNote title="The replay could not be made" detail={outcome.message} />
  return (
    <div className="flex flex-col gap-3 text-sm">
      {outcome === null ? (
        <>
          <label className="flex flex-col gap-1.5">
            Drawing the run, {percent(share, 1)} %
            <progress value={share} max={1} className="h-1.5 w-full accent-accent-fill" />
          </label>
          <Button className="self-end" onClick={onClose}>
            Cancel
          </Button>
        </>
      ) : (
        <>
          <p role="status" className="break-words">
            Saved as <span className="font-mono text-xs">{name}</span>. It plays wherever a page shows
            pictures, in light and dark, and begins again at its end.
          </p>
          <Button className="self-end" onClick={onClose}>
            Close
          </Button>
        </>
      )}
    </div>
  )
}
