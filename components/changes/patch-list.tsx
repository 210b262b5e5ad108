'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { cx } from '@/components/ui/class-names'
import { StatusIcon } from '@/components/ui/status-icon'
import type { Changes } from '@/lib/api/changes'
import { patchStatusDisplay } from '@/lib/view/changes/change-words'
import { plural } from '@/lib/view/format/numbers'
import { LineCounts } from './line-counts'

const ROW_HEIGHT = 48

type Props = {
  agents: Changes['agents']
  chosen: string | null
  onChoose: (agentId: string | null) => void
}

/** Agents that changed files; choosing one shows its own changes instead of all that were merged. */
export function PatchList({ agents, chosen, onChoose }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: agents.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    getItemKey: (index) => agents[index]?.agentId ?? index,
  })
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-auto">
      <button
        type="button"
        aria-pressed={chosen === null}
        onClick={() => onChoose(null)}
        className={cx(
          'w-full border-b px-3 py-2 text-left text-sm hover:bg-hover',
          chosen === null && 'bg-accent-soft font-medium',
        )}
      >
        All merged changes
      </button>
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const agent = agents[index]
          return agent === undefined ? null : (
            <li
              key={key}
              className="absolute inset-x-0"
              style={{ transform: `translateY(${start}px)`, height: ROW_HEIGHT }}
            >
              <PatchRow agent={agent} isChosen={agent.agentId === chosen} onChoose={onChoose} />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

type RowProps = { agent: Changes['agents'][number]; isChosen: boolean; onChoose: Props['onChoose'] }

function PatchRow({ agent: { agentId, label, phase, patch, status }, isChosen, onChoose }: RowProps) {
  const { icon, word } = patchStatusDisplay(status)
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={() => onChoose(agentId)}
      className={cx(
        'flex h-full w-full flex-col justify-center gap-0.5 border-b px-3 text-left hover:bg-hover',
        isChosen && 'bg-accent-soft',
      )}
    >
      <span className="flex w-full items-center gap-2">
        <span className="min-w-0 flex-1 truncate text-sm">{label}</span>
        <LineCounts added={patch.added} removed={patch.removed} />
      </span>
      <span className="flex items-center gap-1.5 text-2xs text-ink-2">
        <StatusIcon icon={icon} size={11} />
        {[word, plural(patch.files, 'file'), phase].filter(Boolean).join(' · ')}
      </span>
    </button>
  )
}
