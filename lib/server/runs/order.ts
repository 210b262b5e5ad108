import type { LaunchInput, LimitsInput } from '@/lib/api/runs'
import { resolveModel } from '@/lib/core/models'
import { defaultLimits, type Limits, type RunSpec, type WorkflowRef } from '@/lib/core/run'
import type { App } from '@/lib/server/app'
import { detailOf, findLaunchable, type Launchable } from '@/lib/server/workflows/library'
import type { Workspace } from '@/lib/workspace/workspace'

/** A launch, understood: what will run, on which files, under which limits. */
export type Order = { spec: RunSpec; detail: Launchable; workspace: Workspace | null }

/** Turns a launch body into an order. Throws for an unknown workflow, a bad script or a folder that cannot be opened. */
export async function understand(app: App, body: LaunchInput, actor: string): Promise<Order> {
  const detail = body.script !== undefined ? detailOf(app, body.script) : await findLaunchable(app, body.workflow ?? '')
  const workspace = body.workspace === undefined ? null : await app.openWorkspace(body.workspace)
  return {
    detail,
    workspace,
    spec: {
      title: body.title ?? titleOf(detail.name, workspace),
      orchestrator: 'script',
      workflow: workflowRef(detail),
      phases: detail.phases,
      limits: mergeLimits({ ...defaultLimits, nanoUsd: app.settings.runCapNanoUsd }, body.limits ?? {}),
      onLimit: body.onLimit ?? 'pause',
      concurrency: body.concurrency ?? null,
      model: resolveModel(body.model, app.settings.defaultModel),
      effort: body.effort ?? null,
      workspace: workspace === null ? null : { root: workspace.root, revision: workspace.revision },
      tags: body.tags ?? [],
      simulated: app.provider.simulated,
      launchedBy: actor,
    },
  }
}

function workflowRef({ name, description, digest, origin, version }: Launchable): WorkflowRef {
  return { name, description, digest, origin, version }
}

/** Limits with what a caller changed: left out keeps, null lifts. */
export function mergeLimits(limits: Limits, input: LimitsInput): Limits {
  return {
    nanoUsd: input.usd === undefined ? limits.nanoUsd : input.usd === null ? null : Math.round(input.usd * 1e9),
    tokens: input.tokens === undefined ? limits.tokens : input.tokens,
    agents: input.agents ?? limits.agents,
    wallClockSeconds: input.wallClockSeconds === undefined ? limits.wallClockSeconds : input.wallClockSeconds,
  }
}

function titleOf(name: string, workspace: Workspace | null): string {
  const folder = workspace?.root.split('/').filter(Boolean).at(-1)
  return folder === undefined ? name : `${name}: ${folder}`
}
