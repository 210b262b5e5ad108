'use client'

import { useEffect, useRef } from 'react'
import { Dialog } from '@/components/ui/actions/dialog'
import { cx } from '@/components/ui/class-names'
import { ErrorNote } from '@/components/ui/messages'
import { ScrollBox } from '@/components/ui/scroll-box'
import { Loading } from '@/components/ui/states/loading'
import type { RunFile } from '@/lib/api/changes'
import { problemOf } from '@/lib/client/http/api'
import { useRunFile } from '@/lib/client/queries/change-queries'
import { type FilePlace, placeText } from '@/lib/view/run/file-place'

type Props = { runId: string; place: FilePlace | null; onClose: () => void }

/** The file a report names, at the line it names. */
export function PlaceViewer({ runId, place, onClose }: Props) {
  const { data, error, isPending } = useRunFile(runId, place)
  return (
    <Dialog
      title={place === null ? '' : placeText(place)}
      size="wide"
      isOpen={place !== null}
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      {error !== null && <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />}
      {isPending && error === null && <Loading label="Opening the file…" />}
      {data !== undefined && <Lines file={data} />}
    </Dialog>
  )
}

function Lines({ file }: { file: RunFile }) {
  const { line, problem } = file
  if (file.kind === 'binary')
    return <p className="text-sm text-ink-2">This file is no text.{problem !== null && ` ${problem}`}</p>
  return (
    <>
      <p className="num text-xs text-ink-3">
        {file.from === 'run' ? 'As the run left it' : 'As it is in the folder now'} · {partWords(file)}
      </p>
      {problem !== null && <p className="mt-2 text-sm text-ink-2">{problem}</p>}
      {line !== null && line > file.totalLines && (
        <p className="text-xs text-waiting">The file has no line {line} any more.</p>
      )}
      {file.lines.length > 0 && <Text file={file} />}
    </>
  )
}

function Text({ file: { lines, firstLine, line, kind } }: { file: RunFile }) {
  const marked = useRef<HTMLSpanElement>(null)
  useEffect(() => marked.current?.scrollIntoView({ block: 'center' }), [])
  return (
    <ScrollBox
      label="Lines of the file"
      className="mt-2 max-h-[65dvh] overflow-auto rounded-md border bg-sunken py-1.5"
    >
      <pre
        className={cx(
          'font-mono text-xs leading-5',
          // Words of a page are read, not looked up by their columns.
          kind === 'page' ? 'whitespace-pre-wrap pr-3' : 'w-max min-w-full',
        )}
      >
        {lines.map((text, at) => {
          const number = firstLine + at
          const isMarked = number === line
          return (
            <span
              key={number}
              ref={isMarked ? marked : undefined}
              aria-current={isMarked ? 'true' : undefined}
              className={isMarked ? 'block bg-accent-soft font-semibold' : 'block'}
            >
              <span className="inline-block w-14 select-none pr-3 text-right text-ink-3">{number}</span>
              {text}
              {'\n'}
            </span>
          )
        })}
      </pre>
    </ScrollBox>
  )
}

/** Which part of the file is shown. */
function partWords({ kind, page, totalPages, firstLine, lines, totalLines }: RunFile): string {
  if (kind === 'page') return `the text that was read of page ${page} of ${totalPages}`
  return `lines ${firstLine} to ${firstLine + lines.length - 1} of ${totalLines}`
}
