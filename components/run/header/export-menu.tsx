'use client'

import { Download } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { Dialog } from '@/components/ui/actions/dialog'
import { addressOf } from '@/lib/api/endpoints/endpoint'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { patiently } from '@/lib/client/http/patiently'
import { useLiveRun } from '@/lib/client/run/run-context'

const FilmExport = dynamic(patiently(() => import('./film-export').then((part) => part.FilmExport)))
const ShareLinks = dynamic(patiently(() => import('./share-links').then((part) => part.ShareLinks)))

const formats = [
  { format: 'html', label: 'HTML', hint: 'Single page, opens offline' },
  { format: 'md', label: 'Markdown', hint: 'Report with transcripts' },
  { format: 'json', label: 'JSON', hint: 'Everything, including the journal' },
] as const

/** The whole run as a file. Keys are taken out; prompts too, if wanted. */
export function ExportMenu() {
  const { id } = useLiveRun()
  const [isRedacted, setRedacted] = useState(false)
  const [isSharing, setSharing] = useState(false)
  const [isFilming, setFilming] = useState(false)
  return (
    <details className="group relative">
      <summary className="flex h-8 cursor-pointer select-none list-none items-center gap-1.5 rounded-md border border-line-strong bg-surface px-3 text-sm font-medium hover:bg-hover">
        <Download aria-hidden="true" className="size-3.5" />
        <span className="max-xl:sr-only">Export</span>
      </summary>
      <div className="absolute left-0 top-9 z-30 flex w-64 flex-col gap-1 rounded-md border bg-raised p-2 shadow-pop sm:left-auto sm:right-0">
        {formats.map(({ format, label, hint }) => (
          <a
            key={format}
            href={addressOf(runApi.exportRun, {
              params: { id },
              query: { format, prompts: isRedacted ? 'redacted' : undefined },
            })}
            download
            className="rounded-md px-2 py-1.5 text-sm hover:bg-hover"
          >
            {label}
            <span className="block text-xs text-ink-3">{hint}</span>
          </a>
        ))}
        <button
          type="button"
          className="rounded-md px-2 py-1.5 text-left text-sm hover:bg-hover"
          onClick={() => setFilming(true)}
        >
          Replay
          <span className="block text-xs text-ink-3">The map as a moving image (SVG)</span>
        </button>
        <button
          type="button"
          className="rounded-md border-t px-2 py-1.5 text-left text-sm hover:bg-hover"
          onClick={() => setSharing(true)}
        >
          Link to read it
          <span className="block text-xs text-ink-3">For people without an account</span>
        </button>
        <label className="flex items-center gap-2 border-t px-2 pt-2 text-xs">
          <input
            type="checkbox"
            checked={isRedacted}
            onChange={(event) => setRedacted(event.target.checked)}
          />
          Leave out prompts and the script
        </label>
      </div>
      <Dialog title="Replay as a moving image" isOpen={isFilming} onOpenChange={setFilming}>
        <FilmExport hasNames={!isRedacted} onClose={() => setFilming(false)} />
      </Dialog>
      <Dialog title="Links to read this run" isOpen={isSharing} onOpenChange={setSharing}>
        <ShareLinks runId={id} />
      </Dialog>
    </details>
  )
}
