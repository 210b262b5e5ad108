'use client'

import { useRouter } from 'next/navigation'
import { RunBadge } from '@/components/ui/run-badge'
import { pages } from '@/lib/client/http/pages'
import { setTheme, themes } from '@/lib/client/http/theme'
import { useRuns } from '@/lib/client/queries/run-queries'
import { useWorkflows } from '@/lib/client/queries/workflow-queries'
import { builtInViews } from '@/lib/view/runs/run-columns'
import type { PaletteCommand } from './command-rows'

/** What the palette offers on every page: recent runs, pages, workflows to launch, the look. */
export function useCommonCommands(typed: string, onDone: () => void, onKeys: () => void): PaletteCommand[] {
  const router = useRouter()
  const runs = useRuns({ status: '', q: '', page: 1 })
  const workflows = useWorkflows()
  const go = (href: string) => () => {
    onDone()
    router.push(href)
  }
  const toPage = ([label, href, value = label]: Page): PaletteCommand => ({
    group: 'Pages',
    value,
    onSelect: go(href),
    content: label,
  })
  return [
    ...(runs.data?.runs ?? []).slice(0, typed === '' ? 5 : 25).map((run) => ({
      group: 'Recent runs',
      value: `${run.title} ${run.id}`,
      onSelect: go(pages.run(run.id)),
      content: (
        <>
          <span dir="auto" className="truncate">
            {run.title}
          </span>
          <RunBadge status={run.status} className="ml-auto text-xs text-ink-2" />
        </>
      ),
    })),
    ...allPages.map(toPage),
    ...(workflows.data ?? []).map(({ name }) => ({
      group: 'Launch a workflow',
      value: `launch ${name}`,
      onSelect: go(pages.launchWorkflow(name)),
      content: `Launch ${name}`,
    })),
    ...themes.map((theme) => ({
      group: 'Look',
      value: `theme ${theme}`,
      onSelect: () => {
        setTheme(theme)
        onDone()
      },
      content: `Theme: ${theme}`,
    })),
    { group: 'Look', value: 'keys shortcuts', onSelect: onKeys, content: 'Show the keys' },
  ]
}

/** Its name, its address, and the words it is found by where the name is not enough. */
type Page = readonly [label: string, href: string, value?: string]

const allPages: readonly Page[] = [
  ['Overview', pages.overview],
  ['Launch', pages.launch],
  ['Runs', pages.runs],
  ...builtInViews
    .slice(1)
    .map(({ name, query }): Page => [`Runs: ${name.toLowerCase()}`, `${pages.runs}?${query}`]),
  ['Workflows', pages.workflows],
  ['Schedules', pages.schedules],
  ['Triggers', pages.triggers, 'triggers webhooks'],
  ['New workflow', pages.newWorkflow()],
  ['Costs', pages.costs],
  ['Docs', pages.docs, 'docs help dialect shortcuts api'],
  ['Budgets and alerts', pages.budgets, 'settings budgets and alerts'],
  ['Prices', pages.prices, 'settings prices'],
  ['Settings: folders, models and MCP servers', pages.settings],
  ['Settings: API keys', pages.keys],
  ['Settings: quotas', pages.quotas],
  ['Settings: audit log', pages.audit],
]
