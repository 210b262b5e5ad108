'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState } from 'react'
import { cx } from '@/components/ui/class-names'
import { LongText } from '@/components/ui/long-text'
import { EmptyState } from '@/components/ui/states/empty-state'
import { StatusIcon } from '@/components/ui/status-icon'
import { useSelection } from '@/lib/client/run/select-agent'
import { useRunState } from '@/lib/client/run/use-run'
import type { TimeSpan } from '@/lib/view/agent/agent-rows'
import type { StatusIconName } from '@/lib/view/agent/status-display'
import { formatClock } from '@/lib/view/format/time'
import { isInFilter, type LogEntry, type LogFilter, logEntries, logFilters } from '@/lib/view/run/log-lines'

const displays: Record<LogEntry['kind'], { icon: StatusIconName; word: string }> = {
  logged: { icon: 'running', word: 'Script' },
  noted: { icon: 'mixed', word: 'Note' },
  failed: { icon: 'failed', word: 'Failed' },
  flagged: { icon: 'flagged', word: 'Flagged' },
  retried: { icon: 'stalled', word: 'Retried' },
  waiting: { icon: 'waiting', word: 'Waiting' },
  entered: { icon: 'running', word: 'Workflow' },
  left: { icon: 'skipped', word: 'Workflow' },
  refused: { icon: 'limit', word: 'Refused' },
  rejected: { icon: 'failed', word: 'Rejected' },
  asked: { icon: 'question', word: 'Question' },
  answered: { icon: 'succeeded', word: 'Answer' },
  unanswered: { icon: 'cancelled', word: 'No answer' },
  phase: { icon: 'reused', word: 'Phase' },
  run: { icon: 'reused', word: 'Run' },
}

/** What the script logged and what must not be missed, newest at the bottom. */
export function RunLog({ text, span }: { text: string; span: TimeSpan | null }) {
  const state = useRunState()
  const { select } = useSelection()
  const scroller = useRef<HTMLDivElement>(null)
  const [filter, setFilter] = useState<LogFilter>('all')
  const needle = text.trim().toLowerCase()
  const entries = useMemo(() => {
    const all = (state === null ? [] : logEntries(state))
      .filter(({ at }) => span === null || isWithin(span, at))
      .filter((entry) => isInFilter(entry, filter))
    return needle === '' ? all : all.filter((entry) => entry.message.toLowerCase().includes(needle))
  }, [state, needle, span, filter])
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 30,
    overscan: 12,
    getItemKey: (index) => entries[index]?.key ?? index,
  })
  if (entries.length === 0 && filter === 'all') {
    return (
      <EmptyState title={needle === '' ? 'The log is empty' : 'No line matches'}>
        The script&rsquo;s log() lines, notes, questions, waits, retries, failures and flags appear here.
      </EmptyState>
    )
  }
  return (
    <div className="flex h-[62dvh] flex-col bg-surface lg:h-full">
      <LogFilters filter={filter} onFilter={setFilter} />
      <div
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        role="log"
        aria-label="Log"
        className="min-h-0 flex-1 overflow-auto"
      >
        <div className="relative" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => {
            const entry = entries[item.index]
            if (entry === undefined) return null
            const { icon, word } = displays[entry.kind]
            const { agentId } = entry
            return (
              <div
                key={item.key}
                ref={rows.measureElement}
                data-index={item.index}
                className="absolute inset-x-0 grid grid-cols-[4.5rem_5.5rem_minmax(0,1fr)] items-start gap-2 border-b px-4 py-1 text-sm sm:px-5"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <time dateTime={entry.at} className="num font-mono text-xs leading-5 text-ink-3">
                  {formatClock(entry.at)}
                </time>
                <span className="flex items-center gap-1.5 text-xs leading-5 text-ink-2">
                  <StatusIcon icon={icon} size={12} />
                  {word}
                </span>
                <span className="min-w-0 break-words">
                  <LongText text={entry.message} first={1_000} className="break-words" />
                  {agentId !== null && (
                    <button
                      type="button"
                      className="ml-2 text-xs text-accent hover:underline"
                      onClick={() => select(agentId)}
                    >
                      Open agent
                    </button>
                  )}
                </span>
              </div>
            )
          })}
        </div>
        {entries.length === 0 && <p className="px-5 py-6 text-sm text-ink-3">No line of this kind.</p>}
      </div>
    </div>
  )
}

const filterLabels: Readonly<Record<LogFilter, string>> = {
  all: 'All',
  problems: 'Problems',
  waits: 'Waits and caps',
  questions: 'Questions',
  script: 'Script and phases',
}

function LogFilters({ filter, onFilter }: { filter: LogFilter; onFilter: (filter: LogFilter) => void }) {
  return (
    <fieldset className="fades-sideways flex gap-0.5 overflow-x-auto border-b px-4 py-1 sm:px-5">
      <legend className="sr-only">Show of the log</legend>
      {logFilters.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={filter === name}
          onClick={() => onFilter(name)}
          className={cx(
            'h-6 shrink-0 rounded-md px-2 text-xs transition-colors hover:bg-hover hover:text-ink',
            filter === name ? 'bg-hover font-medium text-ink' : 'text-ink-2',
          )}
        >
          {filterLabels[name]}
        </button>
      ))}
    </fieldset>
  )
}

function isWithin({ from, until }: TimeSpan, at: string): boolean {
  const ms = Date.parse(at)
  return ms >= from && ms <= until
}
