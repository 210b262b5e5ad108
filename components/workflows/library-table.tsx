import { Play, TriangleAlert } from 'lucide-react'
import { ButtonLink } from '@/components/ui/actions/button'
import { Ago } from '@/components/ui/elapsed'
import { PageLink } from '@/components/ui/page-link'
import { RunBadge } from '@/components/ui/run-badge'
import { ScrollBox } from '@/components/ui/scroll-box'
import { SortHead } from '@/components/ui/sort-head'
import type { WorkflowSummary } from '@/lib/api/workflows'
import { pages } from '@/lib/client/http/pages'
import { formatUsd, moneyWords } from '@/lib/view/format/money'
import { formatCount, percent, plural } from '@/lib/view/format/numbers'
import type { Order } from '@/lib/view/format/order'
import { formatDuration } from '@/lib/view/format/time'
import {
  type LibraryOrder,
  libraryLabels,
  libraryOrders,
  problemText,
} from '@/lib/view/workflows/workflow-view'
import { OriginBadge } from './origin-badge'

const rightAligned: ReadonlySet<LibraryOrder> = new Set(['runs', 'cost', 'time'])

type Props = {
  workflows: readonly WorkflowSummary[]
  order: Order<LibraryOrder>
  onSort: (column: LibraryOrder) => void
}

/** The library, one workflow a row. */
export function LibraryTable({ workflows, order, onSort }: Props) {
  return (
    <ScrollBox label="Workflows" className="panel relative overflow-x-auto">
      <table className="w-full min-w-[860px] text-sm">
        <thead>
          <tr className="border-b">
            {libraryOrders.map((column) => (
              <SortHead
                key={column}
                column={column}
                label={libraryLabels[column]}
                order={order}
                isRight={rightAligned.has(column)}
                onSort={onSort}
              />
            ))}
            <th scope="col">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {workflows.map((workflow) => (
            <Row key={workflow.name} workflow={workflow} />
          ))}
        </tbody>
      </table>
    </ScrollBox>
  )
}

/** The library on a narrow screen, where Launch must not be a scroll away. */
export function LibraryCards({ workflows }: { workflows: readonly WorkflowSummary[] }) {
  return (
    <ul aria-label="Workflows" className="flex flex-col gap-2">
      {workflows.map((workflow) => (
        <li key={workflow.name} className="panel flex flex-col gap-2 px-3 py-3 text-sm">
          <div className="flex items-start justify-between gap-3">
            <div className="min-w-0">
              <Name workflow={workflow} />
            </div>
            <LaunchLink workflow={workflow} />
          </div>
          <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
            <Origin workflow={workflow} />
            <LastRun workflow={workflow} />
          </div>
          <p className="num flex flex-wrap gap-x-4 text-xs text-ink-2">
            <span>{plural(workflow.usage.runs, 'run')}</span>
            {workflow.usage.medianCostNanoUsd !== null && <span>{medianCost(workflow)} median</span>}
            {workflow.usage.medianDurationMs !== null && (
              <span>{formatDuration(workflow.usage.medianDurationMs)} median</span>
            )}
          </p>
        </li>
      ))}
    </ul>
  )
}

function Name({ workflow }: { workflow: WorkflowSummary }) {
  const { name, problem } = workflow
  return (
    <>
      <PageLink
        href={pages.workflow(name)}
        dir="auto"
        className="font-medium [overflow-wrap:anywhere] hover:underline"
      >
        {name}
      </PageLink>
      {problem === null ? (
        <p
          dir="auto"
          className="line-clamp-2 text-xs text-ink-3"
          title={workflow.whenToUse ?? workflow.description}
        >
          {workflow.description}
        </p>
      ) : (
        <p className="flex items-start gap-1 text-xs text-failed">
          <TriangleAlert aria-hidden="true" className="mt-0.5 size-3.5 shrink-0" />
          {problemText(problem)}
        </p>
      )}
    </>
  )
}

function Origin({ workflow: { origin, originPath, version, savedBy } }: { workflow: WorkflowSummary }) {
  return (
    <div>
      <OriginBadge origin={origin} path={originPath} />
      {version !== null && (
        <p className="num whitespace-nowrap text-xs text-ink-3">
          version {version}
          {savedBy !== null && savedBy.kind !== 'local' && ` by ${savedBy.name}`}
        </p>
      )}
    </div>
  )
}

function LastRun({ workflow: { usage } }: { workflow: WorkflowSummary }) {
  if (usage.lastRun === null) return <span className="text-xs text-ink-3">Never launched</span>
  return (
    <div>
      <PageLink href={pages.run(usage.lastRun.id)} className="rounded-sm hover:underline">
        <RunBadge status={usage.lastRun.status} className="font-normal" />
      </PageLink>
      <p className="text-xs text-ink-3">
        <Ago at={usage.lastRun.at} />
      </p>
    </div>
  )
}

function LaunchLink({ workflow: { name, problem } }: { workflow: WorkflowSummary }) {
  if (problem !== null) return null
  return (
    <ButtonLink size="sm" href={pages.launchWorkflow(name)} aria-label={`Launch ${name}`}>
      <Play aria-hidden="true" className="size-3.5" />
      Launch
    </ButtonLink>
  )
}

function medianCost({ usage }: WorkflowSummary): string {
  return moneyWords(usage.simulated)(formatUsd(usage.medianCostNanoUsd))
}

function Row({ workflow }: { workflow: WorkflowSummary }) {
  const { usage } = workflow
  return (
    <tr className="border-b align-top transition-colors last:border-0 hover:bg-hover">
      <td className="max-w-60 px-4 sm:max-w-[420px] py-2.5">
        <Name workflow={workflow} />
      </td>
      <td className="px-4 py-2.5">
        <Origin workflow={workflow} />
      </td>
      <td className="px-4 py-2.5">
        <LastRun workflow={workflow} />
      </td>
      <td className="num px-4 py-2.5 text-right">
        {formatCount(usage.runs)}
        {usage.successShare !== null && (
          <p className="whitespace-nowrap text-xs text-ink-3">{percent(usage.successShare, 1)}% completed</p>
        )}
      </td>
      <td className="num px-4 py-2.5 text-right">
        {usage.medianCostNanoUsd === null ? '–' : medianCost(workflow)}
        {usage.simulated && usage.medianCostNanoUsd !== null && (
          <p className="text-xs text-ink-3">simulated</p>
        )}
      </td>
      <td className="num px-4 py-2.5 text-right">
        {usage.medianDurationMs === null ? '–' : formatDuration(usage.medianDurationMs)}
      </td>
      <td className="px-4 py-2 text-right">
        <LaunchLink workflow={workflow} />
      </td>
    </tr>
  )
}
