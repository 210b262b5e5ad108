'use client'

import { Command } from 'cmdk'
import { useRouter } from 'next/navigation'
import { Dialog as Primitive } from 'radix-ui'
import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { RunBadge } from '@/components/ui/run-badge'
import { pages } from '@/lib/client/http/pages'
import { setTheme, themes } from '@/lib/client/http/theme'
import { useRuns } from '@/lib/client/queries/run-queries'
import { useWorkflows } from '@/lib/client/queries/workflow-queries'
import { useOpenRun } from '@/lib/client/run/open-run'
import { builtInViews } from '@/lib/view/runs/run-columns'
import { Group, Item } from './command-rows'
import { type Asked, RunCommands } from './run-commands'

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
  const open = useOpenRun()
  const runs = useRuns({ status: '', q: '', page: 1 })
  const workflows = useWorkflows()
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState<Asked | null>(null)
  const go = (href: string) => () => {
    onDone()
    router.push(href)
  }
  if (asked !== null) return <Question {...asked} onDone={onDone} />
  return (
    <Command label="Commands" loop>
      <Command.Input
        autoFocus
        dir="auto"
        value={typed}
        onValueChange={setTyped}
        placeholder="Go to a run, launch a workflow, change the theme…"
        className="h-11 w-full border-b bg-transparent px-4 text-base outline-none focus-visible:outline-none"
      />
      <Command.List className="max-h-[50vh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-center text-sm text-ink-3">No matches.</Command.Empty>
        {open !== null && <RunCommands open={open} typed={typed} onDone={onDone} onAsk={setAsked} />}
        {(runs.data?.runs ?? []).length > 0 && (
          <Group heading="Recent runs">
            {(runs.data?.runs ?? []).slice(0, typed === '' ? 5 : 25).map((run) => (
              <Item key={run.id} value={`${run.title} ${run.id}`} onSelect={go(pages.run(run.id))}>
                <span dir="auto" className="truncate">
                  {run.title}
                </span>
                <RunBadge status={run.status} className="ml-auto text-xs text-ink-2" />
              </Item>
            ))}
          </Group>
        )}
        <Group heading="Pages">
          <Item onSelect={go(pages.overview)}>Overview</Item>
          <Item onSelect={go(pages.launch)}>Launch</Item>
          <Item onSelect={go(pages.runs)}>Runs</Item>
          {builtInViews.slice(1).map(({ name, query }) => (
            <Item key={name} onSelect={go(`${pages.runs}?${query}`)}>
              {`Runs: ${name.toLowerCase()}`}
            </Item>
          ))}
          <Item onSelect={go(pages.workflows)}>Workflows</Item>
          <Item value="new workflow" onSelect={go(pages.newWorkflow())}>
            New workflow
          </Item>
          <Item onSelect={go(pages.costs)}>Costs</Item>
          <Item value="docs help dialect shortcuts api" onSelect={go(pages.docs)}>
            Docs
          </Item>
          <Item value="settings budgets and alerts" onSelect={go(pages.budgets)}>
            Budgets and alerts
          </Item>
          <Item value="settings prices" onSelect={go(pages.prices)}>
            Prices
          </Item>
          <Item onSelect={go(pages.settings)}>Settings: MCP servers</Item>
          <Item onSelect={go(pages.keys)}>Settings: API keys</Item>
          <Item onSelect={go(pages.audit)}>Settings: audit log</Item>
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

/** What is asked before an act that cannot be taken back. */
function Question({ title, question, verb, onConfirm, onDone }: Asked & { onDone: () => void }) {
  return (
    <div className="flex flex-col gap-3 p-5">
      <h2 className="text-base font-semibold">{title}</h2>
      <p className="text-sm text-ink-2">{question}</p>
      <div className="flex justify-end gap-2">
        <Button autoFocus onClick={onDone}>
          Leave it
        </Button>
        <Button
          variant="danger"
          onClick={() => {
            onDone()
            onConfirm()
          }}
        >
          {verb}
        </Button>
      </div>
    </div>
  )
}
