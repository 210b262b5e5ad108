'use client'

import { Command } from 'cmdk'
import { useRouter } from 'next/navigation'
import { Dialog as Primitive } from 'radix-ui'
import { RunBadge } from '@/components/ui/run-badge'
import { pages } from '@/lib/client/http/pages'
import { setTheme, themes } from '@/lib/client/http/theme'
import { useRuns } from '@/lib/client/queries/run-queries'
import { useWorkflows } from '@/lib/client/queries/workflow-queries'

type Props = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void; onKeys: () => void }

export function CommandPalette({ isOpen, onOpenChange, onKeys }: Props) {
  return (
    <Primitive.Root open={isOpen} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 animate-appear bg-[rgb(10_11_14/0.45)]" />
        <Primitive.Content
          aria-describedby={undefined}
          className="fixed left-1/2 top-[12vh] z-50 w-[min(94vw,560px)] -translate-x-1/2 animate-appear overflow-hidden rounded-lg border border-line-strong bg-raised shadow-pop"
        >
          <Primitive.Title className="sr-only">Command palette</Primitive.Title>
          <Commands onDone={() => onOpenChange(false)} onKeys={onKeys} />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

/** Mounted only while the palette is open, so it asks for nothing before. */
function Commands({ onDone, onKeys }: { onDone: () => void; onKeys: () => void }) {
  const router = useRouter()
  const runs = useRuns({ status: '', q: '', page: 1 })
  const workflows = useWorkflows()
  const go = (href: string) => () => {
    onDone()
    router.push(href)
  }
  return (
    <Command label="Commands" loop>
      <Command.Input
        autoFocus
        placeholder="Go to a run, launch a workflow, change the theme…"
        className="h-11 w-full border-b bg-transparent px-4 text-base outline-none focus-visible:outline-none"
      />
      <Command.List className="max-h-[50vh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-center text-sm text-ink-3">No matches.</Command.Empty>
        <Group heading="Pages">
          <Item onSelect={go(pages.overview)}>Overview</Item>
          <Item onSelect={go(pages.launch)}>Launch</Item>
          <Item onSelect={go(pages.runs)}>Runs</Item>
          <Item onSelect={go(pages.workflows)}>Workflows</Item>
          <Item onSelect={go(pages.costs)}>Costs</Item>
          <Item onSelect={go(pages.budgets)}>Budgets and alerts</Item>
          <Item onSelect={go(pages.prices)}>Prices</Item>
          <Item onSelect={go(pages.settings)}>Settings: MCP servers</Item>
          <Item onSelect={go(pages.keys)}>Settings: API keys</Item>
          <Item onSelect={go(pages.audit)}>Settings: audit log</Item>
          <Item value="new workflow" onSelect={go(pages.newWorkflow())}>
            New workflow
          </Item>
        </Group>
        {(workflows.data ?? []).length > 0 && (
          <Group heading="Launch a workflow">
            {(workflows.data ?? []).map((workflow) => (
              <Item
                key={workflow.name}
                value={`launch ${workflow.name}`}
                onSelect={go(pages.launchWorkflow(workflow.name))}
              >
                {workflow.name}
              </Item>
            ))}
          </Group>
        )}
        {(runs.data?.runs ?? []).length > 0 && (
          <Group heading="Recent runs">
            {(runs.data?.runs ?? []).slice(0, 12).map((run) => (
              <Item key={run.id} value={`${run.title} ${run.id}`} onSelect={go(pages.run(run.id))}>
                <span className="truncate">{run.title}</span>
                <RunBadge status={run.status} className="ml-auto text-xs text-ink-2" />
              </Item>
            ))}
          </Group>
        )}
        <Group heading="Look">
          {themes.map((theme) => (
            <Item
              key={theme}
              value={`theme ${theme}`}
              onSelect={() => {
                setTheme(theme)
                onDone()
              }}
            >
              Theme: {theme}
            </Item>
          ))}
          <Item value="keys shortcuts" onSelect={onKeys}>
            Show the keys
          </Item>
        </Group>
      </Command.List>
    </Command>
  )
}

function Group({ heading, children }: { heading: string; children: React.ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:eyebrow [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:pt-2.5"
    >
      {children}
    </Command.Group>
  )
}

function Item({
  value,
  onSelect,
  children,
}: {
  value?: string
  onSelect: () => void
  children: React.ReactNode
}) {
  return (
    <Command.Item
      {...(value === undefined ? {} : { value })}
      onSelect={onSelect}
      className="flex h-9 items-center gap-3 rounded-md px-2.5 text-sm data-[selected=true]:bg-hover"
    >
      {children}
    </Command.Item>
  )
}
