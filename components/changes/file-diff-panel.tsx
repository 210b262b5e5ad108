'use client'

import { CopyButton } from '@/components/ui/actions/copy-button'
import { type DiffLayout, DiffTable, diffLayouts } from '@/components/ui/diff-table'
import { Segments } from '@/components/ui/form/segments'
import { ErrorNote } from '@/components/ui/messages'
import { ScrollBox } from '@/components/ui/scroll-box'
import { Loading } from '@/components/ui/states/loading'
import { useHotkeys } from '@/lib/client/hooks/use-hotkeys'
import { useKeptChoice } from '@/lib/client/hooks/use-kept-choice'
import { problemOf } from '@/lib/client/http/api'
import { useFileDiff, type WhoseChanges } from '@/lib/client/queries/change-queries'
import { fileStatusWords, noLinesBecause } from '@/lib/view/changes/change-words'
import type { ChangedFile } from '@/lib/view/changes/file-rows'
import { LineCounts } from './line-counts'

const layoutWords: Record<DiffLayout, { label: string; key: string }> = {
  unified: { label: 'Unified', key: 'u' },
  split: { label: 'Side by side', key: 's' },
}

type Props = { whose: WhoseChanges; file: ChangedFile | null; version: string }

/** One file, before and after. */
export function FileDiffPanel({ whose, file, version }: Props) {
  const [layout, setLayout] = useKeptChoice('diff-layout', diffLayouts)
  useHotkeys({ u: () => setLayout('unified'), s: () => setLayout('split') })
  if (file === null)
    return (
      <p className="flex-1 px-5 py-10 text-center text-sm text-ink-2">
        Together these changes leave every file as it was.
      </p>
    )
  return (
    <div className="flex min-h-64 min-w-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b bg-surface px-4 py-1.5">
        <h3 className="flex min-w-0 flex-1 basis-56 items-center gap-2 font-mono text-xs">
          <span className="min-w-0 break-all">{file.path}</span>
          <span className="shrink-0 font-sans text-ink-3">{fileStatusWords[file.status].word}</span>
          <LineCounts {...file} />
        </h3>
        <CopyButton text={file.path} label="Copy the path" />
        <Segments
          legend="Layout"
          value={layout}
          onValue={setLayout}
          options={diffLayouts.map((name) => {
            const { label, key } = layoutWords[name]
            return { value: name, label, title: `${label} (${key})` }
          })}
        />
      </div>
      <FileLines whose={whose} path={file.path} version={version} layout={layout} />
    </div>
  )
}

type LinesProps = { whose: WhoseChanges; path: string; version: string; layout: DiffLayout }

function FileLines({ whose, path, version, layout }: LinesProps) {
  const { data, error, isPending } = useFileDiff(whose, path, version)
  if (error !== null)
    return (
      <div className="p-4">
        <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />
      </div>
    )
  if (isPending) return <Loading label="Loading the file…" />
  const why = noLinesBecause(data)
  return (
    <ScrollBox label={`Changes of ${path}`} className="relative min-h-0 flex-1 overflow-auto bg-surface">
      {why === null ? (
        <DiffTable key={path} hunks={data.hunks} layout={layout} />
      ) : (
        <p className="px-4 py-6 text-sm text-ink-2">{why}</p>
      )}
      {data.isCut && (
        <p className="border-t px-4 py-2 text-xs text-ink-3">
          The first changes are shown; the patch holds all of them.
        </p>
      )}
    </ScrollBox>
  )
}
