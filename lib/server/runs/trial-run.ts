import type { LaunchInput } from '@/lib/api/runs'
import { systemActor } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import { every } from '@/lib/core/ports/clock'
import type { RunState } from '@/lib/core/run/state'
import type { Briefing } from '@/lib/core/spec/briefing'
import type { RunError, RunSpec } from '@/lib/core/spec/run'
import { hasEnded, type RunStatus } from '@/lib/core/spec/run-status'
import type { App } from '@/lib/server/app/app'
import { briefingOf } from '@/lib/server/app/briefing'
import { resolveLaunchRequest } from './launch-request'
import { type TrialPrompt, trialPrompts } from './trial-prompts'

/**
 * What a trial run showed. `isWhole` is false when it was stopped at its time or its agents; `prompts` and the
 * keys of its calls by agent are empty unless they were requested.
 */
export type TrialRun = {
  state: RunState
  status: RunStatus
  error: RunError | null
  isWhole: boolean
  prompts: TrialPrompt[]
  keys: ReadonlyMap<string, string>
}

/** What is wanted of a trial run beside its end. */
type Seen = { prompts: boolean; keys?: boolean; bounds?: TrialBounds }

/**
 * How much a trial run may take. Work is counted, not time: agents it starts, and processor time of this
 * process.
 */
export type TrialBounds = { agents: number; cpuMs: number; concurrency: number | null }

/** What somebody asked for, and waits for. */
const whole: TrialBounds = { agents: Number.POSITIVE_INFINITY, cpuMs: 60_000, concurrency: null }

/** What is done at every edit of a launch: little, and a few at a time, so it holds up nobody. */
export const brief: TrialBounds = { agents: 300, cpuMs: 3_000, concurrency: 16 }

/** Longest a trial run may take, so a waiting script does not hold up its caller. */
const MOST_MS = 60_000
const CHECK_MS = 100

/**
 * Runs the whole of a launch on a simulator of its own and deletes it again: what it would start, and whether
 * it comes to its end. Spends nothing. Throws what a launch would throw: an unknown workflow, a script that
 * cannot be read.
 */
export async function trialRun(
  app: App,
  body: LaunchInput,
  signal: AbortSignal,
  see: Seen = { prompts: false },
): Promise<TrialRun> {
  const { spec, detail, args, workspace } = await resolveLaunchRequest(
    app,
    { ...body, dryRun: true, onLimit: 'end' },
    systemActor,
  )
  const briefing = await briefingOf(app, workspace, spec.workspaceNotes, signal)
  return trialRunOf(app, { spec, script: detail.source, args, briefing }, signal, see)
}

/** The same, for a launch request that is resolved already; its spec has to be a dry run. */
export async function trialRunOf(
  app: App,
  request: { spec: RunSpec; script: string; args: Json; briefing?: Briefing },
  signal: AbortSignal,
  see: Seen = { prompts: false },
): Promise<TrialRun> {
  const bounds = see.bounds ?? whole
  if (request.spec.dryRun === null) throw new Error('A trial run is a dry run')
  signal.throwIfAborted()
  const { limits, concurrency } = request.spec
  const spec = {
    ...request.spec,
    limits: { ...limits, agents: Math.min(limits.agents, bounds.agents) },
    concurrency: bounds.concurrency ?? concurrency,
  }
  const cpuBefore = process.cpuUsage()
  const runId = await app.engine.launch({
    ...request,
    spec,
    idempotency: null,
    approved: true,
    actor: systemActor,
    isTrialRun: true,
  })
  let isWhole = true
  const cancel = () => {
    isWhole = false
    // It may have ended by itself in the meantime.
    app.engine.cancel(runId, systemActor).catch(() => {})
  }
  const keep = app.clock.awake.after(MOST_MS, cancel)
  const watch = every(app.clock.awake, CHECK_MS, () => {
    const { user, system } = process.cpuUsage(cpuBefore)
    if ((user + system) / 1000 > bounds.cpuMs) cancel()
  })
  signal.addEventListener('abort', cancel, { once: true })
  try {
    await app.engine.atRest(runId)
    const state = await app.store.loadState(runId)
    if (state === null || !hasEnded(state.run.status))
      throw new Error('The trial run was stopped with the server.')
    const prompts = see.prompts ? await trialPrompts(app, runId) : []
    const agents = see.keys === true ? await app.store.loadAgents(runId) : []
    const keys = new Map(agents.map(({ spec: { agentId, key } }) => [agentId, key]))
    // What its own bound refused, the launch would have begun.
    const isCut = bounds.agents < limits.agents && state.agents.size >= bounds.agents
    const { status, error } = state.run
    return { state, status, error, isWhole: isWhole && !isCut, prompts, keys }
  } finally {
    keep()
    watch()
    signal.removeEventListener('abort', cancel)
    await app.engine.remove(runId)
    signal.throwIfAborted()
  }
}
