'use client'

import { PageTurner } from '@/components/runs/page-turner'
import { ButtonLink } from '@/components/ui/actions/button'
import { Ago, Elapsed } from '@/components/ui/elapsed'
import { ErrorNote } from '@/components/ui/messages'
import { PageLink } from '@/components/ui/page-link'
import { RunBadge } from '@/components/ui/run-badge'
import { ScrollBox } from '@/components/ui/scroll-box'
import { EmptyState } from '@/components/ui/states/empty-state'
import { Loading } from '@/components/ui/states/loading'
import type { WorkflowRunSummary } from '@/lib/api/runs'
import type { WorkflowDetail } from '@/lib/api/workflows'
import { problemOf } from '@/lib/client/http/api'
import { runsPerPage } from '@/lib/client/http/page-query'
import { pages } from '@/lib/client/http/pages'
import { useWorkflowRuns } from '@/lib/client/queries/workflow-queries'
import { agentCount } from '@/lib/core/agent/agent-status'
import { formatUsd, moneyWords } from '@/lib/view/format/money'
import { formatCount } from '@/lib/view/format/numbers'
import { launcherName } from '@/lib/view/runs/launcher-name'

const columns = ['Run', 'Status', 'Version', 'By', 'Agents', 'Cost', 'Time', 'Launched'] as const
const rightAligned: ReadonlySet<string> = new Set(['Agents', 'Cost', 'Time', 'Launched'])

type Props = { workflow: WorkflowDetail; page: number; onPage: (page: number) => void }

/** Who ran it, how it ended, and what it cost. */
export function RunsTab({ workflow, page, onPage }: Props) {
  const { data, error } = useWorkflowRuns(workflow.name, page)
  if (error !== null) return <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />
  if (data === undefined) return <Loading label="Loading runs…" />
  if (data.runs.length === 0) {
    return (
      <div className="panel">
        <EmptyState
          title="Never launched"
          action={
            <ButtonLink variant="primary" href={pages.launchWorkflow(workflow.name)}>
              Launch it
            </ButtonLink>
          }
        >
          Its runs are listed here with launcher, outcome and cost.
        </EmptyState>
      </div>
    )
  }
  return (
    <div>
      <ScrollBox label="Runs of this workflow" className="panel relative overflow-x-auto">
        <table className="w-full min-w-[860px] text-sm">
          <thead>
            <tr className="border-b">
              {columns.map((column) => (
                <th
                  key={column}
                  scope="col"
                  className={`eyebrow px-4 py-2 ${rightAligned.has(column) ? 'text-right' : 'text-left'}`}
                >
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.runs.map((run) => (
              <Row key={run.id} run={run} workflow={workflow} />
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <PageTurner
        page={page}
        perPage={runsPerPage}
        total={data.total}
        hasNext={data.nextOffset !== null}
        onPage={onPage}
      />
    </div>
  )
}

function Row({ run, workflow }: { run: WorkflowRunSummary; workflow: WorkflowDetail }) {
  return (
    <tr className="border-b transition-colors last:border-0 hover:bg-hover">
      <td className="max-w-80 px-4 py-2.5">
        <PageLink href={pages.run(run.id)} className="font-medium hover:underline">
          {run.title}
        </PageLink>
        {run.simulated && <p className="text-xs text-ink-3">simulated</p>}
      </td>
      <td className="px-4 py-2.5">
        <RunBadge status={run.status} className="font-normal" />
      </td>
      <td className="num px-4 py-2.5 text-ink-2">{sourceOf(run, workflow)}</td>
      <td className="px-4 py-2.5 text-ink-2">{launcherName(run.launchedBy) ?? '–'}</td>
      <td className="num px-4 py-2.5 text-right">{formatCount(agentCount(run.totals.agents))}</td>
      <td className="num px-4 py-2.5 text-right">
        {moneyWords(run.simulated)(formatUsd(run.totals.costNanoUsd))}
      </td>
      <td className="px-4 py-2.5 text-right">
        <Elapsed run={run} />
      </td>
      <td className="px-4 py-2.5 text-right">
        <Ago at={run.createdAt} />
      </td>
    </tr>
  )
}

/** Which source ran: by its version, else by the version with the same digest. */
function sourceOf({ version, digest }: WorkflowRunSummary, workflow: WorkflowDetail): string {
  const same = version ?? workflow.versions.find((one) => one.digest === digest)?.version
  if (same !== undefined) return String(same)
  return workflow.origin === 'built-in' && workflow.digest === digest ? 'built-in version' : 'other text'
}
