'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { cx } from '@/components/ui/class-names'
import { fileStatusWords } from '@/lib/view/changes/change-words'
import type { ChangedFile, FileRow } from '@/lib/view/changes/file-rows'
import { LineCounts } from './line-counts'

const ROW_HEIGHT = 28

type Props = {
  rows: readonly FileRow[]
  open: string | null
  onOpen: (path: string) => void
  onStep: (by: 1 | -1) => void
}

const tones: Record<ChangedFile['status'], string> = {
  added: 'text-code-string',
  modified: 'text-running',
  deleted: 'text-failed',
}

/** Changed files by folder; only those in sight are drawn, so thousands are as quick as ten. */
export function FileList({ rows, open, onOpen, onStep }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    getItemKey: (index) => keyOf(rows[index]) ?? index,
  })
  const openAt = rows.findIndex((row) => row.kind === 'file' && row.file.path === open)
  const scrollTo = virtual.scrollToIndex
  useEffect(() => {
    if (openAt >= 0) scrollTo(openAt, { align: 'auto' })
  }, [openAt, scrollTo])
  return (
    <div
      ref={scroller}
      role="listbox"
      aria-label="Changed files"
      tabIndex={0}
      aria-activedescendant={openAt < 0 ? undefined : `file-${openAt}`}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
        event.preventDefault()
        onStep(event.key === 'ArrowDown' ? 1 : -1)
      }}
      className="relative min-h-0 flex-1 overflow-auto py-1"
    >
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          const place = { transform: `translateY(${start}px)`, height: ROW_HEIGHT }
          if (row.kind === 'folder')
            return (
              <div
                key={key}
                role="presentation"
                title={row.path}
                className="absolute inset-x-0 flex items-end px-3 pb-1"
                style={place}
              >
                <Clipped text={row.path} className="font-mono text-2xs text-ink-3" />
              </div>
            )
          return (
            <FileOption
              key={key}
              id={`file-${index}`}
              row={row}
              isOpen={index === openAt}
              place={place}
              onOpen={onOpen}
            />
          )
        })}
      </div>
    </div>
  )
}

type OptionProps = {
  id: string
  row: Extract<FileRow, { kind: 'file' }>
  isOpen: boolean
  place: { transform: string; height: number }
  onOpen: (path: string) => void
}

function FileOption({ id, row: { name, file }, isOpen, place, onOpen }: OptionProps) {
  const { letter, word } = fileStatusWords[file.status]
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box has the focus and answers the keys
    <div
      id={id}
      role="option"
      aria-selected={isOpen}
      title={`${file.path}, ${word}`}
      tabIndex={-1}
      onClick={() => onOpen(file.path)}
      className={cx(
        'absolute inset-x-0 flex cursor-pointer items-center gap-2 px-3 hover:bg-hover',
        isOpen && 'bg-accent-soft',
      )}
      style={place}
    >
      <span aria-hidden="true" className={cx('w-3 font-mono text-xs font-semibold', tones[file.status])}>
        {letter}
      </span>
      <Clipped text={name} className={cx('flex-1 font-mono text-xs', isOpen && 'font-medium')} />
      <span className="sr-only">{word}, </span>
      <LineCounts {...file} />
    </div>
  )
}

function Clipped({ text, className }: { text: string; className: string }) {
  return <span className={cx('min-w-0 truncate', className)}>{text}</span>
}

function keyOf(row: FileRow | undefined): string | null {
  if (row === undefined) return null
  return row.kind === 'folder' ? `folder ${row.path}` : `file ${row.file.path}`
}
