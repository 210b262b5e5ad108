import { systemActor } from '@/lib/core/base/actor'
import type { Json } from '@/lib/core/base/json'
import type { FoundCall } from '@/lib/core/ports/import-store'
import type { Briefing } from '@/lib/core/spec/briefing'
import { dryRunFaultsSchema, type RunSpec } from '@/lib/core/spec/run'
import type { App } from '@/lib/server/app/app'
import { trialRunOf } from '@/lib/server/runs/trial-run'

/** What the calls of an imported run are, and why some of them could not be found. */
export type FoundCalls = { calls: FoundCall[]; why: string | null }

/**
 * Finds out which call of its script each imported agent was. The files know no keys; so the script is run once more
 * on a simulator, and each call that asks the very same as an agent did is given that agent's answer. What the
 * script's calls are then is what they will be in a fork. Spends nothing and leaves nothing behind.
 */
export async function findCalls(
  app: App,
  origin: { runId: string; spec: RunSpec; script: string; args: Json; briefing: Briefing; agents: number },
  signal: AbortSignal,
): Promise<FoundCalls> {
  const { runId, spec, script, args, briefing, agents } = origin
  const { limits } = spec
  const none = { nanoUsd: null, tokens: null, wallClockSeconds: null }
  const trial: RunSpec = {
    ...spec,
    launchedBy: systemActor,
    imported: null,
    forkedFrom: { runId, title: spec.title, isRetry: false, byPrompt: true },
    // Calls beyond those that were made would only be made up.
    limits: { ...limits, ...none, agents: Math.max(1, Math.min(agents, limits.agents)) },
    onLimit: 'end',
    breaker: null,
    dryRun: { faults: dryRunFaultsSchema.parse({}) },
    simulated: true,
  }
  try {
    const request = { spec: trial, script, args, briefing }
    const { state, keys, error } = await trialRunOf(app.whole, request, signal, {
      prompts: false,
      keys: true,
    })
    const origins = new Map([...state.agents.values()].map((agent) => [agent.id, agent.reusedFrom?.agentId]))
    const calls = [...state.agents.values()].flatMap(({ id, reusedFrom, callSite, dependsOn }) => {
      const key = keys.get(id)
      if (reusedFrom === null || key === undefined) return []
      const inputs = dependsOn.flatMap((one) => origins.get(one) ?? [])
      return [{ agentId: reusedFrom.agentId, key, callSite, dependsOn: inputs }]
    })
    return { calls, why: error?.message ?? null }
  } catch (error) {
    signal.throwIfAborted()
    return { calls: [], why: error instanceof Error ? error.message : 'no reason given' }
  }
}
