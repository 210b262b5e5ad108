import type { ForkInput, ForkPreview } from '@/lib/api/fork'
import type { Launched } from '@/lib/api/runs'
import type { AgentState } from '@/lib/core/agent'
import { canonicalJson, type Json, jsonValue } from '@/lib/core/json'
import { resolveModel } from '@/lib/core/models'
import { noPhaseLimits } from '@/lib/core/phase-settings'
import { unphased } from '@/lib/core/phases'
import {
  hasEnded,
  type Limits,
  noAgentLimits,
  type Override,
  type RunSpec,
  rehearsalFaultsSchema,
  runSpecSchema,
} from '@/lib/core/run'
import type { Snapshot } from '@/lib/core/state'
import type { App } from '@/lib/server/app'
import { Refusal } from '@/lib/server/problem'
import { detailOf } from '@/lib/server/workflows/library'
import { mergeLimits, refuseRetired, refuseUnmet } from './order'
import { getInput, getRun } from './read'
import { sketchOrder } from './sketch'

/** Launches a run that begins with the answers of another. */
export async function fork(app: App, runId: string, body: ForkInput, actor: string): Promise<Launched> {
  const { spec, script, args } = await orderOf(app, runId, body, actor)
  const id = await app.engine.launch({ spec, script, args, idempotency: null, approved: true, actor })
  return { id, status: (await getRun(app, id)).run.status, url: `/runs/${id}` }
}

/**
 * Plays a fork before it is paid for: what the origin answered is reused, what it did not is answered by a simulator
 * of its own. Spends nothing and leaves nothing behind.
 */
export async function previewFork(
  app: App,
  runId: string,
  body: ForkInput,
  actor: string,
  signal: AbortSignal,
): Promise<ForkPreview> {
  const { run, seq } = await getRun(app, runId)
  // An ended run of this state has one answer, however many pages ask for it.
  if (!hasEnded(run.status) || body.refreshWorkspace === true) return play(app, runId, body, actor, signal)
  const id = app.digest(canonicalJson(jsonValue(JSON.parse(JSON.stringify([runId, seq, body])))))
  const known = played.get(app) ?? new Map<string, Promise<ForkPreview>>()
  played.set(app, known)
  const before = known.get(id)
  if (before !== undefined) return before
  const now = play(app, runId, body, actor, new AbortController().signal)
  known.set(id, now)
  now.catch(() => known.delete(id))
  for (const oldest of [...known.keys()].slice(0, -MOST_PLAYED)) known.delete(oldest)
  return now
}

/** Previews that are remembered. */
const MOST_PLAYED = 100
const played = new WeakMap<App, Map<string, Promise<ForkPreview>>>()

async function play(
  app: App,
  runId: string,
  body: ForkInput,
  actor: string,
  signal: AbortSignal,
): Promise<ForkPreview> {
  const order = await orderOf(app, runId, body, actor)
  const limits = withoutSpending(order.spec.limits)
  const rehearsal = { faults: rehearsalFaultsSchema.parse({}) }
  const spec: RunSpec = { ...order.spec, limits, onLimit: 'end', rehearsal, simulated: true }
  const { state, error, isWhole } = await sketchOrder(app, { ...order, spec }, signal)
  const origin = await getRun(app, runId)
  const agents = [...state.agents.values()]
  const reused = agents.filter(({ reusedFrom }) => reusedFrom !== null)
  const toRun = agents.filter(({ reusedFrom }) => reusedFrom === null)
  const costs = new Map(origin.agents.map(({ id, costNanoUsd }) => [id, costNanoUsd ?? 0]))
  const phases = new Map<string, number>()
  for (const { phase } of toRun) phases.set(phase ?? unphased, (phases.get(phase ?? unphased) ?? 0) + 1)
  return {
    reused: {
      calls: reused.length,
      costNanoUsd: reused.reduce((sum, { reusedFrom }) => sum + (costs.get(reusedFrom?.agentId ?? '') ?? 0), 0),
    },
    toRun: {
      calls: toRun.length,
      costNanoUsd: costOf(toRun, origin),
      phases: [...phases].map(([phase, calls]) => ({ phase, calls })),
    },
    basis:
      'The fork was played: known answers were reused, the others came from the simulator. Costs are those of the same phase in the run it is forked from.',
    isWhole,
    error,
  }
}

/** The caps that a preview meets as its fork would: those of agents. It spends nothing, and takes no time to speak of. */
function withoutSpending(limits: Limits): Limits {
  const phases = Object.entries(limits.phases).map(([title, { agents }]) => [title, { ...noPhaseLimits, agents }])
  const none = { nanoUsd: null, tokens: null, wallClockSeconds: null }
  return { ...limits, ...none, phases: Object.fromEntries(phases), perAgent: noAgentLimits }
}

type Order = { spec: RunSpec; script: string; args: Json }

async function orderOf(app: App, runId: string, body: ForkInput, actor: string): Promise<Order> {
  const [{ run }, input] = await Promise.all([getRun(app, runId), getInput(app, runId)])
  if (run.status === 'draft')
    throw new Refusal('conflict', 'The run is a draft: it has no answers yet. Approve it, or launch it again.')
  const script = body.script ?? input.script
  const detail = await detailOf(app, script)
  const workspace =
    body.refreshWorkspace === true && run.workspace !== null ? await app.openWorkspace(run.workspace.root) : null
  refuseUnmet(detail, run.workspace !== null)
  const model = resolveModel(body.model, run.model)
  for (const asked of [body.model, ...(body.agents ?? []).map((agent) => agent.model)])
    if (asked !== undefined)
      refuseRetired(app, { model: resolveModel(asked, run.model), speed: 'standard', delivery: 'live' })
  return {
    script,
    args: body.args === undefined ? input.args : body.args,
    spec: {
      ...runSpecSchema.parse(run),
      title: body.title ?? forkTitle(run.title),
      workflow:
        script === input.script
          ? run.workflow
          : { name: detail.name, description: detail.description, digest: detail.digest, origin: null, version: null },
      phases: detail.phases,
      // A try was paid for in order to go on with all of it.
      sampleItems: null,
      limits: mergeLimits(run.limits, body.limits ?? {}),
      onLimit: body.onLimit ?? run.onLimit,
      concurrency: body.concurrency === undefined ? run.concurrency : body.concurrency,
      model,
      effort: body.effort ?? run.effort,
      workspace: workspace === null ? run.workspace : { root: workspace.root, revision: workspace.revision },
      simulated: app.provider.simulated || run.rehearsal !== null,
      launchedBy: actor,
      forkedFrom: { runId, title: run.title },
      overrides: await overridesOf(app, runId, body),
      // It pays for a part of its calls only: nothing was foretold of that.
      estimate: null,
    },
  }
}

async function overridesOf(app: App, runId: string, { agents = [] }: ForkInput): Promise<Override[]> {
  return Promise.all(
    agents.map(async ({ agentId, prompt, model }, at) => {
      const stored = await app.store.loadAgent(runId, agentId)
      const path = `agents.${at}.agentId`
      if (stored === null)
        throw new Refusal('bad-request', `The run has no agent ${agentId}.`, [
          { path, message: 'is none of its agents' },
        ])
      if (stored.state.parentId !== null)
        throw new Refusal(
          'bad-request',
          `${agentId} was started by ${stored.state.parentId}: change that one instead.`,
          [{ path, message: 'was started by another agent' }],
        )
      return {
        key: stored.spec.key,
        prompt: prompt ?? null,
        model: model === undefined ? null : resolveModel(model, app.settings.defaultModel),
      }
    }),
  )
}

function forkTitle(title: string): string {
  const numbered = /^(.*) \(fork(?: (\d+))?\)$/.exec(title)
  return numbered === null ? `${title} (fork)` : `${numbered[1]} (fork ${Number(numbered[2] ?? 1) + 1})`
}

/** What agents like these cost in the origin: of the same phase, else of the whole run. */
function costOf(toRun: readonly AgentState[], origin: Snapshot): ForkPreview['toRun']['costNanoUsd'] {
  const known = origin.agents.filter(
    ({ reusedFrom, turns, costNanoUsd }) => reusedFrom === null && turns > 0 && costNanoUsd !== null,
  )
  let [low, likely, high] = [0, 0, 0]
  for (const { phase } of toRun) {
    const alike = known.filter((agent) => agent.phase === phase)
    const costs = (alike.length > 0 ? alike : known).map(({ costNanoUsd }) => costNanoUsd ?? 0).sort((a, b) => a - b)
    const at = (share: number) => costs[Math.min(costs.length - 1, Math.floor(costs.length * share))]
    const [least, middle, most] = [at(0.1), at(0.5), at(0.9)]
    if (least === undefined || middle === undefined || most === undefined) return null
    low += least
    likely += middle
    high += most
  }
  return { low, likely, high }
}
