import type { ApprovedInput, LaunchInput, LimitsInput } from '@/lib/api/runs'
import type { Actor } from '@/lib/core/base/actor'
import { shortenText } from '@/lib/core/base/cut-text'
import type { Json } from '@/lib/core/base/json'
import { utcDay } from '@/lib/core/base/utc-day'
import { resolveModel } from '@/lib/core/money/models'
import { retiredSentence } from '@/lib/core/money/retirements'
import type { Approved } from '@/lib/core/spec/approval'
import { goalTitle } from '@/lib/core/spec/goal-title'
import { type Given, unmetNeeds } from '@/lib/core/spec/needs'
import { offeredPermissions } from '@/lib/core/spec/permissions'
import { phaseLimitsOf } from '@/lib/core/spec/phase-settings'
import {
  type Delivery,
  type DryRun,
  defaultBreaker,
  defaultCacheWarmUpSeconds,
  defaultLimits,
  defaultMinSuccess,
  dryRunFaultsSchema,
  type Limits,
  type RunSpec,
  type Speed,
  type WorkflowRef,
} from '@/lib/core/spec/run'
import type { Orchestrator } from '@/lib/core/spec/run-status'
import { boundedModels, refuseModels } from '@/lib/server/app/allowed/models'
import {
  initialPermissionsIn,
  permissionBoundsIn,
  permissionsAtFirst,
  refuseBeyondBounds,
} from '@/lib/server/app/allowed/permissions'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { detailOf, findLaunchable, type Launchable } from '@/lib/server/workflows/library'
import type { Workspace } from '@/lib/workspace/workspace'

/** A launch request, resolved: what will run, on which files, under which limits. */
export type LaunchRequest = { spec: RunSpec; detail: Launchable; args: Json; workspace: Workspace | null }

/**
 * Turns a launch body into a request. Throws for an unknown workflow, a bad script or a folder that cannot
 * be opened.
 */
export async function resolveLaunchRequest(
  app: App,
  body: LaunchInput,
  actor: Actor,
): Promise<LaunchRequest> {
  const detail = await detailOfBody(app, body)
  const workspace = body.workspace === undefined ? null : await app.openWorkspace(body.workspace)
  const permissions = body.permissions ?? permissionsAtFirst(app, workspace !== null)
  const whenNotPermitted = body.whenNotPermitted ?? initialPermissionsIn(app).whenNotPermitted
  const permissionBounds = permissionBoundsIn(app)
  refuseBeyondBounds(app, permissions)
  refuseUnmet(detail, {
    hasWorkspace: workspace !== null,
    permissions: offeredPermissions({ permissions, whenNotPermitted, permissionBounds }),
  })
  const asked = modelSettingsOf(app, body)
  refuseRetired(app, { ...asked, phases: body.phases })
  refuseModels(app, { ...asked, phaseSettings: resolvedPhases(body, asked.model) })
  await refuseServers(app, body.permissions?.mcp ?? [], workspace)
  const dryRun = dryRunOf(body)
  return {
    detail,
    workspace,
    args: body.goal === undefined ? (body.args ?? null) : { goal: body.goal },
    spec: {
      title: body.title ?? titleOf(body.goal, detail.name, workspace),
      orchestrator: orchestratorOf(body),
      workflow: workflowRef(detail),
      phases: detail.phases,
      phaseSettings: settingsOfPhases(body),
      ...boundsOf(app, body),
      ...asked,
      models: boundedModels(app, asked.models),
      workspace: workspace === null ? null : { root: workspace.root, revision: workspace.revision },
      workspaceNotes: body.workspaceNotes ?? true,
      permissions,
      whenNotPermitted,
      permissionBounds,
      tags: body.tags ?? [],
      simulated: app.provider.simulated || dryRun !== null,
      dryRun,
      launchedBy: actor,
      project: app.project,
      forkedFrom: null,
      imported: null,
      overrides: [],
      approved: dryRun === null ? approvedOf(body.approved) : null,
      estimate: null,
    },
  }
}

/** How its models are asked, where a launch does not say otherwise. */
function modelSettingsOf(
  app: App,
  {
    model: named,
    models,
    effort,
    fallbackModel,
    allowsLongContext,
    speed,
    delivery,
    cacheWarmUpSeconds,
  }: LaunchInput,
) {
  const model = resolveModel(named, app.settings.defaultModel)
  return {
    model,
    models: models === undefined ? null : [...new Set(models.map((one) => resolveModel(one, model)))],
    effort: effort ?? null,
    fallbackModel: fallbackModel === undefined ? null : resolveModel(fallbackModel, model),
    allowsLongContext: allowsLongContext ?? false,
    speed: speed ?? 'standard',
    delivery: delivery ?? 'live',
    cacheWarmUpSeconds: cacheWarmUpSeconds ?? defaultCacheWarmUpSeconds,
  } satisfies Partial<RunSpec>
}

/** How far it may go and what ends it, where a launch does not say otherwise. */
function boundsOf(app: App, body: LaunchInput) {
  const nanoUsd = body.dryRun ? null : app.settings.runCapNanoUsd
  return {
    limits: mergeLimits({ ...defaultLimits, nanoUsd }, body.limits ?? {}),
    budgetTokens: body.budget?.outputTokens ?? null,
    sampleItems: body.sampleItems ?? null,
    onLimit: body.onLimit ?? 'pause',
    minSuccess: body.minSuccess ?? defaultMinSuccess,
    breaker: body.breaker === undefined ? defaultBreaker : body.breaker,
    concurrency: body.concurrency ?? null,
  } satisfies Partial<RunSpec>
}

/** The field of a launch that gives what is needed. */
const pathOfNeed: Readonly<Record<string, string>> = {
  workspace: 'workspace',
  write: 'permissions.write',
  shell: 'permissions.shell',
  web: 'permissions.web',
  mcp: 'permissions.mcp',
}

/**
 * A workflow that lacks what it needs would run to its end and find nothing: it is refused before it begins.
 */
export function refuseUnmet({ name, needs }: Pick<Launchable, 'name' | 'needs'>, given: Given): void {
  const unmet = unmetNeeds(name, needs, given)
  if (unmet.length === 0) return
  const errors = unmet.map(({ need, message }) => ({
    path: pathOfNeed[need] ?? 'workflow',
    message,
  }))
  throw new Refusal('bad-request', unmet.map(({ message }) => message).join(' '), errors)
}

/** Models and speeds that a launch itself asks for, as far as they can still be had today. */
export function refuseRetired(
  app: App,
  asked: {
    model: string
    speed: Speed
    delivery: Delivery
    phases?: LaunchInput['phases']
    fallbackModel?: string | null
  },
): void {
  const day = utcDay(app.now())
  const speedOf = (speed: Speed, delivery: Delivery) => (delivery === 'batch' ? 'standard' : speed)
  const ofRun = retiredSentence(asked.model, speedOf(asked.speed, asked.delivery), day)
  const { fallbackModel } = asked
  const ofFallback =
    fallbackModel === undefined || fallbackModel === null
      ? null
      : retiredSentence(fallbackModel, 'standard', day)
  const path = retiredSentence(asked.model, 'standard', day) === null ? 'speed' : 'model'
  const errors = [
    ...(ofRun === null ? [] : [{ path, message: ofRun }]),
    ...(ofFallback === null || ofFallback === ofRun ? [] : [{ path: 'fallbackModel', message: ofFallback }]),
    ...Object.entries(asked.phases ?? {}).flatMap(([title, own]) => {
      if (own.model === undefined && own.speed === undefined) return []
      const speed = speedOf(own.speed ?? asked.speed, own.delivery ?? asked.delivery)
      const message = retiredSentence(resolveModel(own.model, asked.model), speed, day)
      return message === null || message === ofRun ? [] : [{ path: `phases.${title}.model`, message }]
    }),
  ]
  if (errors.length > 0)
    throw new Refusal('bad-request', errors.map(({ message }) => message).join(' '), errors)
}

/** A run whose servers cannot be called would only find out once it has begun. */
async function refuseServers(app: App, names: readonly string[], workspace: Workspace | null): Promise<void> {
  if (names.length === 0) return
  const refused =
    workspace === null
      ? ['MCP servers are called by runs on a workspace: choose one.']
      : await app.mcp.refusals(names, workspace)
  if (refused.length === 0) return
  const message = refused.join(' ')
  throw new Refusal('bad-request', message, [{ path: 'permissions.mcp', message }])
}

/** The workflows that lead a goal. */
const goalWorkflows = { plan: 'plan-first', live: 'decide-as-you-go' } as const

async function detailOfBody(app: App, body: LaunchInput): Promise<Launchable> {
  if (body.script !== undefined) return detailOf(app, body.script)
  const orchestrator = orchestratorOf(body)
  return findLaunchable(app, orchestrator === 'script' ? (body.workflow ?? '') : goalWorkflows[orchestrator])
}

/** A goal is planned first unless asked otherwise. */
function orchestratorOf({ goal, orchestrator }: LaunchInput): Orchestrator {
  if (goal === undefined) return 'script'
  return orchestrator === undefined || orchestrator === 'script' ? 'plan' : orchestrator
}

function workflowRef({ name, description, digest, origin, version }: Launchable): WorkflowRef {
  return { name, description, digest, origin, version }
}

/** How far somebody approved; left out it goes as far as its limits. */
export function approvedOf(asked: ApprovedInput | undefined): Approved | null {
  if (asked === undefined) return null
  return { agents: asked.agents ?? null, nanoUsd: asked.usd == null ? null : nanoOf(asked.usd) }
}

/** A dry run has no cap of money: it shows what the real run would need. */
function dryRunOf({ dryRun }: LaunchInput): DryRun | null {
  if (dryRun === undefined || dryRun === false) return null
  return { faults: dryRunFaultsSchema.parse(dryRun === true ? {} : dryRun.faults) }
}

/** Limits with what a caller changed: left out keeps, null lifts. */
export function mergeLimits(limits: Limits, input: LimitsInput): Limits {
  return {
    nanoUsd: changed(limits.nanoUsd, input.usd, nanoOf),
    tokens: changed(limits.tokens, input.tokens),
    agents: input.agents ?? limits.agents,
    items: input.items ?? limits.items,
    wallClockSeconds: changed(limits.wallClockSeconds, input.wallClockSeconds),
    phases: { ...limits.phases, ...mergePhases(limits.phases, input.phases ?? {}) },
    perAgent: {
      nanoUsd: changed(limits.perAgent.nanoUsd, input.perAgent?.usd, nanoOf),
      tokens: changed(limits.perAgent.tokens, input.perAgent?.tokens),
      wallClockSeconds: changed(limits.perAgent.wallClockSeconds, input.perAgent?.wallClockSeconds),
    },
  }
}

function mergePhases(known: Limits['phases'], input: NonNullable<LimitsInput['phases']>): Limits['phases'] {
  const merged = Object.entries(input).map(([title, { usd, tokens, agents, wallClockSeconds }]) => {
    const before = phaseLimitsOf(known, title)
    const after = {
      nanoUsd: changed(before.nanoUsd, usd, nanoOf),
      tokens: changed(before.tokens, tokens),
      agents: changed(before.agents, agents),
      wallClockSeconds: changed(before.wallClockSeconds, wallClockSeconds),
    }
    return [title, after] as const
  })
  return Object.fromEntries(merged)
}

/** A cap as it is now, told otherwise or not. */
function changed(before: number | null, told: number | null | undefined, unit = (value: number) => value) {
  if (told === undefined) return before
  return told === null ? null : unit(told)
}

function nanoOf(usd: number): number {
  return Math.round(usd * 1e9)
}

function settingsOfPhases({ phases = {} }: LaunchInput): RunSpec['phaseSettings'] {
  const settings = Object.entries(phases).map(([title, { model, effort, speed, delivery, maxTokens }]) => {
    const asked = {
      model: model ?? null,
      effort: effort ?? null,
      speed: speed ?? null,
      delivery: delivery ?? null,
    }
    return [title, { ...asked, maxTokens: maxTokens ?? null }] as const
  })
  return Object.fromEntries(settings)
}

/** The same with models by their whole names, whatever they were called. */
function resolvedPhases(body: LaunchInput, model: string): RunSpec['phaseSettings'] {
  return Object.fromEntries(
    Object.entries(settingsOfPhases(body)).map(([title, own]) => [
      title,
      { ...own, model: own.model === null ? null : resolveModel(own.model, model) },
    ]),
  )
}

function titleOf(goal: string | undefined, workflow: string, workspace: Workspace | null): string {
  // A goal is a sentence: what followed it would read as a part of it.
  if (goal !== undefined) return goalTitle(goal)
  const name = shortenText(workflow, 80)
  const folder = workspace?.root.split('/').filter(Boolean).at(-1)
  return folder === undefined ? name : `${name}: ${folder}`
}
