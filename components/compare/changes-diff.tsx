'use client'

import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { cx } from '@/components/ui/class-names'
import { type DiffLayout, DiffTable, diffLayouts } from '@/components/ui/diff-table'
import { Segments } from '@/components/ui/form/segments'
import { ErrorNote } from '@/components/ui/messages'
import { ScrollBox } from '@/components/ui/scroll-box'
import { Loading } from '@/components/ui/states/loading'
import type { ComparedChanges, ComparedFile } from '@/lib/api/changes'
import { useKeptChoice } from '@/lib/client/hooks/use-kept-choice'
import { problemOf } from '@/lib/client/http/api'
import { useComparedChanges, useComparedFile } from '@/lib/client/queries/change-queries'
import { isSameFile, noLinesBecause } from '@/lib/view/changes/change-words'
import {
  type ComparedKind,
  comparedKindWords,
  doneWords,
  kindOptions,
  noChangesWords,
} from '@/lib/view/changes/compared-files'
import { formatCount, plural } from '@/lib/view/format/numbers'

/** Files drawn before somebody asks for more. */
const FIRST_FILES = 200

type Props = { a: string; b: string; areEnded: boolean }

/** Which files differ in what two runs changed, each with its lines. */
export function ChangesDiff({ a, b, areEnded }: Props) {
  const { data, error } = useComparedChanges(a, b, areEnded)
  // Of two runs that only read there is nothing to say.
  if (data !== undefined && !data.from.changesFiles && !data.to.changesFiles) return null
  return (
    <section aria-label="Changed files" className="flex flex-col gap-2">
      <h2 className="text-sm font-semibold">Changed files</h2>
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {error === null && data === undefined && <Loading label="Comparing changes…" />}
      {data !== undefined && <Compared changes={data} a={a} b={b} />}
    </section>
  )
}

function Compared({ changes, a, b }: { changes: ComparedChanges; a: string; b: string }) {
  const [kind, setKind] = useState<ComparedKind | null>(null)
  const [most, setMost] = useState(FIRST_FILES)
  const none = noChangesWords(changes)
  if (none !== null) return <p className="panel px-4 py-6 text-sm text-ink-2">{none}</p>
  const options = kindOptions(changes)
  const chosen = options.some((one) => one.kind === kind) ? kind : null
  const files = changes.files.filter((file) => chosen === null || file.kind === chosen)
  return (
    <div className="panel flex flex-col overflow-hidden">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-2">
        <Segments
          legend="Files"
          className="flex-wrap"
          value={chosen ?? 'all'}
          onValue={(value) => setKind(value === 'all' ? null : value)}
          options={[
            { value: 'all' as const, label: `All (${formatCount(changes.files.length)})` },
            ...options.map((one) => ({ value: one.kind, label: one.label })),
          ]}
        />
        {!changes.isSameBase && (
          <p className="text-xs text-ink-3">
            The runs began from different files: lines may differ that neither changed.
          </p>
        )}
      </div>
      <ul className="divide-y">
        {files.slice(0, most).map((file) => (
          <FileRow key={file.path} file={file} a={a} b={b} canOpen={canOpen(changes, file)} />
        ))}
      </ul>
      {files.length > most && (
        <div className="border-t px-4 py-2">
          <Button size="sm" onClick={() => setMost(most + 1_000)}>
            Show {plural(Math.min(files.length - most, 1_000), 'more file', 'more files')}
          </Button>
        </div>
      )}
      {changes.isCut && (
        <p className="border-t px-4 py-2 text-xs text-ink-3">
          The first {formatCount(changes.files.length)} files are listed; those behind them are counted.
        </p>
      )}
    </div>
  )
}

/** There are lines to show where both runs have files, and left this one differently. */
function canOpen({ from, to }: ComparedChanges, { kind }: ComparedFile): boolean {
  return from.changesFiles && to.changesFiles && kind !== 'alike'
}

type RowProps = { file: ComparedFile; a: string; b: string; canOpen: boolean }

function FileRow({ file, a, b, canOpen: hasLines }: RowProps) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const { path, kind } = file
  const about = (
    <>
      <span className="min-w-0 flex-1 basis-48 break-all text-left font-mono text-xs">{path}</span>
      <span className="text-xs text-ink-2">{comparedKindWords[kind]}</span>
      <span className="num text-xs text-ink-3">{doneWords(file)}</span>
    </>
  )
  const line = 'flex w-full flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-1.5'
  if (!hasLines) return <li className={cx(line, 'pl-11')}>{about}</li>
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
        className={cx(line, 'hover:bg-hover')}
      >
        <ChevronRight
          aria-hidden="true"
          className={cx('size-4 shrink-0 text-ink-3', isOpen && 'rotate-90')}
        />
        {about}
      </button>
      <div id={id} hidden={!isOpen}>
        {isOpen && <FileLines a={a} b={b} path={path} />}
      </div>
    </li>
  )
}

const layoutLabels: Record<DiffLayout, string> = { unified: 'Unified', split: 'Side by side' }

function FileLines({ a, b, path }: { a: string; b: string; path: string }) {
  const { data, error } = useComparedFile(a, b, path)
  const [layout, setLayout] = useKeptChoice('diff-layout', diffLayouts)
  if (error !== null)
    return (
      <div className="p-4">
        <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />
      </div>
    )
  if (data === undefined) return <Loading label="Loading the file…" />
  const why = isSameFile(data) ? 'Both runs have the same file here.' : noLinesBecause(data)
  return (
    <div className="border-t">
      <div className="flex flex-wrap items-center gap-3 bg-sunken px-4 py-1">
        <p className="flex-1 text-xs text-ink-3">From how A left it (−) to how B left it (+)</p>
        <Segments
          legend={`Layout of ${path}`}
          value={layout}
          onValue={setLayout}
          options={diffLayouts.map((name) => ({ value: name, label: layoutLabels[name] }))}
        />
      </div>
      <ScrollBox label={`How ${path} differs`} className="relative max-h-[70dvh] overflow-auto bg-surface">
        {why === null ? (
          <DiffTable hunks={data.hunks} layout={layout} />
        ) : (
          <p className="px-4 py-6 text-sm text-ink-2">{why}</p>
        )}
      </ScrollBox>
      {data.isCut && <p className="border-t px-4 py-2 text-xs text-ink-3">The first changes are shown.</p>}
    </div>
  )
}
