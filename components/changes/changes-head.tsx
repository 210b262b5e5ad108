import { Download, GitCompare, X } from 'lucide-react'
import { Button, ButtonLink, buttonClasses } from '@/components/ui/actions/button'
import type { Changes } from '@/lib/api/changes'
import { changesApi } from '@/lib/api/endpoints/change-endpoints'
import { addressOf } from '@/lib/api/endpoints/endpoint'
import { pages } from '@/lib/client/http/pages'
import type { RunHeader } from '@/lib/core/run/state'
import { beganFrom, patchStatusDisplay } from '@/lib/view/changes/change-words'
import { plural } from '@/lib/view/format/numbers'
import { ApplyPanel } from './apply-panel'
import { LineCounts } from './line-counts'

type Props = {
  changes: Changes
  run: RunHeader
  /** The agent whose changes alone are shown; null for all that were merged. */
  whose: Changes['agents'][number] | null
  /** Whether an earlier moment of the run is looked at. */
  isReadOnly: boolean
  onAll: () => void
}

/** How much was changed, from what; and what can be done with it. */
export function ChangesHead({ changes, run, whose, isReadOnly, onAll }: Props) {
  return (
    <div className="flex flex-col gap-2 border-b bg-surface px-4 py-2.5 sm:px-5">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <h2 className="flex flex-wrap items-baseline gap-x-2 text-sm font-semibold">
            {whose === null ? plural(changes.files.length, 'changed file') : whose.label}
            <LineCounts added={changes.added} removed={changes.removed} />
          </h2>
          <p className="text-xs text-ink-3">
            {whose === null
              ? `Agents worked on copies ${beganFrom(changes)}`
              : `The changes of this agent alone · ${patchStatusDisplay(whose.status).word} · ${plural(whose.patch.files, 'file')}`}
          </p>
        </div>
        {whose !== null && (
          <Button size="sm" onClick={onAll}>
            <X aria-hidden="true" className="size-3.5" />
            All merged changes
          </Button>
        )}
        {run.forkedFrom !== null && (
          <ButtonLink size="sm" href={pages.compareRuns(run.forkedFrom.runId, run.id)}>
            <GitCompare aria-hidden="true" className="size-3.5" />
            Compare with the origin
          </ButtonLink>
        )}
        <a
          href={addressOf(changesApi.getPatch, {
            params: { id: run.id },
            query: { agent: whose?.agentId },
          })}
          download
          className={buttonClasses('secondary', 'sm')}
        >
          <Download aria-hidden="true" className="size-3.5" />
          Download patch
        </a>
        {isReadOnly && <p className="text-xs text-ink-3">These are the changes as they are now.</p>}
      </div>
      {whose === null && !isReadOnly && <ApplyPanel changes={changes} run={run} />}
    </div>
  )
}
