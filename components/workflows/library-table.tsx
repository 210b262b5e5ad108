import { Play, TriangleAlert } from 'lucide-react'
import { ButtonLink } from '@/components/ui/actions/button'
import { Ago } from '@/components/ui/elapsed'
import { PageLink } from '@/components/ui/page-link'
import { RunBadge } from '@/components/ui/run-badge'
import { ScrollBox } from '@/components/ui/scroll-box'
import type { WorkflowSummary } from '@/lib/api/workflows'
import { pages } from '@/lib/client/http/pages'
import { formatUsd, moneyWords } from '@/lib/view/format/money'
import { formatCount, percent } from '@/lib/view/format/numbers'
import { formatDuration } from '@/lib/view/format/time'
import { problemText } from '@/lib/view/workflows/workflow-view'
import { OriginBadge } from './origin-badge'

const head = 'eyebrow px-4 py-2'

/** The library, one workflow a row. */
export function LibraryTable({ workflows }: { workflows: readonly WorkflowSummary[] }) {
  return (
    <ScrollBox label="Workflows" className="panel relative overflow-x-auto">
      <table className="w-full min-w-[860px] text-sm">
        <thead>
          <tr className="border-b text-left">
            <th scope="col" className={head}>
              Workflow
            </th>
            <th scope="col" className={head}>
              Origin
            </th>
            <th scope="col" className={head}>
              Last run
            </th>
            <th scope="col" className={`${head} text-right`}>
              Runs
            </th>
            <th scope="col" className={`${head} text-right`}>
              Median cost
            </th>
            <th scope="col" className={`${head} text-right`}>
              Median time
            </th>
            <th scope="col" className={head}>
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

function Row({ workflow }: { workflow: WorkflowSummary }) {
  const { name, usage, problem } = workflow
  return (
    <tr className="border-b align-top transition-colors last:border-0 hover:bg-hover">
      <td className="max-w-60 px-4 sm:max-w-[420px] py-2.5">
        <PageLink href={pages.workflow(name)} className="font-medium hover:underline">
          {name}
        </PageLink>
        {problem === null ? (
          <p className="truncate text-xs text-ink-3" title={workflow.whenToUse ?? workflow.description}>
            {workflow.description}
          </p>
        ) : (
          <p className="flex items-start gap-1 text-xs text-failed">
            <TriangleAlert aria-hidden="true" className="mt-0.5 size-3.5 shrink-0" />
            {problemText(problem)}
          </p>
        )}
      </td>
      <td className="px-4 py-2.5">
        <OriginBadge origin={workflow.origin} path={workflow.originPath} />
        {workflow.version !== null && (
          <p className="num whitespace-nowrap text-xs text-ink-3">
            version {workflow.version} by {workflow.savedBy?.name}
          </p>
        )}
      </td>
      <td className="px-4 py-2.5">
        {usage.lastRun === null ? (
          <span className="text-xs text-ink-3">Never launched</span>
        ) : (
          <>
            <PageLink href={pages.run(usage.lastRun.id)} className="rounded-sm hover:underline">
              <RunBadge status={usage.lastRun.status} className="font-normal" />
            </PageLink>
            <p className="text-xs text-ink-3">
              <Ago at={usage.lastRun.at} />
            </p>
          </>
        )}
      </td>
      <td className="num px-4 py-2.5 text-right">
        {formatCount(usage.runs)}
        {usage.successShare !== null && (
          <p className="whitespace-nowrap text-xs text-ink-3">{percent(usage.successShare, 1)}% completed</p>
        )}
      </td>
      <td className="num px-4 py-2.5 text-right">
        {usage.medianCostNanoUsd === null
          ? '–'
          : moneyWords(usage.simulated)(formatUsd(usage.medianCostNanoUsd))}
        {usage.simulated && usage.medianCostNanoUsd !== null && (
          <p className="text-xs text-ink-3">simulated</p>
        )}
      </td>
      <td className="num px-4 py-2.5 text-right">
        {usage.medianDurationMs === null ? '–' : formatDuration(usage.medianDurationMs)}
      </td>
      <td className="px-4 py-2 text-right">
        {problem === null && (
          <ButtonLink size="sm" href={pages.launchWorkflow(name)} aria-label={`Launch ${name}`}>
            <Play aria-hidden="true" className="size-3.5" />
            Launch
          </ButtonLink>
        )}
      </td>
    </tr>
  )
}
