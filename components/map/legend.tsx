'use client'

import { Panel } from '@xyflow/react'
import { StateMark } from '@/components/ui/state-mark'
import { type Mark, markLabels, markMeanings } from '@/lib/view/states'

const shown: readonly Mark[] = [
  'queued',
  'waiting',
  'running',
  'stalled',
  'succeeded',
  'flagged',
  'failed',
  'reused',
  'cancelled',
  'skipped',
]

/** What every mark and line means; folded away on small screens. */
export function Legend() {
  return (
    <Panel position="bottom-left" className="!m-3 max-w-[calc(100%-1.5rem)]">
      <details className="rounded-md border bg-raised px-2.5 py-1.5 text-xs text-ink-2">
        <summary className="select-none font-medium">Legend</summary>
        <ul className="mt-2 grid grid-cols-1 gap-1 sm:grid-cols-2 sm:gap-x-5">
          {shown.map((mark) => (
            <li key={mark} className="flex items-center gap-1.5">
              <StateMark mark={mark} size={12} />
              <span className="text-ink">{markLabels[mark]}</span>
              <span className="text-ink-3 max-md:hidden">{markMeanings[mark]}</span>
            </li>
          ))}
          <LineItem label="Asked by the script, or built from answers" look="stroke-control" />
          <LineItem label="Order of the phases" look="stroke-control [stroke-dasharray:4_4]" />
          <LineItem label="A flagged answer travelled" look="stroke-flagged" />
          <LineItem label="Edges of the selected agent" look="stroke-accent" />
        </ul>
      </details>
    </Panel>
  )
}

function LineItem({ label, look }: { label: string; look: string }) {
  return (
    <li className="flex items-center gap-1.5">
      <svg aria-hidden="true" width="20" height="8" fill="none" className={look} strokeWidth="1.5">
        <path d="M0 4h20" />
      </svg>
      {label}
    </li>
  )
}
