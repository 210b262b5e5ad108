'use client'

import { useRouter } from 'next/navigation'
import { useSyncExternalStore } from 'react'
import { StatusIcon } from '@/components/ui/status-icon'
import { addressOf } from '@/lib/api/endpoints/endpoint'
import { runApi } from '@/lib/api/endpoints/run-endpoints'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { pages } from '@/lib/client/http/pages'
import { saveAddress } from '@/lib/client/http/save-file'
import { useRetryFailed } from '@/lib/client/queries/fork-queries'
import { useRunAct } from '@/lib/client/queries/run-queries'
import type { OpenRun } from '@/lib/client/run/open-run'
import { assertNever } from '@/lib/core/base/assert-never'
import type { RunState } from '@/lib/core/run/state'
import { displayStatusOf } from '@/lib/view/agent/status-display'
import { launchAgainHref } from '@/lib/view/launch/launch-again'
import { countRetryableCalls } from '@/lib/view/questions/retryable-calls'
import { type RunCommandName, runCommands } from '@/lib/view/run/run-commands'
import type { PaletteCommand } from './command-rows'

/** Agents that are offered for what was typed. */
const MOST_AGENTS = 8

const formats = [
  { format: 'html', label: 'HTML' },
  { format: 'md', label: 'Markdown' },
  { format: 'json', label: 'JSON' },
] as const

/** A question that stands before an act, with what its buttons say and do. */
export type Asked = { title: string; question: string; verb: string; onConfirm: () => void }

type Props = {
  open: OpenRun
  typed: string
  onDone: () => void
  onAsk: (asked: Asked) => void
  children: (commands: PaletteCommand[]) => React.ReactNode
}

/** What can be done to the run whose page is open, and its agents once one types. */
export function RunCommands({ open, ...props }: Props) {
  const state = useSyncExternalStore(
    open.store.subscribe,
    () => open.store.getNow().state,
    () => null,
  )
  return state === null ? props.children([]) : <Commands open={open} state={state} {...props} />
}

function Commands({ open, state, typed, onDone, onAsk, children }: Props & { state: RunState }) {
  const router = useRouter()
  const { run } = state
  const onError = (error: Error) => notify(problemOf(error).detail, { isError: true })
  const act = useRunAct(run.id)
  const retry = useRetryFailed(run.id)
  const perform = (name: RunCommandName) => {
    switch (name) {
      case 'pause':
      case 'resume':
      case 'cancel':
        return act.mutate(name, { onError })
      case 'retry':
        return retry.mutate({}, { onError, onSuccess: open.rejoin })
      case 'launch-again':
        return router.push(launchAgainHref(run))
      case 'fork':
        return router.push(pages.fork(run.id))
      case 'compare':
        return run.forkedFrom === null
          ? undefined
          : router.push(pages.compareRuns(run.forkedFrom.runId, run.id))
      default:
        return assertNever(name)
    }
  }
  const done = (what: () => void) => () => {
    onDone()
    what()
  }
  const query = typed.trim().toLowerCase()
  const agents =
    query === ''
      ? []
      : [...state.agents.values()]
          .filter(({ label }) => label.toLowerCase().includes(query))
          .slice(0, MOST_AGENTS)
  const group = 'This run'
  return children([
    ...runCommands(run, countRetryableCalls(state)).map(({ name, label, question }) => ({
      group,
      value: `this run ${label}`,
      onSelect:
        question === null
          ? done(() => perform(name))
          : () =>
              onAsk({
                title: label.replace('…', '?'),
                question,
                verb: name === 'cancel' ? 'Stop the run' : 'Retry',
                onConfirm: () => perform(name),
              }),
      content: label,
    })),
    {
      group,
      value: 'this run copy link',
      onSelect: done(copyAddress),
      content: 'Copy the link to what is shown',
    },
    ...formats.map(({ format, label }) => ({
      group,
      value: `this run export ${label}`,
      onSelect: done(() =>
        saveAddress(addressOf(runApi.exportRun, { params: { id: run.id }, query: { format } })),
      ),
      content: `Export this run as ${label}`,
    })),
    ...agents.map((agent) => ({
      group: 'Agents of this run',
      value: `agent ${agent.label} ${agent.id}`,
      onSelect: done(() => router.push(besideView(agent.id))),
      content: (
        <>
          <StatusIcon icon={displayStatusOf(agent)} />
          <span dir="auto" className="truncate">
            {agent.label}
          </span>
          <span className="ml-auto truncate text-xs text-ink-3">{agent.phase}</span>
        </>
      ),
    })),
  ])
}

/** The address that is shown, with an agent opened beside it. */
function besideView(agentId: string): string {
  const query = new URLSearchParams(location.search)
  query.set('agent', agentId)
  return `${location.pathname}?${query}`
}

/** The clipboard is refused without https or permission; the reader is told so. */
function copyAddress(): void {
  const refused = () => notify('The browser does not allow copying here.', { isError: true })
  navigator.clipboard?.writeText(location.href).then(() => notify('The link was copied.'), refused) ??
    refused()
}
