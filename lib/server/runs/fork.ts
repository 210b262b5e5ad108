import type { ForkInput, ForkPreview, RetryInput } from '@/lib/api/fork'
import type { Launched } from '@/lib/api/runs'
import { spentBy } from '@/lib/core/agent/agent'
import type { Actor } from '@/lib/core/base/actor'
import { canonicalJson, type Json, jsonValue } from '@/lib/core/base/json'
import { costOfFork } from '@/lib/core/estimate/fork-cost'
import { resolveModel } from '@/lib/core/money/models'
import { unphased } from '@/lib/core/run/phases'
import type { RunHeader } from '@/lib/core/run/state'
import type { Briefing } from '@/lib/core/spec/briefing'
import { forkInstead } from '@/lib/core/spec/imported'
import { offeredPermissions } from '@/lib/core/spec/permissions'
import { noPhaseLimits } from '@/lib/core/spec/phase-settings'
import {
  dryRunFaultsSchema,
  type Limits,
  noAgentLimits,
  type Override,
  type RunSpec,
  runSpecSchema,
} from '@/lib/core/spec/run'
import { hasEnded } from '@/lib/core/spec/run-status'
import { unknownCall } from '@/lib/imports/journal/imported-agent'
import { boundedModels, refuseModels } from '@/lib/server/app/allowed/models'
import { permissionBoundsIn, refuseBeyondBounds } from '@/lib/server/app/allowed/permissions'
import type { App } from '@/lib/server/app/app'
import { briefingOf, briefingOfOrigin } from '@/lib/server/app/briefing'
import { Refusal } from '@/lib/server/services/problem'
import { detailOf, type Launchable } from '@/lib/server/workflows/library'
import { boughtCalls } from './bought-calls'
import { approvedOf, mergeLimits, refuseRetired, refuseUnmet } from './launch-request'
import { getHead, getInput, getRun } from './read-run'
import { trialRunOf } from './trial-run'
import { refuseUsedUp } from './used-up'

/** Launches a run that begins with the answers of another. */
export async function fork(app: App, runId: string, body: ForkInput, actor: Actor): Promise<Launched> {
  const request = await requestOf(app, runId, body, actor)
  await refuseUsedUp(app, request.spec)
  const id = await app.engine.launch({ ...request, idempotency: null, approved: true, actor })
  return { id, status: (await getHead(app, id)).run.status, url: `/runs/${id}` }
}

/**
 * Makes a trial run of a fork before it is paid for: what the origin answered is reused, what it did not is
 * answered by a simulator of its own. Spends nothing and leaves nothing behind.
 */
export function previewFork(
  app: App,
  runId: string,
  body: ForkInput,
  actor: Actor,
  signal: AbortSignal,
): Promise<ForkPreview> {
  const isFixed = body.refreshWorkspace !== true
  return remembered(app, runId, ['fork', body], isFixed, signal, (own) =>
    runTrial(app, runId, body, actor, own, false),
  )
}

/**
 * Makes one of a retry of an ended run in the same way: what ended there without an answer that counts is
 * asked again.
 */
export async function previewRetry(
  app: App,
  runId: string,
  { limits }: RetryInput,
  actor: Actor,
  signal: AbortSignal,
): Promise<ForkPreview> {
  const { run } = await getHead(app, runId)
  if (!hasEnded(run.status))
    throw new Refusal('conflict', `The run is ${run.status}: only an ended run can be retried.`)
  if (run.imported !== null) throw new Refusal('conflict', forkInstead)
  const body: ForkInput = limits === undefined ? {} : { limits }
  return remembered(app, runId, ['retry', body], true, signal, (own) =>
    runTrial(app, runId, body, actor, own, true),
  )
}

/** An ended run of one state has one answer, however many pages ask for it. */
async function remembered(
  app: App,
  runId: string,
  asked: unknown,
  isFixed: boolean,
  signal: AbortSignal,
  act: (signal: AbortSignal) => Promise<ForkPreview>,
): Promise<ForkPreview> {
  const { run, seq } = await getHead(app, runId)
  if (!hasEnded(run.status) || !isFixed) return act(signal)
  const id = app.digest(
    canonicalJson(jsonValue(JSON.parse(JSON.stringify([runId, seq, run.imported?.at, asked])))),
  )
  const known = previews.get(app) ?? new Map<string, Promise<ForkPreview>>()
  previews.set(app, known)
  const before = known.get(id)
  if (before !== undefined) return before
  const now = act(new AbortController().signal)
  known.set(id, now)
  now.catch(() => known.delete(id))
  for (const oldest of [...known.keys()].slice(0, -MOST_PLAYED)) known.delete(oldest)
  return now
}

/** Previews that are remembered. */
const MOST_PLAYED = 100
const previews = new WeakMap<App, Map<string, Promise<ForkPreview>>>()

async function runTrial(
  app: App,
  runId: string,
  body: ForkInput,
  actor: Actor,
  signal: AbortSignal,
  isRetry: boolean,
): Promise<ForkPreview> {
  const request = await requestOf(app, runId, body, actor)
  const limits = withoutSpending(request.spec.limits)
  const dryRun = { faults: dryRunFaultsSchema.parse({}) }
  const { sampleItems, title } = (await getHead(app, runId)).run
  const spec: RunSpec = {
    ...request.spec,
    // A retry is the same run: a try stays a try.
    ...(isRetry ? { sampleItems, forkedFrom: { runId, title, isRetry } } : {}),
    limits,
    onLimit: 'end',
    // Known answers are no turns: the calls that are tried again would look like nothing but failures.
    breaker: null,
    dryRun,
    simulated: true,
  }
  const { state, error, isWhole, prompts } = await trialRunOf(app, { ...request, spec }, signal, {
    prompts: true,
  })
  const origin = await getRun(app, runId)
  const agents = [...state.agents.values()]
  const reused = agents.filter(({ reusedFrom }) => reusedFrom !== null)
  const toRun = agents.filter(({ reusedFrom }) => reusedFrom === null)
  const costs = new Map(origin.agents.map((agent) => [agent.id, spentBy(agent)]))
  const phases = new Map<string, number>()
  for (const { phase } of toRun) phases.set(phase ?? unphased, (phases.get(phase ?? unphased) ?? 0) + 1)
  const at = new Date(app.now()).toISOString()
  return {
    reused: {
      calls: reused.length,
      costNanoUsd: reused.reduce(
        (sum, { reusedFrom }) => sum + (costs.get(reusedFrom?.agentId ?? '') ?? 0),
        0,
      ),
    },
    toRun: {
      calls: toRun.length,
      costNanoUsd: costOfFork(await boughtCalls(app, runId, prompts), app.prices.list(), at),
      phases: [...phases].map(([phase, calls]) => ({ phase, calls })),
    },
    basis: `The ${isRetry ? 'retry' : 'fork'} was run on a simulator: known answers were reused, the others simulated. Each new call is priced at its model, speed and delivery, with the tokens that the same call, or one of its phase, used in ${isRetry ? 'this run' : 'the run it is forked from'}.`,
    isWhole,
    error,
  }
}

/**
 * The caps that a preview meets as its fork would: those of agents. It spends nothing, and takes no time to
 * speak of.
 */
function withoutSpending(limits: Limits): Limits {
  const phases = Object.entries(limits.phases).map(([title, { agents }]) => [
    title,
    { ...noPhaseLimits, agents },
  ])
  const none = { nanoUsd: null, tokens: null, wallClockSeconds: null }
  return { ...limits, ...none, phases: Object.fromEntries(phases), perAgent: noAgentLimits }
}

type LaunchRequest = { spec: RunSpec; script: string; args: Json; briefing: Briefing }

async function requestOf(app: App, runId: string, body: ForkInput, actor: Actor): Promise<LaunchRequest> {
  const [{ run }, input] = await Promise.all([getHead(app, runId), getInput(app, runId)])
  if (run.status === 'draft')
    throw new Refusal(
      'conflict',
      'The run is a draft and has no answers yet. Approve it, or launch it again.',
    )
  if (run.workspace !== null) await app.requireAllowed(run.workspace.root)
  const script = body.script ?? input.script
  if (run.imported !== null && script === '')
    throw new Refusal(
      'conflict',
      'No script of this run was found when it was imported, so there is nothing that could be run again.',
    )
  const detail = await detailOf(app, script)
  const workspace =
    body.refreshWorkspace === true && run.workspace !== null
      ? await app.openWorkspace(run.workspace.root)
      : null
  refuseBeyondBounds(app, run.permissions)
  const permissionBounds = permissionBoundsIn(app)
  refuseUnmet(detail, {
    hasWorkspace: run.workspace !== null,
    permissions: offeredPermissions({ ...run, permissionBounds }),
  })
  refuseRetiredChanges(app, body, run)
  const overrides = await overridesOf(app, runId, body)
  refuseForkModels(app, body, run, overrides)
  return {
    script,
    args: body.args === undefined ? input.args : body.args,
    briefing:
      workspace === null
        ? await briefingOfOrigin(app, runId)
        : await briefingOf(app, workspace, run.workspaceNotes),
    spec: {
      ...runSpecSchema.parse(run),
      title: body.title ?? forkTitle(run.title),
      workflow: script === input.script ? run.workflow : editedWorkflow(detail),
      phases: detail.phases,
      // A try was paid for in order to go on with all of it.
      sampleItems: null,
      ...changedSettings(run, body),
      models: boundedModels(app, run.models),
      permissionBounds,
      workspace:
        workspace === null ? workspaceOf(run) : { root: workspace.root, revision: workspace.revision },
      simulated: app.provider.simulated || run.dryRun !== null,
      launchedBy: actor,
      forkedFrom: { runId, title: run.title, isRetry: false },
      imported: null,
      overrides,
      approved: approvedOf(body.approved),
      // It pays for a part of its calls only: nothing was estimated of that.
      estimate: null,
    },
  }
}

/** A script that was edited is no version of the workflow it began as. */
function editedWorkflow({ name, description, digest }: Launchable): RunSpec['workflow'] {
  return { name, description, digest, origin: null, version: null }
}

/** The settings of a fork that may differ from its origin's: as asked, else as they were. */
function changedSettings(run: RunHeader, body: ForkInput) {
  return {
    limits: mergeLimits(run.limits, body.limits ?? {}),
    onLimit: body.onLimit ?? run.onLimit,
    concurrency: body.concurrency === undefined ? run.concurrency : body.concurrency,
    model: resolveModel(body.model, run.model),
    effort: body.effort ?? run.effort,
    speed: body.speed ?? run.speed,
    delivery: body.delivery ?? run.delivery,
  } satisfies Partial<RunSpec>
}

/** Refuses models that are not allowed any more, of the fork itself and of what it keeps of its origin. */
function refuseForkModels(app: App, body: ForkInput, run: RunHeader, overrides: readonly Override[]): void {
  const { model } = changedSettings(run, body)
  const phaseSettings = Object.fromEntries(
    Object.entries(run.phaseSettings).map(([title, own]) => [
      title,
      { ...own, model: own.model === null ? null : resolveModel(own.model, model) },
    ]),
  )
  const models = overrides.flatMap((one) => (one.model === null ? [] : [one.model]))
  refuseModels(app, { model, fallbackModel: run.fallbackModel, models, phaseSettings })
}

/** Refuses models and speeds that cannot be had any more, where the fork itself asks for them. */
function refuseRetiredChanges(app: App, body: ForkInput, run: RunHeader): void {
  for (const asked of [body.model, ...(body.agents ?? []).map((agent) => agent.model)])
    if (asked !== undefined)
      refuseRetired(app, { model: resolveModel(asked, run.model), speed: 'standard', delivery: 'live' })
  const { model, delivery } = changedSettings(run, body)
  if (body.speed === 'fast') refuseRetired(app, { model, speed: 'fast', delivery })
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
      if (stored.spec.key.startsWith(unknownCall))
        throw new Refusal(
          'bad-request',
          `Where the script asks ${agentId} was not found when the run was imported. Edit the script instead.`,
          [{ path, message: 'is found in no call of the script' }],
        )
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

/** The workspace of a run, with the files its agents began from: a fork begins from the same. */
function workspaceOf({ workspace, files }: RunHeader): RunHeader['workspace'] {
  if (workspace === null || files === null) return workspace
  return { ...workspace, tree: files.base, ...(files.head === null ? {} : { head: files.head }) }
}
