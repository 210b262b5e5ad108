'use client'

import { Download } from 'lucide-react'
import { Button, ButtonLink } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { Menu, MenuDownload } from '@/components/ui/actions/menu'
import { addressOf } from '@/lib/api/endpoints/endpoint'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import type { RunSummary } from '@/lib/api/first/run-list'
import { pages } from '@/lib/client/http/pages'
import type { BulkAct } from '@/lib/client/queries/bulk'
import { hasEnded } from '@/lib/core/spec/run-status'
import { formatUsd, moneyWords } from '@/lib/view/format/money'
import { formatCount, plural } from '@/lib/view/format/numbers'
import { cancelWords, deleteWords } from '@/lib/view/runs/bulk-words'
import { TagAct } from './tag-act'

const exportFormats = [
  { format: 'html', label: 'Web pages (zip)' },
  { format: 'md', label: 'Markdown (zip)' },
  { format: 'json', label: 'JSON (zip)' },
] as const

type Props = {
  runs: readonly RunSummary[]
  /** Chosen before, and no longer on this page of the list. */
  gone: number
  isBusy: boolean
  onAct: (act: BulkAct, runs: readonly RunSummary[]) => void
  onClear: () => void
}

/** What can be done with the chosen runs. */
export function SelectionBar({ runs, gone, isBusy, onAct, onClear }: Props) {
  const open = runs.filter(({ status }) => !hasEnded(status))
  const deletable = runs.filter(({ status }) => hasEnded(status) || status === 'draft')
  const atWork = open.reduce(
    (sum, { totals: { agents } }) => sum + agents.running + agents.stalled + agents.waiting,
    0,
  )
  const [a, b] = runs
  return (
    <section
      aria-label="Chosen runs"
      className="sticky top-2 z-10 flex flex-wrap items-center gap-2 rounded-md border border-line-strong bg-raised px-4 py-2 shadow-pop"
    >
      <p className="num mr-auto text-sm font-medium" aria-live="polite">
        {formatCount(runs.length)} selected
        {gone > 0 && (
          <span className="font-normal text-ink-2">, {formatCount(gone)} more not on this page</span>
        )}
      </p>
      <Confirm
        trigger={
          <Button size="sm" disabled={isBusy || open.length === 0}>
            Cancel {plural(open.length, 'run')}
          </Button>
        }
        title={`Cancel ${plural(open.length, 'run')}?`}
        verb={`Cancel ${plural(open.length, 'run')}`}
        keep={open.length === 1 ? 'Keep it running' : 'Keep them running'}
        onConfirm={() => onAct({ act: 'cancel', tag: null }, runs)}
      >
        {cancelWords(open.length, runs.length - open.length, atWork)}
      </Confirm>
      <Confirm
        trigger={
          <Button size="sm" disabled={isBusy || deletable.length === 0}>
            Delete {plural(deletable.length, 'run')}
          </Button>
        }
        title={`Delete ${plural(deletable.length, 'run')}?`}
        verb={`Delete ${plural(deletable.length, 'run')}`}
        keep={deletable.length === 1 ? 'Keep it' : 'Keep them'}
        onConfirm={() => onAct({ act: 'delete', tag: null }, deletable)}
      >
        {deleteWords(runs.length - deletable.length, spentWords(deletable))}
      </Confirm>
      <TagAct
        tags={[...new Set(runs.flatMap(({ tags }) => tags))]}
        isBusy={isBusy}
        onAct={(act) => onAct(act, runs)}
      />
      <Menu
        label="Export"
        trigger={
          <Button size="sm">
            <Download aria-hidden="true" className="size-3.5" />
            Export
          </Button>
        }
      >
        {exportFormats.map(({ format, label }) => (
          <MenuDownload
            key={format}
            href={addressOf(runApi.exportRuns, {
              query: { ids: runs.map(({ id }) => id).join(','), format },
            })}
          >
            {label}
          </MenuDownload>
        ))}
      </Menu>
      {runs.length === 2 && a !== undefined && b !== undefined ? (
        <ButtonLink size="sm" href={pages.compareRuns(b.id, a.id)}>
          Compare
        </ButtonLink>
      ) : (
        <Button size="sm" disabled title="Select two runs to compare">
          Compare
        </Button>
      )}
      <Button size="sm" variant="quiet" onClick={onClear}>
        Clear
      </Button>
    </section>
  )
}

/** What runs spent, real money and the simulator's apart. */
function spentWords(runs: readonly RunSummary[]): string {
  const kinds = [false, true].filter((simulated) => runs.some((run) => run.simulated === simulated))
  const sums = kinds.map((simulated) => {
    const own = runs.filter((run) => run.simulated === simulated)
    return moneyWords(simulated)(formatUsd(own.reduce((sum, { totals }) => sum + totals.spentNanoUsd, 0)))
  })
  return sums.length === 0 ? formatUsd(0) : sums.join(' and ')
}
