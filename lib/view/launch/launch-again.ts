import type { RunSummary } from '@/lib/api/first/run-list'
import type { LaunchInput, RunInput } from '@/lib/api/runs'
import { isJsonObject, type Json } from '@/lib/core/base/json'
import type { RunHeader } from '@/lib/core/run/state'
import { permissionsToText } from '../permissions/permission-form'

/**
 * Address of the launcher filled with what a run was launched with. Script and arguments are fetched: they
 * are too long for an address.
 */
export function launchAgainHref(run: RunHeader): string {
  const query = new URLSearchParams()
  query.set('from', run.id)
  if (run.orchestrator !== 'script') query.set('mode', run.orchestrator)
  else if (run.workflow !== null) query.set('workflow', run.workflow.name)
  if (run.workspace !== null) query.set('workspace', run.workspace.root)
  if (!run.workspaceNotes) query.set('workspaceNotes', 'left-out')
  // Said where it is the least, too: a launch that says nothing has what the project grants at first.
  query.set('allow', permissionsToText(run.permissions, run.whenNotPermitted) || 'read')
  query.set('model', run.model)
  if (run.models !== null) query.set('models', run.models.length === 0 ? run.model : run.models.join(', '))
  if (run.effort !== null) query.set('effort', run.effort)
  if (run.fallbackModel !== null) query.set('fallbackModel', run.fallbackModel)
  if (run.allowsLongContext) query.set('longContext', 'allow')
  if (run.concurrency !== null) query.set('concurrency', String(run.concurrency))
  if (run.delivery !== 'live') query.set('delivery', run.delivery)
  if (run.limits.nanoUsd !== null) query.set('usd', String(run.limits.nanoUsd / 1e9))
  query.set('minSuccess', String(run.minSuccess * 100))
  query.set('breaker', String(run.breaker?.failures ?? 0))
  query.set('agents', String(run.limits.agents))
  query.set('title', run.title)
  return `/launch?${query}`
}

/** The same from a list row, which knows less. */
export function launchAgainFromSummary(run: RunSummary): string {
  const query = new URLSearchParams()
  query.set('from', run.id)
  if (run.orchestrator !== 'script') query.set('mode', run.orchestrator)
  else if (run.workflow !== null) query.set('workflow', run.workflow)
  if (run.capNanoUsd !== null) query.set('usd', String(run.capNanoUsd / 1e9))
  query.set('title', run.title)
  return `/launch?${query}`
}

/** The launch that made a run, as its plan is asked for. */
export function relaunchBody(run: RunHeader, input: RunInput): LaunchInput {
  const goal = run.orchestrator === 'script' ? null : goalOf(input.args)
  return {
    ...(goal === null
      ? { script: input.script, ...(input.args === null ? {} : { args: input.args }) }
      : { goal, orchestrator: run.orchestrator }),
    ...sameAs(run),
    onLimit: run.onLimit,
    minSuccess: run.minSuccess,
    breaker: run.breaker,
  }
}

/** What is asked to preview a script that would run inside this run: its folder, its models, its limits. */
export function planPreviewBody(run: RunHeader, script: string): LaunchInput {
  return { script, ...sameAs(run) }
}

/** The words a run was launched with; null when its arguments hold none. */
export function goalOf(args: Json): string | null {
  const goal = isJsonObject(args) ? args.goal : null
  return typeof goal === 'string' && goal.trim() !== '' ? goal : null
}

type Same =
  | 'workspace'
  | 'workspaceNotes'
  | 'permissions'
  | 'whenNotPermitted'
  | 'model'
  | 'models'
  | 'effort'
  | 'fallbackModel'
  | 'allowsLongContext'
  | 'concurrency'
  | 'delivery'
  | 'limits'

function sameAs(run: RunHeader): Pick<LaunchInput, Same> {
  const { nanoUsd, tokens, agents, wallClockSeconds, perAgent } = run.limits
  const hasAgentCaps = Object.values(perAgent).some((cap) => cap !== null)
  return {
    ...(run.workspace === null ? {} : { workspace: run.workspace.root }),
    ...(run.workspaceNotes ? {} : { workspaceNotes: false }),
    permissions: run.permissions,
    whenNotPermitted: run.whenNotPermitted,
    model: run.model,
    ...(run.models === null ? {} : { models: run.models }),
    ...(run.effort === null ? {} : { effort: run.effort }),
    ...(run.fallbackModel === null ? {} : { fallbackModel: run.fallbackModel }),
    ...(run.allowsLongContext ? { allowsLongContext: true } : {}),
    ...(run.concurrency === null ? {} : { concurrency: run.concurrency }),
    ...(run.delivery === 'live' ? {} : { delivery: run.delivery }),
    limits: {
      usd: usdOf(nanoUsd),
      tokens,
      agents,
      wallClockSeconds,
      ...(hasAgentCaps
        ? {
            perAgent: {
              usd: usdOf(perAgent.nanoUsd),
              tokens: perAgent.tokens,
              wallClockSeconds: perAgent.wallClockSeconds,
            },
          }
        : {}),
    },
  }
}

function usdOf(nanoUsd: number | null): number | null {
  return nanoUsd === null ? null : nanoUsd / 1e9
}
